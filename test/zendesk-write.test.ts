import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox, TRIGGER, type ZendeskSandbox } from '../connectors/zendesk/sandbox.ts'
import { type Connection, partsOf, type Write } from '../src/contract/index.ts'
import { zendeskConnection, zendeskHandlers } from './support/zendesk.ts'

const server = setupServer()
let sandbox: ZendeskSandbox
let connection: Connection

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())
afterEach(() => server.resetHandlers())
beforeEach(() => {
  sandbox = createZendeskSandbox()
  connection = zendeskConnection(sandbox)
  server.use(...zendeskHandlers(sandbox))
})

const group = (name: string) => sandbox.account.groups.find((known) => known.name === name)?.id ?? ''
const agent = (name: string) => sandbox.agents.find((known) => known.name === name)?.id ?? ''
const puts = () => sandbox.requests.filter(({ method }) => method === 'PUT')
const decision = (set: Write['set'], note: Write['note'] = null): Write => ({ decisionId: 'd-1', set, note })

async function written(set: Write['set'], fields: Record<string, unknown> = {}) {
  const { id } = await sandbox.create({ subject: 'No connection', body: 'The line is dead since morning', fields })
  const base = await zendesk.fetch(connection, id)
  const result = await zendesk.apply(connection, base, decision(set))
  return { id, base, result, sent: puts()[0]?.body as { ticket: Record<string, unknown> } }
}

test('a new ticket is read with its text, place and empty fields', async () => {
  const { id } = await sandbox.create({ subject: 'No connection', body: 'The line is dead since morning' })
  const ticket = await zendesk.fetch(connection, id)
  expect(ticket).toMatchObject({
    id,
    key: id,
    url: `${sandbox.baseUrl}/agent/tickets/${id}`,
    subject: 'No connection',
    body: 'The line is dead since morning',
    format: 'plain',
    place: { brand: [sandbox.account.brand], form: [sandbox.account.form], channel: ['web'], tags: [] },
    status: { name: 'new', done: false, closed: false },
    requester: { kind: 'customer' },
    history: [],
    marks: [],
  })
  for (const field of ['service', 'category', 'priority', 'group', 'assignee'])
    expect(ticket.fields[field]).toEqual({ value: null, raw: null, blank: true })
})

test('a decision is one update with every field, our marker and a private note', async () => {
  const { id } = await sandbox.create({ subject: 'No connection', body: 'The line is dead since morning' })
  const base = await zendesk.fetch(connection, id)
  const note = {
    title: 'Pointsman',
    lines: [{ name: 'Service', text: 'internet (0.93)' }],
    link: 'https://p.example/d/1',
  }
  const set = { service: 'internet', priority: 'high', group: 'Network', assignee: 'Tomas Vega' }
  const result = await zendesk.apply(connection, base, decision(set, note))

  expect(puts()).toHaveLength(1)
  expect(puts()[0]?.path).toBe(`/api/v2/tickets/${id}`)
  expect(puts()[0]?.body).toEqual({
    ticket: {
      priority: 'high',
      custom_fields: [{ id: Number(sandbox.account.service.id), value: 'service_internet' }],
      group_id: Number(group('Network')),
      assignee_id: Number(agent('Tomas Vega')),
      comment: { body: 'Pointsman\nService: internet (0.93)\nhttps://p.example/d/1', public: false },
      metadata: { pointsman_decision: 'd-1' },
      updated_stamp: (base.stamp as { updatedAt: string }).updatedAt,
      safe_update: true,
    },
  })
  const stored = sandbox.ticket(id)
  expect(stored?.comments.at(-1)).toMatchObject({ id: result.noteId, public: false, author: sandbox.self.id })
  expect(stored?.fields).toMatchObject({ priority: 'high', group_id: group('Network'), tags: ['service_internet'] })

  const after = await zendesk.fetch(connection, id)
  expect(after.marks).toEqual(['d-1'])
  expect(after.fields.service).toEqual({ value: 'internet', raw: 'service_internet', blank: false })
  expect(after.fields.group).toMatchObject({ value: 'Network' })
  expect(after.history.map(({ field }) => field).sort()).toEqual(['assignee', 'group', 'priority', 'service', 'status'])
  for (const change of after.history)
    expect(change).toMatchObject({ id: result.changeId, decision: 'd-1', by: { kind: 'self' } })
})

test('a decision that the ticket already carries is not written again', async () => {
  const { id, result } = await written({ priority: 'high' })
  const again = await zendesk.apply(connection, await zendesk.fetch(connection, id), decision({ priority: 'high' }))
  expect(again.changeId).toBe(result.changeId)
  expect(puts()).toHaveLength(1)
})

test('a change between reading and writing is a conflict, and nothing is written', async () => {
  const { id } = await sandbox.create({ subject: 'Bill', body: 'Too high' })
  const base = await zendesk.fetch(connection, id)
  await sandbox.edit(id, { priority: 'low' })
  await expect(zendesk.apply(connection, base, decision({ priority: 'high' }))).rejects.toMatchObject({
    fault: 'conflict',
    status: 409,
    retry: true,
  })
  expect(sandbox.ticket(id)?.fields.priority).toBe('low')
})

test('a closed ticket is the fault `gone` and is not retried', async () => {
  const { id } = await sandbox.create({ subject: 'Bill', body: 'Too high' })
  await sandbox.resolve(id)
  await sandbox.edit(id, { status: 'closed' })
  const base = await zendesk.fetch(connection, id)
  expect(base.status).toEqual({ name: 'closed', done: true, closed: true })
  await expect(zendesk.apply(connection, base, decision({ priority: 'high' }))).rejects.toMatchObject({
    fault: 'gone',
    retry: false,
    status: 422,
  })
})

test('what Zendesk accepts and does not store is reported, and the rest is written', async () => {
  const { fields } = connection.mapping
  if (fields.service?.to === 'field') fields.service.values.internet = 'service_unknown_option'
  const { id, result } = await written({ service: 'internet', priority: 'high' })
  expect(result.notKept).toEqual({ service: expect.stringContaining('service_unknown_option') })
  expect(sandbox.ticket(id)?.fields).toMatchObject({ priority: 'high', [sandbox.account.service.id]: null })
  // The same write again, after its answer was lost, does not claim more.
  const set = { service: 'internet', priority: 'high' }
  const again = await zendesk.apply(connection, await zendesk.fetch(connection, id), decision(set))
  expect(Object.keys(again.notKept)).toEqual(['service'])
})

test.each([
  ['a value without an entry', { service: 'fax' }, 'service'],
  ['a field without a target', { sentiment: 'negative' }, 'sentiment'],
  ['a group without an id', { group: 'Night shift' }, 'group'],
  ['a person without an id', { assignee: 'constructor' }, 'assignee'],
])('%s is refused before anything is sent', async (_, set: Record<string, string>, field) => {
  await expect(written(set)).rejects.toMatchObject({ fault: 'invalid', fields: { [field]: expect.any(String) } })
  expect(puts()).toHaveLength(0)
})

test('an assignee is sent with the group the ticket has', async () => {
  const { sent } = await written({ assignee: 'Tomas Vega' }, { group_id: group('Network') })
  expect(sent.ticket).toMatchObject({ group_id: Number(group('Network')), assignee_id: Number(agent('Tomas Vega')) })
})

test('a group alone never takes the ticket from its assignee', async () => {
  const fields = { group_id: group('Network'), assignee_id: agent('Tomas Vega') }
  await expect(written({ group: 'Billing' }, fields)).rejects.toMatchObject({ fault: 'invalid', status: 422 })
  expect(sandbox.tickets()[0]?.fields).toMatchObject(fields)
})

test('an assignee outside the group is refused with the reason of Zendesk', async () => {
  await expect(written({ group: 'Billing', assignee: 'Tomas Vega' })).rejects.toMatchObject({
    fault: 'invalid',
    fields: { assignee: 'Assignee is not a member of the group' },
  })
})

test('other tags stay, our old one is removed, and a drop-down keeps its tag', async () => {
  const { mapping } = connection
  mapping.fields.category = { to: 'label', prefix: 'cat-', values: {}, blank: [] }
  const { id, sent } = await written(
    { category: 'outage', service: 'internet' },
    {
      tags: ['vip', 'cat-question', 'service_mobile'],
    },
  )
  expect(sent.ticket.tags).toEqual(['vip', 'cat-outage', 'service_internet'])
  expect(sandbox.ticket(id)?.fields).toMatchObject({ [sandbox.account.service.id]: 'service_internet' })
  const after = await zendesk.fetch(connection, id)
  expect(after.fields.category).toMatchObject({ value: 'outage', raw: 'cat-outage' })
  expect(after.history.filter(({ field }) => field === 'category').at(-1)).toMatchObject({
    from: 'question',
    to: 'outage',
  })
})

test('tags are not sent when no tag of ours changes', async () => {
  connection.mapping.fields.category = { to: 'label', prefix: 'cat-', values: {}, blank: [] }
  const { sent } = await written({ category: 'outage', priority: 'low' }, { tags: ['cat-outage'] })
  expect(sent.ticket).not.toHaveProperty('tags')
})

test('the history distinguishes people, triggers, customers and our account', async () => {
  const { id } = await written({ priority: 'high' })
  await sandbox.edit(id, { priority: 'urgent' }, TRIGGER)
  await sandbox.edit(id, { priority: 'normal' }, agent('Mila Okoye'))
  await sandbox.edit(id, { priority: 'low' }, sandbox.account.customers[0]?.id)
  const { history } = await zendesk.fetch(connection, id)
  expect(history.map(({ by, from, to }) => [by.kind, from, to])).toEqual([
    ['self', null, 'high'],
    ['robot', 'high', 'urgent'],
    ['person', 'urgent', 'normal'],
    ['customer', 'normal', 'low'],
  ])
})

test('a listed account is a robot', async () => {
  connection.mapping.robots = [agent('Mila Okoye')]
  const { id } = await sandbox.create({ subject: 'Bill', body: 'Too high' })
  await sandbox.edit(id, { priority: 'normal' }, agent('Mila Okoye'))
  expect((await zendesk.fetch(connection, id)).history[0]?.by.kind).toBe('robot')
})

test('all pages of the audits are read', async () => {
  const { id } = await sandbox.create({ subject: 'Bill', body: 'Too high' })
  for (let n = 0; n < 205; n++) await sandbox.comment(id, `reply ${n}`)
  await sandbox.edit(id, { priority: 'high' })
  const { history } = await zendesk.fetch(connection, id)
  expect(history).toMatchObject([{ field: 'priority', to: 'high' }])
  expect(sandbox.requests.filter(({ path }) => path.endsWith('/audits'))).toHaveLength(3)
})

test('a deleted ticket is the fault `gone`', async () => {
  const { id } = await sandbox.create({ subject: 'Bill', body: 'Too high' })
  await sandbox.remove(id)
  await expect(zendesk.fetch(connection, id)).rejects.toMatchObject({ fault: 'gone', retry: false })
  await expect(zendesk.fetch(connection, '../users/me')).rejects.toMatchObject({ fault: 'gone' })
})

test('the account is described with options, groups and people', async () => {
  const metadata = await zendesk.inspect(connection)
  expect(metadata.self).toMatchObject({ id: sandbox.self.id, name: 'Pointsman' })
  expect(metadata.missing).toEqual([])
  expect(metadata.priorities.map(({ id }) => id)).toEqual(['low', 'normal', 'high', 'urgent'])
  const service = metadata.fields.find(({ id }) => id === sandbox.account.service.id)
  expect(service).toMatchObject({
    type: 'tagger',
    options: expect.arrayContaining([{ id: 'service_vpn', name: 'vpn' }]),
  })
  expect(metadata.people.find(({ name }) => name === 'Nora Lind')).toMatchObject({
    active: true,
    groups: [group('Network'), group('Service desk')],
  })
  const taxonomy = {
    version: 1,
    fields: ['service', 'category', 'priority'].map((id) => ({
      id,
      description: '',
      kind: 'choice' as const,
      source: 'model' as const,
      required: true,
      values: partsOf(connection.mapping.fields[id]!)
        .flatMap((part) => Object.keys(part.values))
        .map((value) => ({
          id: value,
          description: '',
          synonyms: [],
          automatic: true,
        })),
    })),
  }
  expect(zendesk.checkMapping(connection.mapping, metadata, taxonomy)).toEqual([])
})

test('open tickets are counted for each person', async () => {
  const fields = { assignee_id: agent('Tomas Vega') }
  await sandbox.create({ subject: 'One', body: 'one', fields })
  const { id } = await sandbox.create({ subject: 'Two', body: 'two', fields })
  await sandbox.resolve(id)
  const people = [agent('Tomas Vega'), agent('Nora Lind')]
  expect(await zendesk.countOpen(connection, people)).toEqual({ [people[0] ?? '']: 1, [people[1] ?? '']: 0 })
})

test.each(['basic', 'bearer'] as const)('credentials of kind %s are accepted', async (kind) => {
  const metadata = await zendesk.inspect(zendeskConnection(sandbox, { credentials: sandbox.credentials[kind] }))
  expect(metadata.self.id).toBe(sandbox.self.id)
})

test('a refresh token works once, and the new access token works', async () => {
  const { oauth } = sandbox.credentials
  const old = zendeskConnection(sandbox, { credentials: oauth })
  const tokens = await zendesk.refresh(old)
  expect(Date.parse(tokens.expiresAt ?? '')).toBeGreaterThan(Date.now())
  await expect(zendesk.refresh(old)).rejects.toMatchObject({ fault: 'auth', retry: false })
  const renewed = zendeskConnection(sandbox, { credentials: { ...oauth, ...tokens } })
  await expect(zendesk.inspect(renewed)).resolves.toMatchObject({ self: { id: sandbox.self.id } })
  sandbox.expireTokens()
  await expect(zendesk.inspect(renewed)).rejects.toMatchObject({ fault: 'auth', status: 401 })
})

test('client credentials get a token, with a scope', async () => {
  const { clientId, clientSecret } = sandbox.credentials.oauth
  const credentials = { kind: 'oauth' as const, clientId, clientSecret }
  const tokens = await zendesk.refresh(zendeskConnection(sandbox, { credentials }))
  expect(tokens.refreshToken).toBeUndefined()
  expect(sandbox.requests.at(-1)?.body).toMatchObject({ grant_type: 'client_credentials', scope: 'read write' })
  await expect(zendesk.fetch(zendeskConnection(sandbox, { credentials }), '1')).rejects.toMatchObject({ fault: 'auth' })
})
