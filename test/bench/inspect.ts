/**
 * `npm run bench -- inspect`: what reading a large helpdesk for a mapping costs: calls, seconds and memory, with 40 ms for
 * each call over real HTTP. `--ms N` for another latency, `--json` for one object.
 */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { jira } from '../../connectors/jira/index.ts'
import { createJiraSandbox, jiraSandboxConnection } from '../../connectors/jira/sandbox.ts'
import type { Sandbox } from '../../connectors/sandbox.ts'
import { zendesk } from '../../connectors/zendesk/index.ts'
import { createZendeskSandbox, zendeskSandboxConnection } from '../../connectors/zendesk/sandbox.ts'
import type { Connection, Connector } from '../../src/contract/index.ts'

type Row = { account: string; calls: number; seconds: number; secondsOneByOne: number; heapMb: number; unread: number }

export async function run(args: string[]): Promise<void> {
  const ms = Number(args[args.indexOf('--ms') + 1] ?? 40) || 40
  const rows = [await measureJira(ms, 1), await measureJira(ms, 20), await measureZendesk(ms)]
  if (args.includes('--json')) return console.log(JSON.stringify({ msPerCall: ms, rows }))
  console.log(`${ms} ms for each call; "one by one": the calls times the latency\n`)
  console.log('account                                          calls  seconds  one by one  heap MB  not read')
  for (const { account, calls, seconds, secondsOneByOne, heapMb, unread } of rows)
    console.log(
      `${account.padEnd(48)} ${String(calls).padStart(5)}  ${seconds.toFixed(1).padStart(7)}  ${secondsOneByOne.toFixed(1).padStart(10)}  ${String(heapMb).padStart(7)}  ${String(unread).padStart(8)}`,
    )
}

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name} ${n}`)

function measureJira(ms: number, count: number): Promise<Row> {
  const projects = Array.from({ length: count }, (_, n) => ({
    key: `P${String(n).padStart(2, '0')}`,
    name: `Project ${n}`,
    type: 'service_desk' as const,
  }))
  const sandbox = createJiraSandbox({ projects, groups: numbered('Group', 500), crowd: 20_000 })
  const account = `Jira: ${count} project(s), 500 components, 20,000 users`
  return measure(account, jira, sandbox, () => jiraSandboxConnection(sandbox), ms)
}

function measureZendesk(ms: number): Promise<Row> {
  const groups = numbered('Group', 120)
  const agents = numbered('Agent', 6000).map((name, n) => ({
    name,
    groups: [groups[n % groups.length]!, groups[(n + 1) % groups.length]!],
  }))
  const sandbox = createZendeskSandbox({ groups, agents })
  return measure(
    'Zendesk: 6,000 agents, 12,000 memberships',
    zendesk,
    sandbox,
    () => zendeskSandboxConnection(sandbox),
    ms,
  )
}

async function measure(
  account: string,
  connector: Connector,
  sandbox: Sandbox,
  connectionOf: () => Connection,
  ms: number,
): Promise<Row> {
  const app = new Hono().all('*', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    return sandbox.app.fetch(c.req.raw)
  })
  const server = await new Promise<{ close(): void; port: number }>((resolve) => {
    const opened = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ close: () => opened.close(), port }),
    )
  })
  sandbox.baseUrl = `http://127.0.0.1:${server.port}`
  try {
    const started = performance.now()
    const metadata = await connector.inspect({ ...connectionOf(), mode: 'automate' })
    const seconds = (performance.now() - started) / 1000
    const calls = sandbox.requests.length
    const heapMb = Math.round(process.memoryUsage().heapUsed / 1e6)
    return { account, calls, seconds, secondsOneByOne: (calls * ms) / 1000, heapMb, unread: metadata.unread.length }
  } finally {
    server.close()
  }
}
