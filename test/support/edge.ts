/** The Worker in the local Workers runtime, with its queues, as wrangler.toml describes it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

// Wrangler reads these when it is loaded: no usage report, no update check, no output.
Object.assign(process.env, { WRANGLER_SEND_METRICS: 'false', CI: '1', WRANGLER_LOG: 'error' })
const { unstable_readConfig: readConfig, unstable_startWorker: startWorker } = await import('wrangler')

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the Worker logged, one object for each line. */
type Line = { event: string; key?: string; attempts?: number } & Record<string, unknown>

export type Edge = { url: string; lines: Line[]; stop(): Promise<void> }

/** As deployed, but with fewer retries, and with the consumer that sends dead letters again. */
export async function startEdge(secrets: Record<string, string>, maxRetries: number): Promise<Edge> {
  const config = readConfig({ config: `${root}/wrangler.toml` }, { hideWarnings: true })
  const [deliveries] = config.queues.consumers ?? []
  const folder = mkdtempSync(`${tmpdir()}/pointsman-edge-`)
  const path = `${folder}/wrangler.json`
  const { name, compatibility_date, queues } = config
  const quick = { max_batch_timeout: 0, retry_delay: 1 }
  const consumers = [
    { ...deliveries, ...quick, max_retries: maxRetries },
    { ...quick, queue: deliveries?.dead_letter_queue },
  ]
  const main = `${root}/src/worker.ts`
  writeFileSync(path, JSON.stringify({ name, main, compatibility_date, queues: { ...queues, consumers } }))

  const lines: Line[] = []
  const bindings = Object.fromEntries(
    Object.entries(secrets).map(([binding, value]) => [binding, { type: 'plain_text' as const, value }]),
  )
  const worker = await startWorker({
    config: path,
    bindings,
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      logLevel: 'error',
      watch: false,
      persist: false,
      remote: false,
      structuredLogsHandler: ({ message }: { message: string }) => {
        try {
          lines.push(JSON.parse(message) as Line)
        } catch {
          lines.push({ event: 'said', message })
        }
      },
    },
  })
  await worker.ready
  return {
    url: (await worker.url).origin,
    lines,
    async stop() {
      await worker.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
