/** Unexpected behaviour of jira.js, proxies and Jira; each case fails without our transport. */
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { createJiraSandbox, type JiraSandbox, jiraSandboxConnection } from '../connectors/jira/sandbox.ts'
import type { Connection, FreshTicket, Write } from '../src/contract/index.ts'
import { HelpdeskError } from '../src/errors.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const note = { title: 'Routed by Pointsman', lines: [{ name: 'Service', text: 'vpn' }], link: null }
let sandbox: JiraSandbox
let connection: Connection
let base: FreshTicket

beforeEach(async () => {
  sandbox = createJiraSandbox({ baseUrl: 'https://jira.test' })
  connection = jiraSandboxConnection(sandbox)
  connection.settings.timeoutMs = 300
  server.use(http.all('https://jira.test/*', ({ request }) => sandbox.app.fetch(request)))
  const { id } = await sandbox.create({ subject: 'VPN drops', body: 'Every hour.' })
  base = await jira.fetch(connection, id)
  sandbox.requests.length = 0
})

const write = (more: Partial<Write> = {}): Write => ({
  decisionId: 'd-1',
  set: { service: 'vpn', priority: 'high' },
  note,
  ...more,
})
const apply = (more: Partial<Write> = {}) => jira.apply(connection, base, write(more))
const asked = () => sandbox.requests.map(({ method, path }) => `${method} ${path}`)

async function fault(call: Promise<unknown>): Promise<HelpdeskError> {
  const thrown = await call.catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(HelpdeskError)
  return thrown as HelpdeskError
}

describe('calls', () => {
  test('a server that never answers is given up after the timeout', async () => {
    sandbox.fail({ hang: true })
    const start = Date.now()
    expect(await fault(apply())).toMatchObject({ fault: 'unreachable', retry: true })
    expect(Date.now() - start).toBeLessThan(3000)
  })

  test('the adapter repeats no call, above all no write', async () => {
    for (const status of [500, 502, 503, 504]) {
      sandbox.requests.length = 0
      sandbox.fail({ status })
      await fault(apply())
      expect(asked()).toHaveLength(1)
    }
  })

  test('a login page with status 200 is not a successful edit', async () => {
    sandbox.fail({ method: 'PUT', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' })
    expect(await fault(apply())).toMatchObject({ fault: 'broken', retry: false })
    expect(sandbox.ticket(base.id)!.comments).toEqual([])
  })

  test('a redirect to a login page is not followed', async () => {
    server.use(
      http.get('https://jira.test/rest/api/3/issue/:id', () => HttpResponse.redirect('https://login.test/', 302)),
    )
    expect(await fault(jira.fetch(connection, base.id))).toMatchObject({ fault: 'broken', status: 302 })
  })

  test('a connection cut inside the body is unreachable, not a TypeError', async () => {
    sandbox.fail({ method: 'GET', cut: true })
    expect(await fault(jira.fetch(connection, base.id))).toMatchObject({ fault: 'unreachable', retry: true })
  })

  test('truncated JSON is the fault `broken`', async () => {
    sandbox.fail({ method: 'GET', status: 200, body: '{"id":"1' })
    expect(await fault(jira.fetch(connection, base.id))).toMatchObject({ fault: 'broken' })
  })

  test('an answer of another shape is broken, and prints nothing', async () => {
    const warn = vi.spyOn(console, 'warn')
    sandbox.fail({ method: 'GET', status: 200, body: '{"id":"10001","key":"SUP-1"}' })
    expect(await fault(jira.fetch(connection, base.id))).toMatchObject({ fault: 'broken' })
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  test('a rejected password that Jira answers with another status is an auth fault', async () => {
    sandbox.fail({ status: 404, headers: { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' } })
    expect(await fault(jira.fetch(connection, base.id))).toMatchObject({ fault: 'auth' })
  })

  test.each([['10001/../../myself'], ['SUP-1?fields=x'], ['..'], [''], ['1 or 1=1']])(
    '%j never becomes a path',
    async (id) => {
      expect(await fault(jira.fetch(connection, id))).toMatchObject({ fault: 'invalid' })
      expect(asked()).toEqual([])
    },
  )

  test('a 404 with an HTML page does not count as a deleted ticket', async () => {
    sandbox.fail({ status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not found</html>' })
    expect(await fault(jira.fetch(connection, base.id))).toMatchObject({ fault: 'broken' })
  })

  test('a key is resolved to the id', async () => {
    expect(await jira.fetch(connection, base.key)).toMatchObject({ id: base.id, key: base.key })
  })

  test('a token that has not been fetched yet is an auth fault', async () => {
    const credentials = { kind: 'oauth' as const, clientId: 'a', clientSecret: 'b' }
    expect(await fault(jira.fetch({ ...connection, credentials }, base.id))).toMatchObject({ fault: 'auth' })
  })
})

describe('limits', () => {
  test.each([
    [
      'a burst pauses one endpoint',
      { 'retry-after': '2', 'ratelimit-reason': 'jira-burst-based' },
      { pause: 'endpoint', retryAfterMs: 2000 },
    ],
    [
      'writes on one issue pause that issue',
      { 'retry-after': '5', 'ratelimit-reason': 'jira-per-issue-on-write' },
      { pause: 'ticket', retryAfterMs: 5000 },
    ],
    [
      'the quota pauses everything',
      { 'retry-after': '900', 'ratelimit-reason': 'jira-quota-tenant-based' },
      { pause: 'account', retryAfterMs: 900_000 },
    ],
    ['without a time, two seconds', {}, { pause: 'account', retryAfterMs: 2000 }],
  ])('%s', async (_, headers, expected) => {
    sandbox.fail({ status: 429, headers })
    expect(await fault(apply())).toMatchObject({ fault: 'busy', retry: true, status: 429, ...expected })
  })

  test('a reset time replaces a missing Retry-After', async () => {
    sandbox.fail({ status: 429, headers: { 'x-ratelimit-reset': new Date(Date.now() + 60_000).toISOString() } })
    expect((await fault(apply())).retryAfterMs).toBeGreaterThan(50_000)
  })

  test('the wait that a 503 asks for is passed on', async () => {
    sandbox.fail({ status: 503, headers: { 'retry-after': '30' } })
    expect(await fault(apply())).toMatchObject({ fault: 'busy', retryAfterMs: 30_000 })
  })
})

describe('the note', () => {
  test('is a document with its properties, so that it stays internal', async () => {
    await apply()
    const posted = sandbox.requests.find(({ method, path }) => method === 'POST' && path.endsWith('/comment'))
    expect(posted).toMatchObject({
      path: `/rest/api/3/issue/${base.id}/comment`,
      body: {
        body: { type: 'doc', version: 1 },
        properties: [
          { key: 'sd.public.comment', value: { internal: true } },
          { key: 'pointsman', value: { decision: 'd-1' } },
        ],
      },
    })
  })

  test('that became public is deleted at once and reported', async () => {
    sandbox.site.licensed = false
    expect(await fault(apply())).toMatchObject({ fault: 'forbidden', next: expect.stringContaining('licence') })
    expect(sandbox.ticket(base.id)!.comments).toEqual([])
    expect(sandbox.ticket(base.id)!.fields.priority).toMatchObject({ id: '2' })
  })

  test('that became public and cannot be deleted is named, so that a person can delete it', async () => {
    sandbox.site.licensed = false
    sandbox.fail({ method: 'DELETE', status: 403 })
    expect((await fault(apply())).message).toMatch(/comment \d+ is visible to the customer/)
  })

  test('stays in a software project, where all comments count as public', async () => {
    sandbox = createJiraSandbox({
      baseUrl: 'https://jira.test',
      projects: [{ key: 'DEV', name: 'Dev', type: 'software' }],
    })
    connection = jiraSandboxConnection(sandbox)
    const { id } = await sandbox.create({ subject: 'Crash', body: 'On start.' })
    base = await jira.fetch(connection, id)
    expect((await apply()).noteId).not.toBeNull()
    expect(sandbox.ticket(id)!.comments).toHaveLength(1)
  })

  test('is found by its own property where the list does not show properties', async () => {
    const { noteId } = await apply()
    server.use(
      http.get('https://jira.test/rest/api/3/issue/:id/comment', async ({ request }) => {
        const url = new URL(request.url)
        url.searchParams.delete('expand')
        return sandbox.app.fetch(new Request(url, request))
      }),
    )
    base = await jira.fetch(connection, base.id)
    expect((await apply()).noteId).toBe(noteId)
    expect(sandbox.ticket(base.id)!.comments).toHaveLength(1)
  })

  test('for which the issue has no space is an invalid write', async () => {
    sandbox.fail({ method: 'POST', path: /comment$/, status: 413 })
    expect(await fault(apply())).toMatchObject({ fault: 'invalid', status: 413 })
  })
})

describe('refused edits', () => {
  test('a field on no screen is named, with what to do', async () => {
    sandbox.site.offScreen.add('customfield_10050')
    expect(await fault(apply())).toMatchObject({
      fault: 'invalid',
      fields: { service: expect.stringContaining('screen') },
      next: expect.stringContaining('edit screen'),
    })
    expect(sandbox.ticket(base.id)!.history).toEqual([])
  })

  test('a person who cannot be assigned is named', async () => {
    connection.mapping.people['Gone Agent'] = '712020:gone'
    const error = await fault(apply({ set: { assignee: 'Gone Agent' } }))
    expect(error).toMatchObject({ fault: 'invalid', fields: { assignee: expect.any(String) } })
    expect(error.next).toContain('routing map')
  })

  test.each([
    [401, 'auth'],
    [403, 'forbidden'],
    [404, 'gone'],
    [409, 'conflict'],
    [422, 'invalid'],
    [410, 'broken'],
    [500, 'unreachable'],
  ])('%i is %s', async (status, expected) => {
    sandbox.fail({ status })
    expect(await fault(apply())).toMatchObject({ fault: expected, status })
  })
})

describe('tokens', () => {
  const oauth = () => ({
    kind: 'oauth' as const,
    clientId: sandbox.site.oauth.clientId,
    clientSecret: sandbox.site.oauth.clientSecret,
    tokenUrl: 'https://jira.test/oauth/token',
  })

  test('a refresh token works once and is replaced by the next', async () => {
    const first = { ...oauth(), refreshToken: sandbox.site.oauth.refreshToken }
    const tokens = await jira.refresh({ ...connection, credentials: first })
    expect(tokens.refreshToken).not.toBe(first.refreshToken)
    expect(Date.parse(tokens.expiresAt!)).toBeGreaterThan(Date.now())
    const renewed = { ...connection, credentials: { ...first, ...tokens } }
    expect(await jira.fetch(renewed, base.id)).toMatchObject({ id: base.id })
    expect(await fault(jira.refresh({ ...connection, credentials: first }))).toMatchObject({
      fault: 'auth',
      retry: false,
    })
  })

  test('without a refresh token the client credentials are used', async () => {
    const tokens = await jira.refresh({ ...connection, credentials: oauth() })
    expect(tokens).not.toHaveProperty('refreshToken')
    expect(sandbox.requests.at(-1)).toMatchObject({ body: { grant_type: 'client_credentials' } })
  })

  test('Data Center gets a form', async () => {
    const { tokenUrl: _, ...credentials } = oauth()
    const settings = { ...connection.settings, edition: 'datacenter' as const }
    await jira.refresh({ ...connection, settings, credentials })
    expect(sandbox.requests.at(-1)).toMatchObject({
      path: '/rest/oauth2/latest/token',
      body: expect.stringContaining('grant_type='),
    })
  })

  test('an API token cannot be refreshed', async () => {
    expect(await fault(jira.refresh(connection))).toMatchObject({ fault: 'auth' })
  })
})
