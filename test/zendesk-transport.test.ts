/** Faults of node-zendesk that our transport corrects, one a test, with the calls that we make. */
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox, type ZendeskSandbox } from '../connectors/zendesk/sandbox.ts'
import type { Connection, FreshTicket } from '../src/contract/index.ts'
import { zendeskConnection, zendeskHandlers } from './support/zendesk.ts'

const server = setupServer()
let sandbox: ZendeskSandbox
let connection: Connection
let base: FreshTicket

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())
afterEach(() => server.resetHandlers())
beforeEach(async () => {
  sandbox = createZendeskSandbox()
  connection = zendeskConnection(sandbox)
  server.use(...zendeskHandlers(sandbox))
  const { id } = await sandbox.create({ subject: 'Bill', body: 'Too high' })
  base = await zendesk.fetch(connection, id)
})

const html = { 'Content-Type': 'text/html' }
const fetchIt = () => zendesk.fetch(connection, base.id)
const applyIt = () => zendesk.apply(connection, base, { decisionId: 'd-1', set: { priority: 'high' }, note: null })

test.each([
  [400, 'invalid', false],
  [401, 'auth', false],
  [403, 'forbidden', false],
  [404, 'gone', false],
  [409, 'conflict', true],
  [422, 'invalid', false],
  [429, 'busy', true],
  [500, 'unreachable', true],
  [502, 'unreachable', true],
  [503, 'busy', true],
  [504, 'unreachable', true],
  [408, 'unreachable', true],
  [413, 'broken', false],
  [415, 'broken', false],
  [302, 'broken', false],
])('an answer of %i to a read or a write throws as %s', async (status, fault, retry) => {
  sandbox.fail({ status, times: 2 })
  await expect(fetchIt()).rejects.toMatchObject({ fault, status, retry, next: expect.any(String) })
  await expect(applyIt()).rejects.toMatchObject({ fault, status, retry })
  expect(sandbox.ticket(base.id)?.fields.priority).toBeNull()
})

test.each([429, 503])('%i with Retry-After throws and says how long to wait', async (status) => {
  sandbox.fail({ status, times: 1, headers: { 'Retry-After': '17', 'X-Rate-Limit-Remaining': '0' } })
  await expect(applyIt()).rejects.toMatchObject({ fault: 'busy', retryAfterMs: 17_000, pause: 'account' })
})

test('Retry-After as a date is understood', async () => {
  const at = new Date(Date.now() + 30_000).toUTCString()
  sandbox.fail({ status: 503, times: 1, headers: { 'Retry-After': at } })
  const error = await fetchIt().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ fault: 'busy', retryAfterMs: expect.any(Number) })
  expect((error as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(25_000)
})

test.each([
  [
    'the ticket, told by its limit',
    { 'Zendesk-RateLimit-tickets-update': 'total=30; remaining=0; resets=540', 'Retry-After': '540' },
    'ticket',
  ],
  ['the ticket, when the wait is longer than a minute', { 'Retry-After': '540' }, 'ticket'],
  [
    'updates, told by their limit',
    { 'Zendesk-RateLimit-tickets-update': 'total=100; remaining=0; resets=20', 'Retry-After': '20' },
    'endpoint',
  ],
  [
    'the account, told by its own count',
    {
      'Zendesk-RateLimit-tickets-update': 'total=100; remaining=9; resets=20',
      'X-Rate-Limit-Remaining': '0',
      'Retry-After': '20',
    },
    'account',
  ],
  ['the account, when the answer does not say', { 'Retry-After': '20' }, 'account'],
])('a 429 pauses %s', async (_, headers, pause) => {
  sandbox.fail({ status: 429, method: 'PUT', times: 1, headers })
  await expect(applyIt()).rejects.toMatchObject({ fault: 'busy', pause })
})

test('the thirty-first update of a ticket within ten minutes pauses that ticket only', async () => {
  for (let n = 0; n < 30; n++) {
    const fresh = await fetchIt()
    const set = { priority: n % 2 === 0 ? 'high' : 'low' }
    await zendesk.apply(connection, fresh, { decisionId: `d-${n}`, set, note: null })
  }
  const last = zendesk.apply(connection, await fetchIt(), {
    decisionId: 'd-x',
    set: { priority: 'urgent' },
    note: null,
  })
  await expect(last).rejects.toMatchObject({ fault: 'busy', pause: 'ticket', retryAfterMs: 540_000 })
})

test('a success that carries Retry-After is a success', async () => {
  const ticket = { id: Number(base.id), status: 'new', updated_at: base.updatedAt, custom_fields: [] }
  server.use(
    http.put(`${sandbox.baseUrl}/api/v2/tickets/:id`, () =>
      HttpResponse.json(
        { ticket, audit: { id: 77, created_at: base.updatedAt, events: [] } },
        { headers: { 'Retry-After': '5' } },
      ),
    ),
  )
  await expect(applyIt()).resolves.toMatchObject({ changeId: '77' })
})

test('the audit of our update comes back with it', async () => {
  const { changeId, at } = await applyIt()
  expect(sandbox.ticket(base.id)?.history.at(-1)).toMatchObject({ changeId, by: sandbox.self.id })
  expect(Date.parse(at)).not.toBeNaN()
})

test.each([
  ['a login page with status 200', { status: 200, body: '<html>Log in</html>', headers: html }],
  ['HTML that claims to be JSON', { status: 200, body: '<html>Log in</html>' }],
  ['an empty body', { status: 200, body: '' }],
  ['a bare number', { status: 200, body: '42' }],
  ['JSON of another shape', { status: 200, body: '{"ok":true}' }],
  ['404 with an HTML page: no account has this URL', { status: 404, body: '<html>Oops</html>', headers: html }],
])('%s is not an answer of the API', async (_, fault) => {
  sandbox.fail({ ...fault, times: 2 })
  await expect(fetchIt()).rejects.toMatchObject({ fault: 'broken', retry: false })
  await expect(applyIt()).rejects.toMatchObject({ fault: 'broken', retry: false })
})

test('204 to an update is not a success', async () => {
  server.use(http.put(`${sandbox.baseUrl}/api/v2/tickets/:id`, () => new HttpResponse(null, { status: 204 })))
  await expect(applyIt()).rejects.toMatchObject({ fault: 'broken' })
})

test('a helpdesk that never answers is given up after the time limit', async () => {
  const hasty = { ...connection, settings: { ...connection.settings, timeoutMs: 100 } }
  sandbox.fail({ hang: true, times: 1 })
  const began = Date.now()
  await expect(zendesk.fetch(hasty, base.id)).rejects.toMatchObject({ fault: 'unreachable', retry: true })
  expect(Date.now() - began).toBeLessThan(900)
})

test('a connection cut in the middle of the body is unreachable, and may be tried again', async () => {
  sandbox.fail({ cut: true, times: 2 })
  await expect(fetchIt()).rejects.toMatchObject({ fault: 'unreachable', retry: true })
  await expect(applyIt()).rejects.toMatchObject({ fault: 'unreachable', retry: true })
})

test('a refused connection is unreachable', async () => {
  server.use(http.all(`${sandbox.baseUrl}/*`, () => HttpResponse.error()))
  await expect(fetchIt()).rejects.toMatchObject({ fault: 'unreachable', retry: true })
})

test('an update that was done although its answer failed is in the marks', async () => {
  sandbox.fail({ method: 'PUT', status: 502, after: true, times: 1 })
  await expect(applyIt()).rejects.toMatchObject({ fault: 'unreachable' })
  const fresh = await fetchIt()
  expect(fresh.marks).toEqual(['d-1'])
  await zendesk.apply(connection, fresh, { decisionId: 'd-1', set: { priority: 'high' }, note: null })
  expect(sandbox.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1)
})

test('a limit reached on the second page of a list throws: there is no Error object among the groups', async () => {
  const next = `${sandbox.baseUrl}/api/v2/groups/assignable.json?page=2`
  server.use(
    http.get(`${sandbox.baseUrl}/api/v2/groups/assignable`, ({ request }) =>
      new URL(request.url).searchParams.get('page') === '2'
        ? HttpResponse.json({ error: 'limit' }, { status: 429, headers: { 'Retry-After': '3' } })
        : HttpResponse.json({ groups: [{ id: 1, name: 'One' }], next_page: next }),
    ),
  )
  await expect(zendesk.inspect(connection)).rejects.toMatchObject({ fault: 'busy', retryAfterMs: 3000 })
})

test('a next page on another host is not followed with our credentials', async () => {
  const next_page = 'https://elsewhere.example/api/v2/groups/assignable.json?page=2'
  server.use(
    http.get(`${sandbox.baseUrl}/api/v2/groups/assignable`, () =>
      HttpResponse.json({ groups: [{ id: 1, name: 'One' }], next_page }),
    ),
  )
  await expect(zendesk.inspect(connection)).rejects.toMatchObject({ fault: 'broken' })
})

test('a list that never ends is given up', async () => {
  let pages = 0
  server.use(
    http.get(`${sandbox.baseUrl}/api/v2/tickets/:id/audits`, () => {
      pages++
      const links = { next: `${sandbox.baseUrl}/api/v2/tickets/1/audits.json?page%5Bafter%5D=again` }
      return HttpResponse.json({ audits: [], meta: { has_more: true }, links })
    }),
  )
  await expect(fetchIt()).rejects.toMatchObject({ fault: 'broken' })
  expect(pages).toBe(100)
})

test('a wrong base URL is distinguished from a deleted record', async () => {
  sandbox.fail({ status: 404, path: /users\/me/, times: 1 })
  await expect(zendesk.inspect(connection)).rejects.toMatchObject({ fault: 'broken' })
})

test('the anonymous user that wrong credentials give is an auth fault', async () => {
  const user = { id: null, name: 'Anonymous user', role: 'end-user' }
  server.use(http.get(`${sandbox.baseUrl}/api/v2/users/me`, () => HttpResponse.json({ user })))
  await expect(zendesk.inspect(connection)).rejects.toMatchObject({ fault: 'auth' })
})

test.each([
  ['an end user', { role: 'end-user' }, 'end user'],
  ['a light agent', { role: 'agent', role_type: 1 }, 'light agent'],
  ['an agent of some tickets only', { role: 'agent', ticket_restriction: 'groups' }, 'only sees some'],
])('%s lacks what we need', async (_, user, what) => {
  server.use(
    http.get(`${sandbox.baseUrl}/api/v2/users/me`, () => HttpResponse.json({ user: { id: 9, name: 'Us', ...user } })),
  )
  const { missing } = await zendesk.inspect(connection)
  expect(missing).toEqual([{ what: expect.stringContaining(what), next: expect.any(String) }])
})

test('ids beyond 2^53 are read and sent back with all their digits', async () => {
  const big = '9007199254740995'
  let sent = ''
  connection.mapping.people['Nora Lind'] = big
  connection.mapping.fields.service = {
    to: 'field',
    id: '9007199254740997',
    type: 'tagger',
    values: { tv: 'tv' },
    blank: [],
  }
  const ticket = `{"id":9007199254740993,"status":"open","updated_at":"2026-10-05T09:00:00Z","assignee_id":${big},"group_id":9007199254740999,"custom_fields":[{"id":9007199254740997,"value":"tv"}]}`
  const json = (body: string) => new HttpResponse(body, { headers: { 'Content-Type': 'application/json' } })
  server.use(
    http.get(`${sandbox.baseUrl}/api/v2/tickets/9007199254740993`, () => json(`{"ticket":${ticket}}`)),
    http.get(`${sandbox.baseUrl}/api/v2/tickets/9007199254740993/audits`, () => json('{"audits":[]}')),
    http.put(`${sandbox.baseUrl}/api/v2/tickets/9007199254740993`, async ({ request }) => {
      sent = await request.text()
      return json(`{"ticket":${ticket},"audit":{"id":9007199254741001,"events":[]}}`)
    }),
  )
  const fresh = await zendesk.fetch(connection, '9007199254740993')
  expect(fresh.fields.assignee).toMatchObject({ value: 'Nora Lind', raw: big })
  expect(fresh.fields.service).toMatchObject({ value: 'tv' })
  const set = { assignee: 'Nora Lind', service: 'tv' }
  const { changeId } = await zendesk.apply(connection, fresh, { decisionId: 'd-1', set, note: null })
  expect(changeId).toBe('9007199254741001')
  expect(sent).toContain(`"assignee_id":${big},`.replace(',', ''))
  expect(sent).toContain('"group_id":9007199254740999')
  expect(sent).toContain('"custom_fields":[{"id":9007199254740997,"value":"tv"}]')
})

test('a non-Latin account name does not break the Basic header', async () => {
  let header = ''
  server.use(
    http.get(`${sandbox.baseUrl}/api/v2/users/me`, ({ request }) => {
      header = request.headers.get('authorization') ?? ''
      return HttpResponse.json({ user: { id: 9, name: 'Us', role: 'end-user' } })
    }),
  )
  const credentials = { kind: 'basic' as const, email: 'сервис@desk.example', apiToken: 'ключ' }
  await zendesk.inspect({ ...connection, credentials })
  const bytes = Uint8Array.from(atob(header.replace('Basic ', '')), (letter) => letter.charCodeAt(0))
  expect(new TextDecoder().decode(bytes)).toBe('сервис@desk.example/token:ключ')
})
