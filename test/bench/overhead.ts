/**
 * The time that triage adds to the model: per ticket, from the arrival of the webhook until the write-back is settled, without
 * the call of the model (embedded classifier). Tickets are sent one after the other, through a sandbox Jira over real HTTP.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { serve } from '@hono/node-server'
import { createJiraSandbox, jiraSandboxMapping } from '../../connectors/jira/sandbox.ts'
import { GROUPS } from '../../src/demo/desk.ts'
import { loadUnseen } from '../../src/demo/tickets.ts'
import { ownDatabase } from './database.ts'

const SECRET = 'the secret of the overhead benchmark'

type Jira = ReturnType<typeof createJiraSandbox>
type Stats = { port: number; cpuMicros: number; rssMb: number; done: number; timings: Timing[] }
/** Milliseconds; `total` is without the model. */
type Timing = { total: number; model: number; triage: number }
type Ask = (what?: 'timings') => Promise<Stats>

/** `--tickets N` (default 200), `--json`. */
export async function run(args: string[]): Promise<void> {
  const count = Number(args[args.indexOf('--tickets') + 1] ?? 200) || 200
  const jira = createJiraSandbox({ groups: GROUPS })
  const api = serve({ fetch: jira.app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
    jira.baseUrl = `http://127.0.0.1:${port}`
  })
  while (!jira.baseUrl.includes('127.0.0.1')) await pause(10)
  const database = await ownDatabase()
  const server = startServer(jira, database)
  try {
    const port = await portOf(server)
    jira.webhooks.push({
      url: `http://127.0.0.1:${port}/webhooks/bench`,
      secret: { kind: 'signature', secret: SECRET },
      style: 'events',
    })
    const ask: Ask = (what) =>
      new Promise((resolve) => {
        server.once('message', resolve as never)
        server.send(what ?? 'stats')
      })
    const row = await measure(jira, ask, count)
    if (args.includes('--json')) console.log(JSON.stringify(row))
    else print(row, database.url ? 'PostgreSQL' : 'embedded')
  } finally {
    server.kill()
    api.close()
    await database.drop()
  }
}

function startServer(jira: Jira, database: { url: string | null; dataDir: string }) {
  return fork(new URL('./overhead-server.ts', import.meta.url), [], {
    env: {
      ...process.env,
      DATABASE_URL: database.url ?? '',
      DATA_DIR: database.dataDir,
      ENCRYPTION_KEY: btoa('b'.repeat(32)),
      BENCH_SECRET: SECRET,
      BENCH_JIRA: JSON.stringify({
        baseUrl: jira.baseUrl,
        site: jira.site.credentials,
        selfId: jira.self.id,
        mapping: jiraSandboxMapping(jira),
      }),
    },
  })
}

/** The server sends its first message when it is ready. */
async function portOf(server: ChildProcess): Promise<number> {
  const { port } = await new Promise<Stats>((resolve, reject) => {
    server.once('message', resolve as never)
    server.once('exit', (code) => reject(new Error(`the server exited with ${code}`)))
  })
  return port
}

async function measure(jira: Jira, ask: Ask, count: number) {
  const tickets = await loadUnseen()
  const send = async (n: number, from: number) => {
    for (let i = 0; i < n; i++) {
      const ticket = tickets[(from + i) % tickets.length]!
      await jira.create({ subject: `${ticket.subject} ${from + i}`, body: ticket.text })
      while ((await ask()).done < from + i + 1) await pause(10)
    }
  }
  const warmUp = Math.min(40, count)
  await send(warmUp, 0)
  await pause(1000)
  const idleStart = await ask()
  await pause(3000)
  const idleEnd = await ask()
  const idlePerSecond = (idleEnd.cpuMicros - idleStart.cpuMicros) / 3
  const before = await ask()
  const began = performance.now()
  await send(count, warmUp)
  const seconds = (performance.now() - began) / 1000
  const after = await ask('timings')
  const timings = after.timings.slice(warmUp)
  const totals = timings.map(({ total }) => total)
  return {
    tickets: timings.length,
    p50: quantile(totals, 0.5),
    p95: quantile(totals, 0.95),
    triageP50: quantile(
      timings.map(({ triage, model }) => triage - model),
      0.5,
    ),
    cpuMs: Math.round((after.cpuMicros - before.cpuMicros - idlePerSecond * seconds) / count / 100) / 10,
    modelMs: oneDecimal(timings.reduce((sum, { model }) => sum + model, 0) / timings.length),
    idleCpuPercent: Math.round(idlePerSecond / 1000) / 10,
    rssMb: after.rssMb,
  }
}

function print(row: Awaited<ReturnType<typeof measure>>, database: string) {
  console.log(
    `\nwhole flow per ticket without the model call; ${database} database; n = ${row.tickets}, one at a time\n` +
      `webhook arrives → write-back settled: p50 ${row.p50} ms, p95 ${row.p95} ms (triage step alone: p50 ${row.triageP50} ms)\n` +
      `CPU of the service: ${row.cpuMs} ms per ticket (with the model: mean ${row.modelMs} ms); idle ${row.idleCpuPercent} %; memory ${row.rssMb} MB, not bundled`,
  )
}

function quantile(values: number[], q: number): number {
  const sorted = values.sort((a, b) => a - b)
  return oneDecimal(sorted[Math.floor(sorted.length * q)] ?? 0)
}

const oneDecimal = (value: number) => Math.round(value * 10) / 10
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
