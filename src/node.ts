/** Entry: HTTP server and job workers in one process. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve as listen } from '@hono/node-server'
import { pino } from 'pino'
import { collectDefaultMetrics } from 'prom-client'
import { connectors } from '../connectors/index.ts'
import packageJson from '../package.json' with { type: 'json' }
import { bootstrapToken, createSignInLink, isFirstSignIn } from './admin/access/index.ts'
import { buildPage } from './admin/page/index.ts'
import { createApps } from './app.ts'
import type { Config } from './config.ts'
import { migrationsFolder } from './db/index.ts'
import { type Deps, openDeps } from './deps.ts'
import { ConfigError } from './errors.ts'
import { limitedServer } from './http/index.ts'
import { SCHEDULES, tasks } from './jobs.ts'

export type Service = { url: string; deps: Deps; stop(): Promise<void> }

/** Starts everything; resolves when it listens. `stop` finishes or hands back what runs, within the grace time. */
export async function start(config: Config): Promise<Service> {
  const log = pino({ level: config.logLevel, base: null })
  log.info({ version: packageJson.version, node: process.version }, 'starting')
  // From source the page may have to be built, while the database opens.
  const [deps] = await Promise.all([openDeps(config, connectors, migrationsFolder(), log), buildPage(log)])
  const { queue } = deps
  for (const reason of config.unused) log.warn(reason)
  collectDefaultMetrics({ register: deps.events.registry })
  const servers: Server[] = []
  try {
    const token = await bootstrapToken(deps)
    if (config.workers > 0) for (const [kind, cron] of Object.entries(SCHEDULES)) await queue.schedule(kind, cron)
    const { app, internal } = createApps(deps)
    const server = await listenOn(config, config.port, app.fetch)
    servers.push(server)
    if (config.metricsPort !== null) servers.push(await listenOn(config, config.metricsPort, internal.fetch))
    // Started last: if an earlier step fails, no worker is running.
    const workers = config.workers > 0 ? queue.work(tasks(deps), config.workers) : null
    const url = urlOf(config, server)
    const metrics = servers.slice(1).map((each) => urlOf(config, each))[0]
    if (token)
      process.stderr.write(
        `\n  Admin token, shown this once: ${token}\n  Sign in once with: ${await createSignInLink(deps.database.db, url)}\n\n`,
      )
    else if (await isFirstSignIn(deps.database.db))
      log.info(
        { at: `${config.publicUrl ?? url}/sign-in`, with: config.oidc ? 'an account of the company' : 'ADMIN_TOKEN' },
        'nobody has signed in yet',
      )
    log.info(
      { url, metrics, database: deps.database.kind, classifier: config.classifier, workers: config.workers },
      'listening',
    )
    return {
      url,
      deps,
      async stop() {
        // Else the streams of open pages would keep the server from closing.
        await deps.live.close()
        await Promise.all([
          ...servers.map((each) => closeServer(each, config.stopGraceMs)),
          workers?.stop(config.stopGraceMs),
        ])
        await deps[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    for (const server of servers) server.close()
    await deps[Symbol.asyncDispose]()
    throw error
  }
}

function urlOf({ host }: Config, server: Server): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function listenOn(
  { host, limits }: Config,
  port: number,
  fetch: Parameters<typeof listen>[0]['fetch'],
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = listen({ fetch, port, hostname: host, ...limitedServer(limits) }, () => resolve(server)) as Server
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new ConfigError(`Cannot listen on port ${port} of ${host}: ${error.code}`, {
          next: 'Stop the process that listens there, or set PORT and HOST to a free port and an address of this machine.',
          cause: error,
        }),
      ),
    )
  })
}

/** Accepts no new connection; closes each one after its request, and all of them when the grace time is over. */
async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  const idle = setInterval(() => server.closeIdleConnections(), 100)
  const late = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(idle)
  clearTimeout(late)
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
  // Jobs that did not end in time were handed back to the queue.
  process.exit()
}

let stopping = false
