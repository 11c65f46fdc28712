/** The encryption key is replaced while several instances run on one database: no delivery and no job is lost. */
import { createHmac, randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectors } from '../connectors/index.ts'
import { createJiraSandbox, jiraSandboxMapping } from '../connectors/jira/sandbox.ts'
import { createApp } from '../src/app.ts'
import { formatKeys, readKeys } from '../src/commands/keys.ts'
import { readConfig } from '../src/config.ts'
import {
  ConnectionInput,
  changeConnection,
  findConnection,
  joinKeyRing,
  readKeyUse,
  reseal,
  saveConnection,
} from '../src/connections/index.ts'
import { openVault } from '../src/connections/vault.ts'
import { connections, processes } from '../src/db/schema.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { type Deps, openDeps } from '../src/deps.ts'
import { tasks } from '../src/jobs.ts'
import { type Fresh, freshDatabase } from './support/database.ts'

const migrations = new URL('../migrations', import.meta.url).pathname
const SECRET = 'a webhook secret of some length'
const [OLD, NEW] = [btoa('o'.repeat(32)), btoa('n'.repeat(32))]
const idOf = (key: string) => openVault([key]).keys.seals

let fresh: Fresh
const opened: Deps[] = []
beforeEach(async () => {
  fresh = await freshDatabase()
})
afterEach(async () => {
  for (const deps of opened.splice(0)) await deps[Symbol.asyncDispose]()
  await fresh.drop()
})

/** Starts an instance with these keys; several at once need a server. */
async function startWith(...keys: string[]): Promise<Deps> {
  const config = readConfig({
    LOG_LEVEL: 'silent',
    DATA_DIR: fresh.dataDir,
    ENCRYPTION_KEY: keys.join(),
    ...(fresh.url ? { DATABASE_URL: fresh.url, DATABASE_POOL: '4' } : {}),
  })
  const deps = await openDeps(config, connectors, migrations)
  opened.push(deps)
  return deps
}

async function stop(deps: Deps) {
  opened.splice(opened.indexOf(deps), 1)
  await deps[Symbol.asyncDispose]()
}

/** It ends without saying so, as a process that is killed. */
async function crash(deps: Deps) {
  const rows = await deps.database.db.select().from(processes)
  await stop(deps)
  return rows
}

const needs = (deps: Deps) => ({ db: deps.database.db, vault: deps.vault })
const kidsOf = async ({ database }: Deps) => Object.keys((await readKeyUse(database.db)).secrets)

async function addConnection(deps: Deps, name = 'jira') {
  const jira = createJiraSandbox({ groups: ['Network'] })
  const input = ConnectionInput.parse({
    name,
    kind: 'jira',
    baseUrl: 'https://jira.test',
    mode: 'observe',
    credentials: { kind: 'basic', ...jira.site.credentials },
    secrets: [{ kind: 'signature', secret: SECRET }],
    mapping: jiraSandboxMapping(jira),
    // It is ignored once it was read: no helpdesk is there.
    filters: { projects: ['NONE'] },
  })
  return saveConnection(needs(deps), input, null, 'test')
}

async function webhook(deps: Deps): Promise<number> {
  const body = JSON.stringify({ id: String(Math.floor(Math.random() * 1e9)), event: 'removed', nonce: randomUUID() })
  const headers = {
    'Content-Type': 'application/json',
    'X-Hub-Signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
  }
  return (await createApp(deps).request('/webhooks/jira', { method: 'POST', headers, body })).status
}

/** A webhook, a write and a read through every instance. */
async function everythingWorks(...instances: Deps[]) {
  for (const deps of instances) {
    expect(await webhook(deps)).toBe(202)
    const secrets = [{ kind: 'signature' as const, secret: SECRET }]
    await changeConnection(needs(deps), 'jira', { secrets }, null, 'test')
    for (const other of instances) expect((await findConnection(needs(other), 'jira')).secrets).toEqual(secrets)
    await deps.queue.drain(tasks(deps))
  }
  const [first] = instances
  expect(await first!.queue.deadLetters()).toEqual([])
  expect(await readLedger(first!.database.db)).toMatchObject({ lost: 0, balanced: true })
}

const several = test.skipIf(!process.env.TEST_DATABASE_URL)

several('the key is replaced step by step under two instances that take webhooks and write', async () => {
  let [a, b] = [await startWith(OLD), await startWith(OLD)]
  await addConnection(a)
  await everythingWorks(a, b)
  for (const keys of [[OLD, NEW], [NEW, OLD], [NEW]]) {
    await stop(a)
    a = await startWith(...keys)
    await everythingWorks(a, b)
    await stop(b)
    b = await startWith(...keys)
    await everythingWorks(a, b)
  }
  expect(await kidsOf(a)).toEqual([idOf(NEW)])
  const report = await readKeys(a.config, migrations, { reseal: false })
  expect(formatKeys(report)).toMatch(/encrypts; 2 stored secret\(s\); known to 2 of 2 running process\(es\)\n→ /)
})

several('the new key first, while another instance does not know it, is refused with what to do', async () => {
  const a = await startWith(OLD)
  await addConnection(a)
  await expect(startWith(NEW, OLD)).rejects.toMatchObject({
    name: 'ConfigError',
    message: expect.stringContaining('runs without the first key'),
    next: expect.stringMatching(/old,new.*new,old/),
  })
  await everythingWorks(a)
  expect(await kidsOf(a)).toEqual([idOf(OLD)])
})

several('the old key is not dropped while another instance encrypts with it', async () => {
  const a = await startWith(OLD, NEW)
  await addConnection(a)
  await expect(startWith(NEW)).rejects.toMatchObject({ name: 'ConfigError', next: expect.stringMatching(/new,old/) })
  await everythingWorks(a)
})

several(
  'while two instances encrypt with different keys nothing is re-encrypted; when one is left, all is',
  async () => {
    const [a, b] = [await startWith(OLD, NEW), await startWith(NEW, OLD)]
    await addConnection(a)
    const ring = await joinKeyRing(needs(b), { resealed() {}, failed() {} })
    expect(await kidsOf(b)).toEqual([idOf(OLD)])
    await stop(a)
    await ring.tend()
    expect(await kidsOf(b)).toEqual([idOf(NEW)])
    await ring.leave()
  },
)

test('the old key cannot go before its secrets were encrypted again', async () => {
  const a = await startWith(OLD)
  await addConnection(a)
  await stop(a)
  await expect(startWith(NEW)).rejects.toMatchObject({
    name: 'ConfigError',
    next: expect.stringMatching(/ENCRYPTION_KEY/),
  })
  const b = await startWith(NEW, OLD)
  expect(await kidsOf(b)).toEqual([idOf(NEW)])
  await stop(b)
  await startWith(NEW)
})

test('a process that was killed counts no longer when it has been silent for a minute', async () => {
  const left = await crash(await startWith(OLD))
  const a = await startWith(OLD)
  const minuteAgo = new Date(Date.now() - 61_000)
  await a.database.db.insert(processes).values(left.map((row) => ({ ...row, seenAt: minuteAgo })))
  await stop(a)
  const b = await startWith(NEW, OLD)
  expect((await readKeyUse(b.database.db)).processes).toMatchObject([
    { seals: idOf(NEW), opens: [idOf(NEW), idOf(OLD)] },
  ])
})

test('a job that needs a key which is not there waits for it', async () => {
  const a = await startWith(OLD)
  await addConnection(a)
  expect(await webhook(a)).toBe(202)
  // As if it had been asleep during the whole rotation.
  await reseal({ db: a.database.db, vault: openVault([NEW, OLD]) })
  await changeConnection({ db: a.database.db, vault: openVault([NEW]) }, 'jira', {}, null, 'test') // it is read again
  for (let i = 0; i < 8; i++) await a.queue.drain(tasks(a), { early: true })
  expect(await a.queue.deadLetters()).toEqual([])
  expect(await webhook(a)).toBe(503)
  await a.database.db.delete(processes)
  await stop(a)
  const b = await startWith(NEW)
  await b.queue.drain(tasks(b), { early: true })
  expect(await b.queue.deadLetters()).toEqual([])
  expect(await readLedger(b.database.db)).toMatchObject({ waiting: 0, balanced: true })
})

test('a ciphertext opens only in its row and column, and an earlier one is bound when its key is replaced', async () => {
  const a = await startWith(OLD)
  const [one, other] = [await addConnection(a), await addConnection(a, 'other')]
  const { db } = a.database
  const [mine] = await db.select().from(connections).where(eq(connections.id, one.id))
  const place = (set: Partial<typeof connections.$inferInsert>) =>
    db.update(connections).set(set).where(eq(connections.id, other.id))
  const changed = /row was changed/
  await place({ credentials: mine!.credentials })
  await expect(findConnection(needs(a), 'other')).rejects.toThrow(changed)
  await place({ credentials: mine!.secrets })
  await expect(findConnection(needs(a), 'other')).rejects.toThrow(changed)
  const { bound: _, ...stripped } = mine!.credentials
  await place({ credentials: stripped })
  await expect(findConnection(needs(a), 'other')).rejects.toThrow(changed)
  await place({ credentials: a.vault.seal(other.credentials) }) // as an earlier release stored it
  expect(await findConnection(needs(a), 'other')).toEqual(other)
  expect((await readKeyUse(db)).unbound).toBe(1)
  await stop(a)
  const b = await startWith(NEW, OLD)
  expect(await readKeyUse(b.database.db)).toMatchObject({ unbound: 0, secrets: { [idOf(NEW)]: 4 } })
  expect(await findConnection(needs(b), 'other')).toEqual(other)
})
