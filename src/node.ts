/** Entry: HTTP server and job workers in one process. */
import { serve as listen } from '@hono/node-server'
import { connectors } from '../connectors/index.ts'
import { bootstrapToken } from './admin/index.ts'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { type Deps, openDeps } from './deps.ts'
import { SCHEDULES, tasks } from './jobs.ts'
import { migrationsFolder } from './migrations.ts'

export type Service = { url: string; deps: Deps; stop(): Promise<void> }

/** Starts everything; resolves when it listens. `stop` finishes or hands back what runs, within the grace time. */
export async function start(config: Config): Promise<Service> {
  const deps = await openDeps(config, connectors, migrationsFolder())
  const { queue, log } = deps
  for (const reason of config.unused) log.warn(reason)
  try {
    const token = await bootstrapToken(deps)
    if (token) process.stderr.write(`\n  Admin token, shown this once: ${token}\n\n`)
    const workers = config.workers > 0 ? queue.work(tasks(deps), config.workers) : null
    if (workers) for (const [kind, cron] of Object.entries(SCHEDULES)) await queue.schedule(kind, cron)
    const app = createApp(deps)
    const server = await new Promise<ReturnType<typeof listen>>((resolve, reject) => {
      const listening = listen({ fetch: app.fetch, port: config.port, hostname: config.host }, () => resolve(listening))
      listening.once('error', reject)
    })
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : config.port
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    log.info({ url, database: deps.database.kind, classifier: config.classifier, workers: config.workers }, 'listening')
    return {
      url,
      deps,
      async stop() {
        const closed = new Promise((resolve) => server.close(resolve))
        if ('closeIdleConnections' in server) server.closeIdleConnections()
        await workers?.stop(config.stopGraceMs)
        if ('closeAllConnections' in server) server.closeAllConnections()
        await closed
        await deps[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await deps[Symbol.asyncDispose]()
    throw error
  }
}

/** Runs until SIGTERM or SIGINT; a second signal ends it at once. */
export async function serveUntilStopped(config: Config): Promise<void> {
  const service = await start(config)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        if (stopping) process.exit(1)
        stopping = true
        resolve()
      })
  })
  service.deps.log.info('stopping')
  await service.stop()
}

let stopping = false
