/** Intake at the edge: signed webhooks through the Worker and its queues into a running service. */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../src/config.ts'
import { ConnectionInput, saveConnection } from '../src/connections/index.ts'
import { deliveries } from '../src/db/schema.ts'
import { type Service, start } from '../src/node.ts'
import edgeWorker from '../src/worker.ts'
import { type Fresh, freshDatabase } from './support/database.ts'
import { type Edge, startEdge } from './support/edge.ts'

const SECRET = 'a webhook secret of some length'
const EDGE_TOKEN = 'the edge token of the tests, long enough'
const MAX_RETRIES = 3
const secrets = [{ kind: 'signature', secret: SECRET }]

let fresh: Fresh
let service: Service | null = null
let port = 0
let edge: Edge

beforeAll(async () => {
  fresh = await freshDatabase()
  await startService()
  // `mixed` is a Jira site in the service and Zendesk at the edge, so the service refuses what the edge accepts.
  for (const [name, kind] of Object.entries({ jira: 'jira', zendesk: 'zendesk', mixed: 'jira' })) {
    const credentials = { kind: 'bearer', token: 'a token that nobody uses' }
    const input = ConnectionInput.parse({ name, kind, baseUrl: `https://${name}.test`, credentials, secrets })
    await saveConnection({ db: service!.deps.database.db, vault: service!.deps.vault }, input, null, 'test')
  }
  const connections = Object.fromEntries(
    Object.entries({ jira: 'jira', zendesk: 'zendesk', mixed: 'zendesk' }).map(([name, kind]) => [
      name,
      { kind, secrets },
    ]),
  )
  edge = await startEdge(
    {
      CONNECTIONS: JSON.stringify(connections),
      SERVICE_URL: `http://127.0.0.1:${port}`,
      EDGE_TOKEN,
      RETRY_SECONDS: '1',
    },
    MAX_RETRIES,
  )
})

afterAll(async () => {
  await edge?.stop()
  await stopService()
  await fresh?.drop()
})

test('a signed webhook of each helpdesk is stored in the service as it came', async () => {
  const jira = jiraCreated()
  const zendesk = zendeskCreated()
  expect(await send('jira', jira)).toMatchObject({ status: 202, body: { queued: jira.key } })
  expect(await send('zendesk', zendesk)).toMatchObject({ status: 202, body: { queued: zendesk.key } })
  for (const { key, text } of [jira, zendesk])
    expect(await storedOnce(key)).toMatchObject({ event: 'created', repeats: 0, body: text })
})

test('what the helpdesk sends again is recognised as a duplicate', async () => {
  const webhook = jiraCreated()
  await send('jira', webhook)
  await storedOnce(webhook.key)
  await send('jira', webhook)
  await vi.waitFor(async () => expect(await storedOnce(webhook.key)).toMatchObject({ repeats: 1 }), WAIT)
})

describe('the edge refuses at once', () => {
  test.each<[string, number, string, () => Partial<Webhook>]>([
    ['a signature by another secret', 401, 'jira', () => jiraCreated({ secret: 'another secret, as long as ours' })],
    ['a signature over another body', 401, 'zendesk', () => ({ ...zendeskCreated(), text: zendeskCreated().text })],
    ['no signature', 401, 'jira', () => ({ ...jiraCreated(), headers: JSON_TYPE })],
    ['no signature but an edge token', 401, 'jira', () => stranger()],
    ['an unknown connection', 404, 'jira-of-others', () => jiraCreated()],
    ['a body with another Content-Type', 415, 'jira', () => asText(jiraCreated())],
    ['a body that is not JSON', 400, 'jira', () => signedByJira('{"issue":')],
    ['a body that the vendor does not send', 422, 'jira', () => signedByJira('{"hello":"world"}')],
    ['a body of more than 25 MiB', 413, 'jira', () => jiraCreated({ padding: 'x'.repeat(26 * 1024 * 1024) })],
    ['a compressed body', 415, 'jira', () => compressed(jiraCreated())],
  ])('%s: %i', async (_, status, connection, webhook) => {
    const answer = await send(connection, webhook())
    expect(answer).toMatchObject({ status, type: 'application/problem+json' })
    expect(answer.body).toMatchObject({ status, detail: expect.any(String), next: expect.any(String) })
  })
})

test('without a signature no more than 1 MiB is read of a body of undeclared length', async () => {
  const queue = { send: async () => expect.fail('nothing may be queued') }
  const connections = JSON.stringify({ jira: { kind: 'jira', secrets } })
  const env = {
    CONNECTIONS: connections,
    SERVICE_URL: 'https://service.test',
    EDGE_TOKEN,
    DELIVERIES: queue,
    DEAD: queue,
  }
  let sent = 0
  const body = new ReadableStream({
    pull: (controller) => (++sent > 100 ? controller.close() : controller.enqueue(new Uint8Array(64 * 1024))),
  })
  const init = { method: 'POST', headers: JSON_TYPE, body, duplex: 'half' }
  expect((await edgeWorker.fetch(new Request('https://edge.test/webhooks/jira', init), env)).status).toBe(413)
  expect(sent).toBeLessThan(20)
})

test('while it is not set up, the edge answers 503, so that the helpdesk tries again', async () => {
  const queue = { send: async () => expect.fail('nothing may be queued') }
  const request = new Request('https://edge.test/webhooks/jira', { method: 'POST', body: '{}' })
  const answer = await edgeWorker.fetch(request, { DELIVERIES: queue, DEAD: queue })
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('60')
  const { detail } = (await answer.json()) as { detail: string }
  for (const name of ['CONNECTIONS', 'SERVICE_URL', 'EDGE_TOKEN']) expect(detail).toContain(name)
})

describe('a body that is larger than a queue message', () => {
  test('is sent completely when compression makes it small enough', async () => {
    const webhook = jiraCreated({ padding: 'the same line again\n'.repeat(40_000) })
    expect(webhook.text.length).toBeGreaterThan(700_000)
    expect(await send('jira', webhook)).toMatchObject({ status: 202 })
    expect(await storedOnce(webhook.key)).toMatchObject({ event: 'created', body: webhook.text })
  })

  test.each([
    ['jira', 'an Automation rule', () => jiraCreated({ padding: noise() }), { id: '20021', event: 'created' }],
    [
      'zendesk',
      'a trigger',
      () => zendeskCreated({ padding: noise() }),
      { kind: 'ticket.created', ticket_id: '90210' },
    ],
  ])('otherwise %s sends ids, as %s would', async (connection, _, make, expected) => {
    const webhook = make()
    expect(await send(connection, webhook)).toMatchObject({ status: 202 })
    const stored = await vi.waitFor(async () => {
      const found = (await rows()).find((row) => row.body.includes(digestOf(webhook.text)))
      return found ?? expect.fail('not there yet')
    }, WAIT)
    expect(stored).toMatchObject({ event: 'created', state: 'waiting' })
    expect(JSON.parse(stored.body)).toMatchObject(expected)
    expect(stored.dedupeKey).toBe(webhook.key)
  })

  test.each([
    ['jira', jiraCreated],
    ['zendesk', zendeskCreated],
  ])(
    'above 1 MiB %s sends ids as well, and it is recognised when it is sent to the service again',
    async (kind, make) => {
      const webhook = make({ padding: 'x'.repeat(2 ** 21) })
      expect(await send(kind, webhook)).toMatchObject({ status: 202, body: { queued: webhook.key } })
      expect((await storedOnce(webhook.key)).body.length).toBeLessThan(1000)
      const again = await send(kind, webhook, `http://127.0.0.1:${port}`)
      expect(again).toMatchObject({ status: 202, body: { duplicate: true } })
    },
  )
})

test('what arrives while the service is unavailable is delivered later', async () => {
  await stopService()
  const webhooks = [jiraCreated(), zendeskCreated()]
  const [jira, zendesk] = webhooks as [Webhook, Webhook]
  expect(await send('jira', jira)).toMatchObject({ status: 202 })
  expect(await send('zendesk', zendesk)).toMatchObject({ status: 202 })
  for (const { key } of webhooks) await logged('waits', key)
  await startService()
  for (const { key, text } of webhooks) expect(await storedOnce(key)).toMatchObject({ repeats: 0, body: text })
})

test('after the last retry a delivery is a dead letter, which can be sent again', async () => {
  await stopService()
  const webhook = jiraCreated()
  await send('jira', webhook)
  await logged('sent again', webhook.key)
  const tries = edge.lines.filter(({ event, key }) => event === 'waits' && key === webhook.key)
  expect(tries.slice(0, MAX_RETRIES + 1).map(({ attempts }) => attempts)).toEqual([1, 2, 3, 4])
  await startService()
  expect(await storedOnce(webhook.key)).toMatchObject({ repeats: 0, body: webhook.text })
})

test('what the service refuses permanently becomes a dead letter at once, with the reason', async () => {
  const webhook = zendeskCreated()
  expect(await send('mixed', webhook)).toMatchObject({ status: 202 })
  expect(await logged('refused', webhook.key)).toMatchObject({ attempts: 1, status: 422, detail: expect.any(String) })
})

const WAIT = { timeout: 30_000, interval: 50 }
const JSON_TYPE = { 'content-type': 'application/json' }

type Webhook = { text: string; headers: Record<string, string>; key: string }
type Changes = { secret?: string; padding?: string }

function jiraCreated({ secret, padding }: Changes = {}): Webhook {
  const body = fixture('jira/created')
  body.timestamp = Date.now()
  body.nonce = randomUUID()
  if (padding) body.padding = padding
  return signedByJira(JSON.stringify(body), secret)
}

function signedByJira(text: string, secret = SECRET): Webhook {
  const key = digestOf(text)
  const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`
  const headers = { ...JSON_TYPE, 'x-hub-signature': signature, 'x-atlassian-webhook-identifier': randomUUID() }
  return { key, text, headers }
}

function zendeskCreated({ padding }: Changes = {}): Webhook {
  const body = fixture('zendesk/event-created')
  const key = randomUUID()
  body.id = key
  if (padding) body.padding = padding
  const text = JSON.stringify(body)
  const time = new Date().toISOString()
  const signature = createHmac('sha256', SECRET).update(`${time}${text}`).digest('base64')
  const headers = {
    ...JSON_TYPE,
    'x-zendesk-webhook-signature': signature,
    'x-zendesk-webhook-signature-timestamp': time,
  }
  return { key, text, headers }
}

const stranger = () => ({ ...jiraCreated(), headers: { ...JSON_TYPE, 'x-pointsman-edge': EDGE_TOKEN } })
const compressed = (webhook: Webhook) => ({ ...webhook, headers: { ...webhook.headers, 'content-encoding': 'gzip' } })
const asText = (webhook: Webhook) => ({ ...webhook, headers: { ...webhook.headers, 'content-type': 'text/plain' } })

/** Compression does not make it smaller. */
const noise = () => randomBytes(200_000).toString('base64')

function fixture(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'))
}

async function send(connection: string, { text, headers }: Partial<Webhook>, to = edge.url) {
  const answer = await fetch(`${to}/webhooks/${connection}`, { method: 'POST', headers, body: text })
  const type = answer.headers.get('content-type')
  return { status: answer.status, type, body: (await answer.json()) as Record<string, unknown> }
}

function rows() {
  return service!.deps.database.db.select().from(deliveries)
}

async function storedOnce(key: string) {
  const found = await vi.waitFor(async () => {
    const same = (await rows()).filter((row) => row.dedupeKey === key)
    return same.length > 0 ? same : expect.fail(`${key} is not there yet`)
  }, WAIT)
  expect(found).toHaveLength(1)
  return found[0]!
}

function logged(event: string, key: string) {
  const find = () => edge.lines.find((line) => line.event === event && line.key === key)
  return vi.waitFor(() => find() ?? expect.fail(`no line "${event}" for ${key}`), WAIT)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function startService() {
  const database = fresh.url
    ? { DATABASE_URL: fresh.url, DATABASE_POOL: '4', ENCRYPTION_KEY: btoa('k'.repeat(32)) }
    : {}
  service = await start(
    readConfig({
      ...database,
      DATA_DIR: fresh.dataDir,
      PORT: String(port),
      ADMIN_TOKEN: 'the admin token of the tests, long',
      EDGE_TOKEN,
      LOG_LEVEL: 'silent',
      WORKERS: '0',
    }),
  )
  port = Number(new URL(service.url).port)
}

async function stopService() {
  await service?.stop()
  service = null
}
