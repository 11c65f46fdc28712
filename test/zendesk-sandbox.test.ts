/** The sandbox behaves like Zendesk, and our adapter understands it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Webhook } from '../connectors/sandbox.ts'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox, type ZendeskSandbox } from '../connectors/zendesk/sandbox.ts'
import type { Connection, Delivery, TicketEvent } from '../src/contract/index.ts'
import { Rejected } from '../src/errors.ts'
import { zendeskConnection, zendeskHandlers } from './support/zendesk.ts'

const HOOK = 'https://pointsman.test/webhooks/zendesk'
const server = setupServer()
let sandbox: ZendeskSandbox
let connection: Connection
let deliveries: Delivery[]

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())
afterEach(() => server.resetHandlers())
beforeEach(() => {
  sandbox = createZendeskSandbox({ backoffMs: 1, deliveryTimeoutMs: 100 })
  connection = zendeskConnection(sandbox)
  deliveries = []
  server.use(
    ...zendeskHandlers(sandbox),
    http.post(HOOK, async ({ request }) => {
      const body = new Uint8Array(await request.arrayBuffer())
      deliveries.push({ headers: Object.fromEntries(request.headers), body })
      return new HttpResponse(null, { status: 202 })
    }),
  )
})

function subscribe(style: Webhook['style'], secret: Webhook['secret'] = signature): void {
  sandbox.webhooks.push({ url: HOOK, secret, style })
}
const signature = { kind: 'signature' as const, secret: 'sandbox-webhook-secret' }
const bodyOf = ({ body }: Delivery): unknown => JSON.parse(new TextDecoder().decode(body))

/** Every delivery so far, verified and read. */
async function understood(): Promise<TicketEvent[]> {
  await sandbox.settled()
  for (const delivery of deliveries) await zendesk.verify(delivery, connection, new Date())
  return deliveries.map((delivery) => zendesk.read(bodyOf(delivery), connection))
}

test('a new ticket sends one signed event with the ticket', async () => {
  subscribe('events')
  const { id } = await sandbox.create({ subject: 'TV', body: 'No picture' })
  expect(await understood()).toMatchObject([
    { kind: 'created', ticketId: id, by: { kind: 'customer' }, ticket: { subject: 'TV', body: 'No picture' } },
  ])
  const ids = deliveries.map((delivery) => zendesk.identify(delivery, bodyOf(delivery), 'digest'))
  expect(ids).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
})

test('our own write sends one event for each field, all with the same action and by our account', async () => {
  const { id } = await sandbox.create({ subject: 'TV', body: 'No picture' })
  subscribe('events')
  const base = await zendesk.fetch(connection, id)
  const set = { service: 'tv', priority: 'high', group: 'Network', assignee: 'Tomas Vega' }
  const { changeId } = await zendesk.apply(connection, base, { decisionId: 'd-1', set, note: null })
  const events = await understood()
  const changes = events.flatMap((event) => (event.kind === 'updated' ? (event.changes ?? []) : []))
  expect(changes.map(({ field, to }) => [field, to]).sort()).toEqual([
    ['assignee', 'Tomas Vega'],
    ['group', 'Network'],
    ['priority', 'high'],
    ['service', 'tv'],
    ['status', 'open'],
  ])
  for (const change of changes) expect(change).toMatchObject({ action: changeId, by: { kind: 'self' } })
  // The tag of the drop-down.
  expect(events.filter(({ kind }) => kind === 'ignored')).toHaveLength(1)
})

test('an equal value sends nothing', async () => {
  const { id } = await sandbox.create({ subject: 'TV', body: 'No picture', fields: { priority: 'high' } })
  subscribe('events')
  await sandbox.edit(id, { priority: 'high' })
  expect(await understood()).toEqual([])
})

test('comments, solving and deleting send their events', async () => {
  const { id } = await sandbox.create({ subject: 'TV', body: 'No picture' })
  subscribe('events')
  await sandbox.comment(id, 'Looking into it', { public: false })
  await sandbox.resolve(id)
  await sandbox.remove(id)
  const events = await understood()
  expect(events).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'commented', public: false }),
      expect.objectContaining({ kind: 'resolved', by: expect.objectContaining({ kind: 'person' }) }),
      expect.objectContaining({ kind: 'removed', why: 'deleted' }),
    ]),
  )
})

test('a trigger sends only ids, with a token instead of a signature', async () => {
  const secret = { kind: 'token' as const, header: 'X-Desk-Token', secret: 'synthetic-shared-token' }
  connection = zendeskConnection(sandbox, { secrets: [secret] })
  subscribe('thin', secret)
  const { id } = await sandbox.create({ subject: 'TV "quoted"', body: 'No picture' })
  await sandbox.edit(id, { priority: 'high' })
  await sandbox.resolve(id)
  const events = await understood()
  expect(events.map(({ kind }) => kind).sort()).toEqual(['created', 'resolved', 'updated'])
  for (const delivery of deliveries) {
    expect(Object.values(bodyOf(delivery) as object).every((value) => typeof value === 'string')).toBe(true)
    expect(zendesk.identify(delivery, bodyOf(delivery), 'digest')).toMatch(/^[^:]+:digest$/)
  }
})

test.each([
  ['409 is retried up to three times', () => new HttpResponse(null, { status: 409 }), [409, 409, 409, 409]],
  [
    '503 with Retry-After is tried again',
    () => new HttpResponse(null, { status: 503, headers: { 'Retry-After': '30' } }),
    [503, 503, 503, 503],
  ],
  ['503 without Retry-After is not', () => new HttpResponse(null, { status: 503 }), [503]],
  ['500 is not retried', () => new HttpResponse(null, { status: 500 }), [500]],
  ['a refused connection is retried five times', () => HttpResponse.error(), Array(6).fill('failed')],
])('%s', async (_, answer, statuses) => {
  server.use(http.post(HOOK, () => answer()))
  subscribe('events')
  await sandbox.create({ subject: 'TV', body: 'No picture' })
  await sandbox.settled()
  expect(sandbox.deliveries.map((delivery) => delivery.statuses)).toEqual([statuses])
})

test('a retry carries the same identity', async () => {
  const seen: string[] = []
  server.use(
    http.post(HOOK, ({ request }) => {
      seen.push(request.headers.get('x-zendesk-webhook-invocation-id') ?? '')
      return new HttpResponse(null, { status: seen.length === 1 ? 409 : 202 })
    }),
  )
  subscribe('thin')
  await sandbox.create({ subject: 'TV', body: 'No picture' })
  await sandbox.settled()
  expect(seen).toHaveLength(2)
  expect(new Set(seen).size).toBe(1)
})

describe('the API that the adapter does not call', () => {
  const call = async (path: string, init: RequestInit = {}) => {
    const headers = { Authorization: `Bearer ${sandbox.credentials.bearer.token}`, 'Content-Type': 'application/json' }
    const response = await sandbox.app.request(path, { headers, ...init })
    return { status: response.status, body: response.status === 204 ? null : await response.json() }
  }

  test('creates, tags, comments on and deletes a ticket', async () => {
    const ticket = { subject: 'By API', comment: { body: 'Hello' }, tags: ['a'] }
    const made = await call('/api/v2/tickets.json', { method: 'POST', body: JSON.stringify({ ticket }) })
    expect(made).toMatchObject({
      status: 201,
      body: { ticket: { subject: 'By API', description: 'Hello' }, audit: {} },
    })
    const path = `/api/v2/tickets/${made.body.ticket.id}`
    const tagged = await call(`${path}/tags.json`, { method: 'PUT', body: JSON.stringify({ tags: ['b'] }) })
    expect(tagged.body).toEqual({ tags: ['a', 'b'] })
    expect((await call(`${path}/comments.json`)).body.comments).toMatchObject([{ body: 'Hello', public: true }])
    expect((await call(path, { method: 'DELETE' })).status).toBe(204)
    expect((await call(path)).status).toBe(404)
  })

  test('exports changed tickets by cursor', async () => {
    await sandbox.create({ subject: 'TV', body: 'No picture' })
    const first = await call('/api/v2/incremental/tickets/cursor.json?start_time=0')
    expect(first.body).toMatchObject({ tickets: [{ subject: 'TV' }], end_of_stream: true })
    const next = await call(`/api/v2/incremental/tickets/cursor.json?cursor=${first.body.after_cursor}`)
    expect(next.status).toBe(200)
  })

  test('refuses calls without credentials', async () => {
    expect((await call('/api/v2/tickets/1', { headers: {} })).status).toBe(401)
    expect((await call('/api/v2/users/me', { headers: {} })).body.user.id).toBeNull()
  })

  test('a new ticket opens with its assignee, and a group change clears one outside it', async () => {
    const [first] = sandbox.agents
    const other = sandbox.account.groups.find(({ id }) => !first?.groups.includes(id))
    const { id } = await sandbox.create({ subject: 'TV', body: 'No picture', fields: { assignee_id: first?.id } })
    expect(sandbox.ticket(id)).toMatchObject({ status: 'open', fields: { group_id: first?.groups[0] } })
    await sandbox.edit(id, { group_id: other?.id })
    expect(sandbox.ticket(id)?.fields).toMatchObject({ group_id: other?.id, assignee_id: null })
  })
})

const SAMPLES = new URL('../../shared/samples/zendesk/', import.meta.url)

describe.skipIf(!existsSync(SAMPLES))('published samples', () => {
  const names = existsSync(SAMPLES) ? readdirSync(SAMPLES).filter((name) => name.endsWith('.json')) : []

  test.each(names)('%s ends in an event or a clear refusal', (name) => {
    const body: unknown = JSON.parse(readFileSync(new URL(name, SAMPLES), 'utf8'))
    if (/^(event|trigger-delivery)/.test(name))
      expect(zendesk.read(body, connection)).toMatchObject({ kind: expect.any(String) })
    else expect(() => zendesk.read(body, connection)).toThrow(Rejected)
  })
})
