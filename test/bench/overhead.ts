/**
 * What the line costs beside the model: from the webhook's arrival until the write is settled, per ticket, sent one after
 * the other through a sandbox Jira over real HTTP. The model call (embedded classifier) is taken out of the times.
 */
import { fork } from 'node:child_process'
import { serve } from '@hono/node-server'
import { createJiraSandbox } from '../../connectors/jira/sandbox.ts'
import { GROUPS } from '../../src/demo/desk.ts'
import { loadUnseen } from '../../src/demo/tickets.ts'
import { ownDatabase } from './database.ts'

const SECRET = 'the secret of the overhead benchmark'
type Told = { port: number; cpuMicros: number; rssMb: number; done: number; lines: Line[] }
type Line = { line: number; model: number; triage: number }

/** `--tickets N` (default 200), `--json`. */
export async function run(args: string[]): Promise<void> {
  const count = Number(args[args.indexOf('--tickets') + 1] ?? 200) || 200
  const jira = createJiraSandbox({ groups: GROUPS })
  const api = serve({ fetch: jira.app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
    jira.baseUrl = `http://127.0.0.1:${port}`
  })
  while (!jira.baseUrl.includes('127.0.0.1')) await pause(10)
  const database = await ownDatabase()
  const server = fork(new URL('./overhead-server.ts', import.meta.url), [], {
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
        mapping: await mappingOf(jira),
      }),
    },
  })
  const ask = (what = 'tell') =>
    new Promise<Told>((resolve) => {
      server.once('message', resolve as never)
      server.send(what)
    })
  try {
    const { port } = await new Promise<Told>((resolve, reject) => {
      server.once('message', resolve as never)
      server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    })
    jira.webhooks.push({
      url: `http://127.0.0.1:${port}/webhooks/bench`,
      secret: { kind: 'signature', secret: SECRET },
      style: 'events',
    })
    const tickets = await loadUnseen()
    const send = async (n: number, from: number) => {
      for (let i = 0; i < n; i++) {
        const ticket = tickets[(from + i) % tickets.length]!
        await jira.create({ subject: `${ticket.subject} ${from + i}`, body: ticket.text })
        while ((await ask()).done < from + i + 1) await pause(10)
      }
    }
    const warm = Math.min(40, count)
    await send(warm, 0)
    await pause(1000)
    const idle0 = await ask()
    await pause(3000)
    const idle1 = await ask()
    const before = await ask()
    const began = performance.now()
    await send(count, warm)
    const seconds = (performance.now() - began) / 1000
    const after = await ask('lines')
    const lines = after.lines.slice(warm)
    const idlePerSecond = (idle1.cpuMicros - idle0.cpuMicros) / 3
    const row = {
      tickets: lines.length,
      p50: at(lines, 0.5),
      p95: at(lines, 0.95),
      triageP50:
        Math.round(lines.map((l) => l.triage - l.model).sort((a, b) => a - b)[Math.floor(lines.length / 2)]! * 10) / 10,
      cpuMs: Math.round((after.cpuMicros - before.cpuMicros - idlePerSecond * seconds) / count / 100) / 10,
      modelMs: Math.round((lines.reduce((sum, l) => sum + l.model, 0) / lines.length) * 10) / 10,
      idleCpuPercent: Math.round(idlePerSecond / 1000) / 10,
      rssMb: after.rssMb,
    }
    if (args.includes('--json')) console.log(JSON.stringify(row))
    else {
      console.log(
        `\nwhole line per ticket, model call taken out; ${database.url ? 'PostgreSQL' : 'embedded'}; n = ${row.tickets}, one at a time`,
      )
      console.log(
        `webhook in → settled: p50 ${row.p50} ms, p95 ${row.p95} ms (triage step alone p50 ${row.triageP50} ms)`,
      )
      console.log(
        `CPU of the service: ${row.cpuMs} ms a ticket (model included: mean ${row.modelMs} ms); idle ${row.idleCpuPercent} %; resident ${row.rssMb} MB unbundled`,
      )
    }
  } finally {
    server.kill()
    api.close()
    await database.drop()
  }
}

async function mappingOf(jira: ReturnType<typeof createJiraSandbox>) {
  const { jiraSandboxMapping } = await import('../../connectors/jira/sandbox.ts')
  return jiraSandboxMapping(jira)
}

function at(lines: Line[], q: number) {
  const sorted = lines.map((l) => l.line).sort((a, b) => a - b)
  return Math.round((sorted[Math.floor(sorted.length * q)] ?? 0) * 10) / 10
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
