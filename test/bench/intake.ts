/**
 * Signed 3 KB webhooks per second through real HTTP, compared in one run with two reference routes on the same server: one only
 * verifies and parses the delivery, the other also does one prepared insert, without a job. Quote the ratios: unlike the rates
 * they do not depend on the speed of the machine.
 */
import { fork } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { ownDatabase } from './database.ts'

const SECRET = 'the secret of the intake benchmark'
const ROUTES = ['verify', 'insert', 'intake'] as const
type Route = (typeof ROUTES)[number]
type ServerStats = { port: number; cpuMicros: number; rssMb: number; readyMs: number }
export type Row = { connections: number; route: Route; perSecond: number; p50: number; p99: number; cpuMicros: number }

/** `--seconds N` for each route and number of connections (default 4), `--json`. Without DATABASE_URL: the embedded database. */
export async function run(args: string[]): Promise<void> {
  const seconds = Number(args[args.indexOf('--seconds') + 1] ?? 4) || 4
  const database = await ownDatabase()
  const server = fork(new URL('./intake-server.ts', import.meta.url), [], {
    env: {
      ...process.env,
      DATABASE_URL: database.url ?? '',
      DATA_DIR: database.dataDir,
      BENCH_SECRET: SECRET,
      ENCRYPTION_KEY: btoa('b'.repeat(32)),
    },
  })
  const ask = () =>
    new Promise<ServerStats>((resolve) => {
      server.once('message', resolve as never)
      server.send('stats')
    })
  try {
    const { port } = await new Promise<ServerStats>((resolve, reject) => {
      server.once('message', resolve as never)
      server.once('exit', (code) => reject(new Error(`the server exited with ${code}`)))
    })
    const rows: Row[] = []
    for (const route of ROUTES) await load(port, route, 8, 1_000) // warm up connections, query plans and compiled code
    for (const connections of [1, 16, 64])
      for (const route of ROUTES) {
        const before = await ask()
        const { times, ms } = await load(port, route, connections, seconds * 1000)
        const after = await ask()
        times.sort((a, b) => a - b)
        const at = (q: number) => Math.round((times[Math.floor(times.length * q)] ?? 0) * 10) / 10
        const cpuMicros = Math.round((after.cpuMicros - before.cpuMicros) / times.length)
        rows.push({
          connections,
          route,
          perSecond: Math.round((times.length / ms) * 1000),
          p50: at(0.5),
          p99: at(0.99),
          cpuMicros,
        })
        process.stderr.write(`${connections} connections, ${route}: ${rows.at(-1)!.perSecond}/s\n`)
      }
    if (args.includes('--json')) console.log(JSON.stringify(rows))
    else print(rows, await ask(), database.url ? 'PostgreSQL' : 'embedded')
  } finally {
    server.kill()
    await database.drop()
  }
}

function print(rows: Row[], { rssMb }: ServerStats, database: string) {
  console.log(`\nintake of signed 3 KB webhooks, ${database}; client and server share this machine\n`)
  console.log('connections  route    per second   p50 ms   p99 ms   server CPU µs')
  for (const r of rows)
    console.log(
      `${String(r.connections).padEnd(13)}${r.route.padEnd(9)}${String(r.perSecond).padStart(10)}${String(r.p50).padStart(9)}${String(r.p99).padStart(9)}${String(r.cpuMicros).padStart(16)}`,
    )
  for (const connections of [1, 16, 64]) {
    const rate = (route: Route) => rows.find((r) => r.connections === connections && r.route === route)!.perSecond
    console.log(
      `${connections} connections: the rate of intake is ${(rate('intake') / rate('insert')).toFixed(2)} of one insert, ${(rate('intake') / rate('verify')).toFixed(2)} of verifying only`,
    )
  }
  console.log(`resident memory of the server under load: ${rssMb} MB (unbundled)`)
}

async function load(port: number, route: Route, connections: number, forMs: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const times: number[] = []
  const began = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - began < forMs) {
        const started = performance.now()
        await post(agent, port, route)
        times.push(performance.now() - started)
      }
    }),
  )
  const ms = performance.now() - began
  agent.destroy()
  return { times, ms }
}

let made = 0
const DESCRIPTION = 'The connection drops every few minutes and the modem lights blink. '.repeat(36)

function post(agent: Agent, port: number, route: Route): Promise<void> {
  const id = String(100_000 + ++made)
  const fields = {
    summary: `Ticket ${id}`,
    description: DESCRIPTION,
    project: { id: '1', key: 'SUP' },
    labels: [],
    components: [],
    priority: { id: '3', name: 'Medium' },
  }
  const body = JSON.stringify({
    timestamp: Date.now(),
    webhookEvent: 'jira:issue_created',
    user: { accountId: 'customer' },
    issue: { id, key: `SUP-${id}`, fields },
  })
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'X-Hub-Signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    'X-Atlassian-Webhook-Identifier': randomUUID(),
  }
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path: route === 'intake' ? '/webhooks/bench' : `/${route}`,
        method: 'POST',
        headers,
      },
      (res) => {
        res.resume()
        res.on('end', () =>
          res.statusCode === 202 ? resolve() : reject(new Error(`${route} answered ${res.statusCode}`)),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
