/** Killed at random moments while webhooks arrive: nothing acknowledged is lost, nothing is done twice. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { serve } from '@hono/node-server'
import { sql } from 'drizzle-orm'
import type { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectors } from '../connectors/index.ts'
import { createJiraSandbox, jiraSandboxMapping } from '../connectors/jira/sandbox.ts'
import { createZendeskSandbox, zendeskSandboxMapping } from '../connectors/zendesk/sandbox.ts'
import { readConfig } from '../src/config.ts'
import { ConnectionInput, saveConnection } from '../src/connections/index.ts'
import { rows } from '../src/db/index.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { AGENTS, GROUPS, routingMap } from '../src/demo/desk.ts'
import { loadTraining } from '../src/demo/tickets.ts'
import { openDeps } from '../src/deps.ts'
import { addExamples } from '../src/labels/index.ts'
import { publishDraft, saveDraft } from '../src/routing/index.ts'
import { currentTaxonomy } from '../src/taxonomy/index.ts'
import { trainEmbedded } from '../src/training/index.ts'
import { type Fresh, freshDatabase } from './support/database.ts'

const SECRET = 'a secret that the helpdesk shares'
const WEBHOOKS = 500
const KILLS = 4
const jira = createJiraSandbox({ groups: GROUPS })
const zendesk = createZendeskSandbox({ groups: GROUPS, agents: AGENTS })
const sandboxes = { jira, zendesk }
const servers: ReturnType<typeof serve>[] = []
let fresh: Fresh
let port: number
let service: ChildProcess
let log = ''

beforeAll(async () => {
  fresh = await freshDatabase()
  port = await freePort()
  for (const sandbox of [jira, zendesk]) sandbox.baseUrl = await listen(sandbox.app)
  await withDeps(async (deps) => {
    const { db } = deps.database
    const taxonomy = await currentTaxonomy(db)
    await saveDraft(db, routingMap, 'test')
    await publishDraft(db, taxonomy, 'test')
    await addExamples(db, 'synthetic', (await loadTraining()).slice(0, 120))
    await trainEmbedded(db)
    for (const kind of ['jira', 'zendesk'] as const) {
      const credentials = kind === 'jira' ? { kind: 'basic', ...jira.site.credentials } : zendesk.credentials.basic
      const mapping = kind === 'jira' ? jiraSandboxMapping(jira) : zendeskSandboxMapping(zendesk)
      const settings = { perMinute: 100_000, concurrency: 8, threshold: 0 }
      const secrets = [{ kind: 'signature', secret: SECRET }]
      const input = ConnectionInput.parse({
        name: kind,
        kind,
        baseUrl: sandboxes[kind].baseUrl,
        mode: 'automate',
        credentials,
        secrets,
        mapping,
        settings,
      })
      await saveConnection({ db, vault: deps.vault }, input, sandboxes[kind].self.id, 'test')
    }
  })
}, 120_000)

afterAll(async () => {
  service?.kill('SIGKILL')
  for (const server of servers) server.close()
  await fresh?.drop()
})

test(`${KILLS} times SIGKILL while ${WEBHOOKS} webhooks arrive`, { timeout: 600_000 }, async () => {
  await startService()
  let sent = 0
  const acknowledged: string[] = []
  const send = async () => {
    while (sent < WEBHOOKS) {
      const n = sent++
      acknowledged.push(await deliver(n % 2 === 0 ? await jiraWebhook(n) : await zendeskWebhook(n)))
    }
  }
  const killing = (async () => {
    for (let kill = 1; kill <= KILLS; kill++) {
      const from = Math.floor((WEBHOOKS / (KILLS + 1)) * kill)
      while (sent < from) await pause(5)
      await pause(Math.random() * 150)
      await killService()
      await startService()
    }
  })()
  await Promise.all([killing, ...Array.from({ length: 8 }, send)])
  expect(new Set(acknowledged).size).toBe(WEBHOOKS)
  await untilSettled()
  await killService()

  await withDeps(async ({ database }) => {
    const ledger = await readLedger(database.db)
    expect(ledger).toMatchObject({ events: WEBHOOKS, waiting: 0, failed: 0, lost: 0, balanced: true })
    const decided = await rows<{ cause: string }>(database.db, sql`select cause from decisions`)
    expect(decided.map((d) => d.cause).sort()).toEqual(acknowledged.map((id) => `delivery:${id}`).sort())
  })
  for (const { id, history, comments } of [...jira.tickets(), ...zendesk.tickets()]) {
    const self = [jira.self.id, zendesk.self.id]
    const changes = new Set(history.filter((h) => self.includes(h.by)).map((h) => h.changeId))
    expect(changes.size, `writes to ticket ${id}`).toBeLessThanOrEqual(1)
    expect(comments.filter((c) => self.includes(c.author)).length, `notes on ticket ${id}`).toBeLessThanOrEqual(1)
  }
})

type Webhook = { path: string; headers: Record<string, string>; body: string }

async function jiraWebhook(n: number): Promise<Webhook> {
  const { id, key } = await jira.create({
    subject: `Internet is down, house ${n}`,
    body: `No link on the modem since ${n} minutes, the whole floor is waiting.`,
  })
  const body = JSON.stringify({ id: Number(id), key })
  const headers = { 'X-Hub-Signature': `sha256=${hmac(body, 'hex')}`, 'X-Atlassian-Webhook-Identifier': randomUUID() }
  return { path: '/webhooks/jira', headers, body }
}

async function zendeskWebhook(n: number): Promise<Webhook> {
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

/** As a helpdesk does: again and again with the same identifier until it is taken. */
async function deliver({ path, headers, body }: Webhook): Promise<string> {
  for (let attempt = 0; attempt < 2000; attempt++) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        body,
        headers: { ...headers, 'Content-Type': 'application/json' },
      })
      const said = (await answer.json()) as { delivery: string }
      if (answer.status === 202) return said.delivery
      if (answer.status < 500) throw new Error(`refused: ${JSON.stringify(said)}`)
    } catch (error) {
      if ((error as Error).message.startsWith('refused')) throw error
    }
    await pause(50)
  }
  throw new Error(`never taken\n${log}`)
}

async function untilSettled() {
  for (let i = 0; i < 2400; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`).then((r) => r.text())
    const open = [
      ...answer.matchAll(/^pointsman_queue_depth\{kind="(?:triage|writeback|feedback)",state="\w+"\} (\d+)$/gm),
    ]
    if (open.length === 6 && open.every(([, n]) => n === '0')) return
    await pause(100)
  }
  throw new Error(`the queue never emptied\n${log}`)
}

async function startService() {
  service = spawn(process.execPath, ['src/cli.ts', 'serve'], {
    env: { ...process.env, ...environment(), PORT: String(port), WORKERS: '4' },
  })
  service.stdout?.on('data', (chunk) => (log = (log + chunk).slice(-20_000)))
  service.stderr?.on('data', (chunk) => (log = (log + chunk).slice(-20_000)))
  for (let i = 0; i < 1200; i++) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (ready?.status === 200) return
    if (service.exitCode !== null) throw new Error(`the service ended\n${log}`)
    await pause(50)
  }
  throw new Error(`the service never got ready\n${log}`)
}

function killService() {
  const gone = new Promise((resolve) => service.once('exit', resolve))
  service.kill('SIGKILL')
  return gone
}

function environment(): Record<string, string> {
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    ADMIN_TOKEN: 'the admin token of the crash test',
    DATA_DIR: fresh.dataDir,
    DATABASE_URL: fresh.url ?? '',
    DATABASE_POOL: '8',
    ENCRYPTION_KEY: btoa('c'.repeat(32)),
    LLM_BASE_URL: '',
  }
}

async function withDeps(work: (deps: Awaited<ReturnType<typeof openDeps>>) => Promise<void>) {
  await using deps = await openDeps(
    readConfig({ ...environment(), LOG_LEVEL: 'silent' }),
    connectors,
    new URL('../migrations', import.meta.url).pathname,
  )
  await work(deps)
}

function listen(app: Hono): Promise<string> {
  return new Promise((resolve) => {
    servers.push(
      serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (at) => resolve(`http://127.0.0.1:${at.port}`)),
    )
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
