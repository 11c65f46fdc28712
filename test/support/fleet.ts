/** Processes of the service on one database, the helpdesks that they read from, and webhooks that are sent until they are taken. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type HttpBindings, serve } from '@hono/node-server'
import { connectors } from '../../connectors/index.ts'
import { createJiraSandbox, jiraSandboxMapping } from '../../connectors/jira/sandbox.ts'
import { createZendeskSandbox, zendeskSandboxMapping } from '../../connectors/zendesk/sandbox.ts'
import { readConfig } from '../../src/config.ts'
import { ConnectionInput, saveConnection } from '../../src/connections/index.ts'
import { AGENTS, GROUPS, routingMap } from '../../src/demo/desk.ts'
import { loadTraining } from '../../src/demo/tickets.ts'
import { type Deps, openDeps } from '../../src/deps.ts'
import { addExamples } from '../../src/labels/index.ts'
import { publishDraft, saveDraft } from '../../src/routing/index.ts'
import { currentTaxonomy } from '../../src/taxonomy/index.ts'
import { trainEmbedded } from '../../src/training/index.ts'

export const SECRET = 'a secret that the helpdesk shares'
const root = fileURLToPath(new URL('../..', import.meta.url))
const migrations = `${root}migrations`

export type Fleet = Awaited<ReturnType<typeof openFleet>>
export type Webhook = { path: string; headers: Record<string, string>; body: string }
type Answer = { status: number; delivery?: string }
export type Serve = (request: Request, env: HttpBindings) => Response | Promise<Response>
export type Member = {
  port: number
  process: ChildProcess
  /** The end of what it said. */
  said(): string
  kill(): Promise<void>
}

/**
 * A database with a routing map, a trained model and two connections; no process runs yet. `env` is added to each, and
 * `settings` to the connections; `front` stands before the APIs of the helpdesks.
 */
export async function openFleet(
  database: { url: string | null; dataDir: string },
  env: Record<string, string> = {},
  {
    settings: connection = {},
    front = (_, api) => api,
  }: { settings?: Record<string, unknown>; front?: (vendor: 'jira' | 'zendesk', api: Serve) => Serve } = {},
) {
  const jira = createJiraSandbox({ groups: GROUPS })
  const zendesk = createZendeskSandbox({ groups: GROUPS, agents: AGENTS })
  const servers: ReturnType<typeof serve>[] = []
  jira.baseUrl = await listen(front('jira', jira.app.fetch), servers)
  zendesk.baseUrl = await listen(front('zendesk', zendesk.app.fetch), servers)
  const members: Member[] = []
  const settings: Record<string, string> = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    ADMIN_TOKEN: 'the admin token of the fleet',
    DATA_DIR: database.dataDir,
    DATABASE_URL: database.url ?? '',
    DATABASE_POOL: '8',
    ENCRYPTION_KEY: btoa('c'.repeat(32)),
    LLM_BASE_URL: '',
    WORKERS: '4',
    ...env,
  }
  const withDeps = async (work: (deps: Deps) => Promise<void>) => {
    await using deps = await openDeps(readConfig({ ...settings, LOG_LEVEL: 'silent' }), connectors, migrations)
    await work(deps)
  }
  await withDeps((deps) => fill(deps, jira, zendesk, connection))
  return {
    jira,
    zendesk,
    mappings: { jira: jiraSandboxMapping(jira), zendesk: zendeskSandboxMapping(zendesk) },
    members,
    settings,
    withDeps,
    /** Starts one more process, or one in the place of another, and waits until it is ready. */
    async start(port?: number, onLine?: (line: string) => void) {
      const member = await startMember(settings, port ?? (await freePort()), onLine)
      members.push(member)
      return member
    },
    webhook: (n: number) => (n % 2 === 0 ? jiraWebhook(jira, n) : zendeskWebhook(zendesk, n)),
    async close() {
      for (const member of members) await member.kill()
      for (const server of servers) server.close()
    },
  }
}

/** Sends once; null: the connection broke. */
async function send(port: number, { path, headers, body }: Webhook): Promise<Answer | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      body,
      headers: { ...headers, 'Content-Type': 'application/json' },
    })
    const said = (await answer.json()) as { delivery?: string }
    if (answer.status >= 400 && answer.status < 500) throw new Error(`refused: ${JSON.stringify(said)}`)
    return { status: answer.status, ...said }
  } catch (error) {
    if ((error as Error).message.startsWith('refused')) throw error
    return null
  }
}

/** As a helpdesk does: again and again with the same identifier until it is taken. `port` is asked for every attempt. */
export async function deliver(port: () => number, webhook: Webhook): Promise<string> {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const answer = await send(port(), webhook)
    if (answer?.status === 202) return answer.delivery!
    await pause(50)
  }
  throw new Error('never taken')
}

/** Waits until no job is left, as one process sees the queue. */
export async function untilSettled({ port, said }: Member) {
  for (let i = 0; i < 2400; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`).then((r) => r.text())
    const open = [
      ...answer.matchAll(/^pointsman_queue_depth\{kind="(?:triage|writeback|feedback)",state="\w+"\} (\d+)$/gm),
    ]
    if (open.length === 6 && open.every(([, n]) => n === '0')) return
    await pause(100)
  }
  throw new Error(`the queue never emptied\n${said()}`)
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

type Jira = ReturnType<typeof createJiraSandbox>
type Zendesk = ReturnType<typeof createZendeskSandbox>

async function fill(deps: Deps, jira: Jira, zendesk: Zendesk, settings: Record<string, unknown>) {
  const { db } = deps.database
  await saveDraft(db, routingMap, 'test')
  await publishDraft(db, await currentTaxonomy(db), 'test')
  await addExamples(db, 'synthetic', (await loadTraining()).slice(0, 120))
  await trainEmbedded(db)
  const common = {
    mode: 'automate',
    secrets: [{ kind: 'signature', secret: SECRET }],
    settings: { perMinute: 100_000, concurrency: 8, threshold: 0, ...settings },
  }
  const inputs = [
    {
      name: 'jira',
      kind: 'jira',
      baseUrl: jira.baseUrl,
      credentials: { kind: 'basic', ...jira.site.credentials },
      mapping: jiraSandboxMapping(jira),
    },
    {
      name: 'zendesk',
      kind: 'zendesk',
      baseUrl: zendesk.baseUrl,
      credentials: zendesk.credentials.basic,
      mapping: zendeskSandboxMapping(zendesk),
    },
  ]
  for (const input of inputs) {
    const self = input.kind === 'jira' ? jira.self.id : zendesk.self.id
    await saveConnection({ db, vault: deps.vault }, ConnectionInput.parse({ ...common, ...input }), self, 'test')
  }
}

async function startMember(
  settings: Record<string, string>,
  port: number,
  onLine?: (line: string) => void,
): Promise<Member> {
  const { TEST_DATABASE_URL: _, ...inherited } = process.env
  const child = spawn(process.execPath, ['src/cli.ts', 'serve'], {
    cwd: root,
    env: { ...inherited, ...settings, PORT: String(port) },
  })
  let log = ''
  const note = (chunk: Buffer) => {
    log = (log + chunk).slice(-20_000)
  }
  child.stdout.on('data', note)
  child.stderr.on('data', note)
  if (onLine) for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', onLine)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for (let i = 0; i < 1200; i++) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (ready?.status === 200) break
    if (child.exitCode !== null || i === 1199) throw new Error(`the service is not ready\n${log}`)
    await pause(50)
  }
  return {
    port,
    process: child,
    said: () => log,
    kill() {
      child.kill('SIGKILL')
      return ended
    },
  }
}

async function jiraWebhook(jira: Jira, n: number): Promise<Webhook> {
  const { id, key } = await jira.create({
    subject: `Internet is down, house ${n}`,
    body: `No link on the modem since ${n} minutes, the whole floor is waiting.`,
  })
  const body = JSON.stringify({ id: Number(id), key })
  const headers = { 'X-Hub-Signature': `sha256=${hmac(body, 'hex')}`, 'X-Atlassian-Webhook-Identifier': randomUUID() }
  return { path: '/webhooks/jira', headers, body }
}

async function zendeskWebhook(zendesk: Zendesk, n: number): Promise<Webhook> {
  const { id } = await zendesk.create({
    subject: `Invoice ${n} looks wrong`,
    body: `Please explain the charge of ${n} on my last invoice.`,
  })
  const time = new Date().toISOString()
  const body = JSON.stringify({
    kind: 'ticket.created',
    ticket_id: id,
    account: 'test',
    updated_at: time,
    current_user_id: '1',
  })
  const headers = {
    'X-Zendesk-Webhook-Signature': hmac(time + body, 'base64'),
    'X-Zendesk-Webhook-Signature-Timestamp': time,
    'X-Zendesk-Webhook-Invocation-Id': randomUUID(),
  }
  return { path: '/webhooks/zendesk', headers, body }
}

function hmac(text: string, encoding: 'hex' | 'base64') {
  return createHmac('sha256', SECRET).update(text).digest(encoding)
}

/** Serves on a free port; resolves with the base URL. */
export function listen(fetch: Serve, servers: ReturnType<typeof serve>[]): Promise<string> {
  // what listens here is HTTP/1
  const handle: Parameters<typeof serve>[0]['fetch'] = (request, env) => fetch(request, env as HttpBindings)
  return new Promise((resolve) => {
    servers.push(
      serve({ fetch: handle, port: 0, hostname: '127.0.0.1' }, (at) => resolve(`http://127.0.0.1:${at.port}`)),
    )
  })
}
