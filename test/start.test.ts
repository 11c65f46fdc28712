/** Starting and stopping: one process per embedded database, several per server, and a stop that loses nothing. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectors } from '../connectors/index.ts'
import { createJiraSandbox, jiraSandboxMapping } from '../connectors/jira/sandbox.ts'
import { readConfig } from '../src/config.ts'
import { ConnectionInput, saveConnection } from '../src/connections/index.ts'
import { openDatabase } from '../src/db/index.ts'
import { decisions, deliveries } from '../src/db/schema.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { openDeps } from '../src/deps.ts'
import { type Fresh, freshDatabase } from './support/database.ts'
import { withDatabase } from './support/template.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const migrations = `${root}migrations`
const KEY = btoa('s'.repeat(32))
const TOKEN = 'the token that the rule sends along'
const server = process.env.TEST_DATABASE_URL
if (!server)
  console.log('start: the test of several processes that migrate at once is skipped; it needs TEST_DATABASE_URL')

let fresh: Fresh
const children: Child[] = []
beforeEach(async () => {
  fresh = await freshDatabase()
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL')
    await child.ended
  }
  await fresh.drop()
})

type Child = {
  process: ChildProcessWithoutNullStreams
  /** All output so far. */
  said(): string
  ended: Promise<number | null>
}

function run(args: string[], env: Record<string, string> = {}): Child {
  const { NODE_ENV: _, TEST_DATABASE_URL: __, ...inherited } = process.env
  const child = spawn(process.execPath, args, { cwd: root, env: { ...inherited, ...env } })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const started = { process: child, said: () => said, ended }
  children.push(started)
  return started
}

const pointsman = (command: string, env: Record<string, string> = {}) =>
  run(['src/cli.ts', ...command.split(' ')], { ...environment(), ...env })

const environment = (): Record<string, string> => ({
  LOG_LEVEL: 'info',
  PORT: '0',
  DATA_DIR: fresh.dataDir,
  DATABASE_URL: fresh.url ?? '',
  ENCRYPTION_KEY: KEY,
  ADMIN_TOKEN: 'the admin token of the start test',
})

async function until(child: Child, words: RegExp): Promise<RegExpExecArray> {
  for (let i = 0; i < 2400; i++) {
    const found = words.exec(child.said())
    if (found) return found
    if (child.process.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`never printed ${words}:\n${child.said()}`)
}

describe('the embedded database', () => {
  const alone = (dataDir = fresh.dataDir) => openDatabase({ url: null, dataDir, pool: 1, migrations })
  const second = () => pointsman('ledger', { DATABASE_URL: '' })

  test('belongs to one process; the error of a second one names the first and the next step', async () => {
    const mine = await alone()
    const child = second()
    expect(await child.ended).toBe(1)
    expect(child.said()).toMatch(new RegExp(`in use by process ${process.pid}`))
    expect(child.said()).toMatch(/→ .*DATA_DIR.*DATABASE_URL/)
    expect(child.said()).not.toMatch(/^\s+at /m)
    await mine.close()
    const next = second()
    expect(await next.ended, next.said()).toBe(0)
  })

  test('cannot be opened twice in one process either', async () => {
    const mine = await alone()
    await expect(alone()).rejects.toMatchObject({ name: 'DatabaseError' })
    await mine.close()
    await (await alone()).close()
  })

  test('of a process that was killed is free at once', async () => {
    const killed = pointsman('serve', { DATABASE_URL: '' })
    await until(killed, /"listening"/)
    killed.process.kill('SIGKILL')
    await killed.ended
    const mine = await alone()
    await mine.close()
  })

  test('is free when another program has the process id of the one that was killed', async () => {
    for (const name of ['pointsman.lock', 'pointsman.pid'])
      writeFileSync(`${fresh.dataDir}/${name}`, String(process.ppid))
    const mine = await alone()
    await mine.close()
  })

  test('is taken by exactly one of many processes that start at the same time after a crash', async () => {
    const racer = `
      import { lockDirectory } from './src/db/lock.ts'
      process.stdout.write('ready')
      process.stdin.once('data', () => {
        try { lockDirectory(${JSON.stringify(fresh.dataDir)}); process.stdout.write(' won') }
        catch (error) { process.stdout.write(' ' + error.name) }
      })
      process.stdin.on('end', () => process.exit(0))`
    for (let round = 0; round < 4; round++) {
      const racers = Array.from({ length: 6 }, () => run(['--input-type=module', '-e', racer]))
      for (const child of racers) await until(child, /ready/)
      for (const child of racers) child.process.stdin.write('go')
      for (const child of racers) await until(child, /ready .*/)
      const outcomes = racers.map((child) => child.said().replace('ready ', '')).sort()
      expect(outcomes).toEqual([...Array(5).fill('DatabaseError'), 'won'])
      for (const child of racers) child.process.kill('SIGKILL') // the winner leaves its lock behind
      await Promise.all(racers.map((child) => child.ended))
    }
  })

  test('keeps its key in a file that only its owner can read', async () => {
    const { ENCRYPTION_KEY: _, ...env } = environment()
    const child = run(['src/cli.ts', 'migrate'], { ...env, DATABASE_URL: '' })
    expect(await child.ended, child.said()).toBe(0)
    const { statSync } = await import('node:fs')
    expect(statSync(`${fresh.dataDir}/encryption.key`).mode & 0o777).toBe(0o600)
    expect(readFileSync(`${fresh.dataDir}/encryption.key`, 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/)
  })

  test('is refused in production', async () => {
    const child = pointsman('serve', { DATABASE_URL: '', NODE_ENV: 'production', DATA_DIR: `${fresh.dataDir}/new` })
    expect(await child.ended).toBe(1)
    expect(child.said()).toMatch(/DATABASE_URL: required when NODE_ENV=production/)
    expect(existsSync(`${fresh.dataDir}/new`)).toBe(false)
  })
})

test('wrong settings are reported together, before anything is opened', async () => {
  const env = { PORT: 'x', ENCRYPTION_KEY: 'short', CLASSIFIER: 'cascade', DATA_DIR: `${fresh.dataDir}/new` }
  const child = pointsman('serve', env)
  expect(await child.ended).toBe(1)
  for (const name of ['PORT', 'ENCRYPTION_KEY', 'LLM_BASE_URL']) expect(child.said()).toMatch(new RegExp(`- ${name}`))
  expect(child.said()).toMatch(/→ .*env\.example/)
  expect(existsSync(`${fresh.dataDir}/new`)).toBe(false)
})

test('a port that is in use ends the start with one clear line', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as { port: number }
  const child = pointsman('serve', { PORT: String(port) })
  expect(await child.ended).toBe(1)
  expect(child.said()).toMatch(new RegExp(`${port}.*EADDRINUSE|${port} is taken`))
  expect(child.said()).toMatch(/→ .*PORT/)
  taken.close()
})

test.skipIf(!server)('several processes migrate one empty database at the same time', async () => {
  const name = `pointsman_start_${process.pid}`
  const admin = postgres(server!, { max: 1, onnotice: () => {} })
  await admin.unsafe(`drop database if exists ${name} with (force)`)
  await admin.unsafe(`create database ${name}`)
  const DATABASE_URL = withDatabase(server!, name)
  try {
    const all = Array.from({ length: 4 }, () => pointsman('migrate', { DATABASE_URL }))
    for (const child of all) expect(await child.ended, child.said()).toBe(0)
    const sql = postgres(DATABASE_URL, { max: 1 })
    expect(await sql`select version from taxonomies`).toHaveLength(1)
    expect(await sql`select version from rulesets`).toHaveLength(1)
    await sql.end()
  } finally {
    await admin.unsafe(`drop database if exists ${name} with (force)`)
    await admin.end()
  }
})

test('a database that does not answer ends the start with the next step', async () => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as { port: number }
  await new Promise((resolve) => closed.close(resolve))
  const child = pointsman('serve', { DATABASE_URL: `postgres://nobody:hidden-password@127.0.0.1:${port}/none` })
  expect(await child.ended).toBe(1)
  expect(child.said()).toMatch(/database does not answer/)
  expect(child.said()).toMatch(/→ .*DATABASE_URL/)
  expect(child.said()).not.toMatch(/hidden-password/)
})

test('a driver without our patch ends the start with what to run', async () => {
  const unpatched = "import postgres from 'postgres'; delete postgres.survivesCuts; await import('./src/cli.ts')"
  const child = run(['--input-type=module', '-e', unpatched, 'serve'], {
    ...environment(),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  })
  expect(await child.ended, child.said()).toBe(1)
  expect(child.said()).toMatch(/lacks our patch/)
  expect(child.said()).toMatch(/→ .*npx patch-package/)
})

test('METRICS_PORT has metrics and reference, and PORT has them no longer', async () => {
  const service = pointsman('serve', { WORKERS: '0', METRICS_PORT: '0' })
  const [, url, metrics] = await until(service, /"url":"([^"]+)","metrics":"([^"]+)"/)
  const statusOf = async (base: string, path: string) => (await fetch(`${base}${path}`)).status
  for (const path of ['/metrics', '/docs', '/openapi.json'])
    expect([path, await statusOf(metrics!, path), await statusOf(url!, path)]).toEqual([path, 200, 404])
  for (const path of ['/healthz', '/api/v1/me', '/webhooks/jira']) expect(await statusOf(metrics!, path)).toBe(404)
  expect(await statusOf(url!, '/healthz')).toBe(200)
  service.process.kill('SIGTERM')
  expect(await service.ended, service.said()).toBe(0)
})

test('the metrics of the process and of its event loop are there', async () => {
  const service = pointsman('serve', { WORKERS: '0' })
  const [, url] = await until(service, /"url":"([^"]+)"/)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
    expect(metrics).toMatch(new RegExp(`^${name} \\d`, 'm'))
})

test.each([
  ['abc', /Not the id of a dead letter: abc/],
  ['01900000-0000-7000-8000-000000000000', /not those of dead letters/],
])('requeue %s fails and says what to do', async (id, says) => {
  const child = pointsman(`requeue ${id}`)
  expect(await child.ended, child.said()).toBe(1)
  expect(child.said()).toMatch(says)
  expect(child.said()).toMatch(/→ .*requeue --list/)
})

describe('SIGTERM', () => {
  test('lets the request and the job in flight finish, then ends the process with 0', async () => {
    const desk = await openSlowDesk()
    const service = pointsman('serve', { WORKERS: '2', STOP_GRACE_MS: '120000' })
    const [, url] = await until(service, /"url":"([^"]+)"/)
    const keptAlive = await fetch(`${url}/healthz`)
    expect(keptAlive.status).toBe(200)
    await keptAlive.text()

    const created = await post(`${url}/webhooks/jira`, JSON.stringify({ id: desk.ticket, event: 'created' })).answer
    expect(created.status).toBe(202)
    await desk.asked // the job waits for the helpdesk
    const slow = post(`${url}/webhooks/jira`, '{"id": "999", ', '"event": "created"}')
    await slow.begun

    service.process.kill('SIGTERM')
    await until(service, /"stopping"/)
    await expect(fetch(`${url}/healthz`, { headers: { Connection: 'close' } })).rejects.toThrow() // no new connections
    expect(service.process.exitCode).toBeNull()
    desk.answer()
    await until(service, /"decided"/)
    await new Promise((resolve) => setTimeout(resolve, 300)) // enough time to end too early: the request is still in flight
    slow.finish()
    expect(await slow.answer).toMatchObject({ status: 202, body: { duplicate: false } })
    expect(await service.ended, service.said()).toBe(0)

    const database = await openDatabase({ ...fresh, pool: 2, migrations })
    const decided = await database.db.select().from(decisions)
    expect(decided.map(({ cause }) => cause)).toEqual([`delivery:${created.body.delivery}`])
    expect((await database.db.select().from(deliveries)).map(({ state }) => state).sort()).toEqual(['done', 'waiting'])
    expect(await readLedger(database.db)).toMatchObject({ events: 2, held: 1, waiting: 1, lost: 0, balanced: true })
    await database.close()
    desk.close()
  })

  test('hands the job back when the grace time is over, and still ends with 0', async () => {
    const desk = await openSlowDesk()
    const service = pointsman('serve', { WORKERS: '2', STOP_GRACE_MS: '0' })
    const [, url] = await until(service, /"url":"([^"]+)"/)
    await post(`${url}/webhooks/jira`, JSON.stringify({ id: desk.ticket, event: 'created' })).answer
    await desk.asked
    service.process.kill('SIGTERM')
    expect(await service.ended, service.said()).toBe(0)
    const database = await openDatabase({ ...fresh, pool: 2, migrations })
    expect(await database.db.select().from(decisions)).toEqual([])
    expect(await readLedger(database.db)).toMatchObject({ events: 1, waiting: 1, lost: 0, balanced: true })
    await database.close()
    desk.close()
  })
})

/** A helpdesk that does not answer reads of its ticket until `answer()`, and a connection to it. */
async function openSlowDesk() {
  const jira = createJiraSandbox({ groups: ['Network'] })
  const { id: ticket } = await jira.create({ subject: 'No internet', body: 'Nothing loads here since this morning.' })
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const listening = await new Promise<{ baseUrl: string; close(): void }>((resolve) => {
    const fetch = async (incoming: Request) => {
      if (incoming.url.includes(`/issue/${ticket}`)) {
        asked.resolve()
        await answered.promise
      }
      return jira.app.fetch(incoming)
    }
    const http = serve({ fetch, port: 0, hostname: '127.0.0.1' }, (at) =>
      resolve({ baseUrl: `http://127.0.0.1:${at.port}`, close: () => http.close() }),
    )
  })
  jira.baseUrl = listening.baseUrl
  await using deps = await openDeps(readConfig({ ...environment(), LOG_LEVEL: 'silent' }), connectors, migrations)
  const input = ConnectionInput.parse({
    name: 'jira',
    kind: 'jira',
    baseUrl: jira.baseUrl,
    mode: 'observe',
    credentials: { kind: 'basic', ...jira.site.credentials },
    secrets: [{ kind: 'token', secret: TOKEN }],
    mapping: jiraSandboxMapping(jira),
    settings: { timeoutMs: 120_000 },
  })
  await saveConnection({ db: deps.database.db, vault: deps.vault }, input, jira.self.id, 'test')
  return { ticket, asked: asked.promise, answer: answered.resolve, close: listening.close }
}

type Answered = { status: number; body: Record<string, unknown> }

/** Sends the first part at once, and the rest on `finish()`. */
function post(url: string, ...[first, rest]: [string, string?]) {
  const headers = { 'Content-Type': 'application/json', 'X-Pointsman-Token': TOKEN, 'Transfer-Encoding': 'chunked' }
  const sending = request(url, { method: 'POST', headers })
  const begun = new Promise<void>((resolve) => sending.write(first, () => resolve()))
  if (rest === undefined) sending.end()
  const answer = new Promise<Answered>((resolve, reject) => {
    sending.once('error', reject)
    sending.once('response', (incoming) => {
      let text = ''
      incoming.on('data', (chunk) => (text += chunk))
      incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) }))
      incoming.once('error', reject)
    })
  })
  answer.catch(() => {})
  return { begun, answer, finish: () => sending.end(rest) }
}
