/** The Jira sandbox sends and retries webhooks as Jira does. */
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { createJiraSandbox, type JiraSandboxOptions, jiraSandboxConnection } from '../connectors/jira/sandbox.ts'
import { identityOf } from '../src/body/index.ts'
import type { Delivery } from '../src/contract/index.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const HOOK = 'https://pointsman.test/webhooks/one'
const token = { kind: 'token' as const, secret: 'a-token-of-the-rule', header: 'X-Rule' }

function listen(options: JiraSandboxOptions, statuses: number[] = []) {
  const sandbox = createJiraSandbox({ retryMs: [1, 1, 1, 1, 1], ...options })
  const deliveries: Delivery[] = []
  server.use(
    http.post(HOOK, async ({ request }) => {
      deliveries.push({
        headers: Object.fromEntries(request.headers),
        body: new Uint8Array(await request.arrayBuffer()),
      })
      return new HttpResponse(null, { status: statuses.shift() ?? 202 })
    }),
  )
  return { sandbox, deliveries, connection: jiraSandboxConnection(sandbox) }
}

const bodyOf = ({ body }: Delivery) => JSON.parse(new TextDecoder().decode(body))

test('a refused delivery is repeated with the same identifier and a count, until it is accepted', async () => {
  const { sandbox, deliveries, connection } = listen({}, [503, 429, 202])
  sandbox.webhooks.push({ url: HOOK, secret: { kind: 'signature', secret: 'sandbox-webhook-secret' }, style: 'events' })
  await sandbox.create({ subject: 'One', body: 'Text' })
  await sandbox.settled()
  expect(deliveries.map(({ headers }) => headers['x-atlassian-webhook-retry'])).toEqual([undefined, '1', '2'])
  const identities = await Promise.all(deliveries.map((delivery) => identityOf(jira, delivery, bodyOf(delivery))))
  expect(new Set(identities.map(({ key }) => key)).size).toBe(1)
  expect(new Set(deliveries.map(({ headers }) => headers['x-atlassian-webhook-identifier'])).size).toBe(1)
  for (const delivery of deliveries) await jira.verify(delivery, connection, new Date())
})

test.each([
  ['refused for good after a 401', [401], 1],
  ['given up after five more attempts', [500, 500, 500, 500, 500, 500, 500], 6],
])('a delivery is %s', async (_, statuses, attempts) => {
  const { sandbox, deliveries } = listen({}, statuses)
  sandbox.webhooks.push({ url: HOOK, secret: { kind: 'signature', secret: 'sandbox-webhook-secret' }, style: 'events' })
  await sandbox.create({ subject: 'One', body: 'Text' })
  await sandbox.settled()
  expect(deliveries).toHaveLength(attempts)
})

test('a rule of Automation sends a key and a token, from which the ticket is fetched', async () => {
  const { sandbox, deliveries, connection } = listen({ baseUrl: 'https://jira.test' })
  server.use(http.all('https://jira.test/*', ({ request }) => sandbox.app.fetch(request)))
  sandbox.webhooks.push({ url: HOOK, secret: token, style: 'thin' })
  const made = await sandbox.create({ subject: 'One', body: 'Text' })
  await sandbox.edit(made.id, { priority: { id: '1' } })
  await sandbox.comment(made.id, 'No rule for comments')
  await sandbox.resolve(made.id)
  await sandbox.settled()
  const secrets = [{ ...token, header: 'x-rule' }]
  const events = deliveries.map((delivery) => jira.read(bodyOf(delivery), connection))
  expect(events.map(({ kind }) => kind).toSorted()).toEqual(['created', 'resolved', 'updated'])
  for (const delivery of deliveries) {
    await jira.verify(delivery, { ...connection, secrets }, new Date())
    expect(jira.identify(delivery, bodyOf(delivery), 'digest')).toBeNull()
  }
  const [event] = events
  expect(await jira.fetch(connection, event!.ticketId!)).toMatchObject({ id: made.id, subject: 'One' })
})

test('an edit that changes nothing sends no webhook', async () => {
  const { sandbox, deliveries } = listen({})
  sandbox.webhooks.push({ url: HOOK, secret: token, style: 'events' })
  const { id } = await sandbox.create({ subject: 'One', body: 'Text', fields: { priority: { id: '2' } } })
  await sandbox.settled()
  deliveries.length = 0
  await sandbox.edit(id, { priority: { id: '2' } })
  await sandbox.settled()
  expect(deliveries).toEqual([])
  expect(sandbox.ticket(id)!.history).toEqual([])
})

test('v3 accepts documents only, and with one invalid field nothing is written', async () => {
  const { sandbox } = listen({})
  const { id } = await sandbox.create({ subject: 'One', body: 'Text' })
  const { email, apiToken } = sandbox.site.credentials
  const headers = { authorization: `Basic ${btoa(`${email}:${apiToken}`)}`, 'content-type': 'application/json' }
  const put = (fields: unknown) =>
    sandbox.app.request(`/rest/api/3/issue/${id}`, { method: 'PUT', headers, body: JSON.stringify({ fields }) })
  const refused = await put({ priority: { id: '1' }, description: 'a string', customfield_10050: { id: '1' } })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({
    errors: { description: expect.stringContaining('Atlassian Document'), customfield_10050: expect.any(String) },
  })
  expect(sandbox.ticket(id)!.history).toEqual([])
  const stranger = await sandbox.app.request(`/rest/api/3/issue/${id}`)
  expect(stranger.status).toBe(401)
})

test('a link to an issue opens a page, which escapes its text', async () => {
  const { sandbox } = listen({})
  const { key } = await sandbox.create({ subject: '<script>alert(1)</script>', body: 'Text' })
  const page = await (await sandbox.app.request(`/browse/${key}`)).text()
  expect(page).toContain('&lt;script&gt;')
  expect(page).not.toContain('<script>')
  expect(sandbox.requests).toEqual([])
})
