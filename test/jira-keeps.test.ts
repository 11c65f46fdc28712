/** What a write into Jira leaves alone, says, or reaches by another way. */
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { openFields, TEAMS, USERS } from './support/jira-fields.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const open = (fields: unknown, options?: Parameters<typeof openFields>[2]) => openFields(server, fields, options)

describe('nobody is overwritten', () => {
  test.each([
    ['a request type in a text target', 'customfield_12', 'text', '72'],
    ['a team in a text target', 'customfield_11', 'text', TEAMS[0]],
    ['a person in a text target', 'customfield_14', 'text', { accountId: USERS.cloud[0] }],
    ['a kind that nobody knows', 'customfield_16', 'text', { up: 3, down: 1 }],
    ['a kind that nobody knows, in a select', 'customfield_16', 'select', { up: 3, down: 1 }],
    ['a list in a text target', 'customfield_9', 'text', ['vip']],
    ['a list in a number target', 'customfield_3', 'number', [{ id: '30' }]],
    ['a field of a type that Jira lacks', 'customfield_1', 'tagger', { id: '10' }],
  ])('%s is a value, not an empty field', async (_, field, type, theirs) => {
    const { base, sandbox, id } = await open({ service: { to: 'field', id: field, type, values: { one: 'x' } } })
    await sandbox.edit(id, { [field]: theirs })
    const state = (await base()).fields.service!
    expect(state).toMatchObject({ value: null, blank: false, raw: expect.any(String) })
  })

  test('a document that holds only a picture is not empty', async () => {
    const { connection } = await open({ reason: { to: 'field', id: 'customfield_6', type: 'text', values: {} } })
    const media = { type: 'mediaSingle', content: [{ type: 'media', attrs: { id: '1' } }] }
    const issue = (content: unknown[]) => ({
      webhookEvent: 'jira:issue_created',
      timestamp: 1_760_000_000_000,
      issue: { id: '1', key: 'SUP-1', fields: { customfield_6: { type: 'doc', version: 1, content } } },
    })
    const read = (content: unknown[]) => jira.read(issue(content), connection)
    expect(read([media])).toMatchObject({ ticket: { fields: { reason: { blank: false } } } })
    expect(read([{ type: 'paragraph', content: [] }])).toMatchObject({
      ticket: { fields: { reason: { blank: true } } },
    })
  })

  test.each([
    ['the security level', 'customfield_19', 'select', '190', /securitylevel/],
    ['the summary', 'summary', 'text', 'Ours', /text of the customer/],
    ['a text in a labels field', 'customfield_9', 'text', 'ours', /kind labels/],
    ['a field that nobody knows', 'customfield_16', 'select', '1', /kind vote-field/],
  ])('%s is not written, even if the mapping was saved without a check', async (_, field, type, value, why) => {
    const target = { to: 'field', id: field, type, values: { one: value } }
    const category = { to: 'field', id: 'customfield_1', type: 'select', values: { one: '10' } }
    const { write, shown, edits } = await open({ service: target, category })
    const before = shown(field)
    await expect(write({ service: 'one', category: 'one' })).rejects.toMatchObject({
      fault: 'invalid',
      fields: { service: expect.stringMatching(why) },
    })
    expect(shown(field)).toEqual(before)
    expect(edits()).toEqual([])
    expect(await write({ category: 'one' })).toMatchObject({ notKept: {} })
  })

  test('our option is exchanged in a multi-select, and others stay', async () => {
    const { write, shown, sandbox, id, base } = await open({
      service: { to: 'field', id: 'customfield_3', type: 'multiselect', values: { one: '30', two: '31' } },
    })
    await sandbox.edit(id, { customfield_3: [{ id: '30' }, { id: '32' }] })
    expect((await base()).fields.service).toMatchObject({ value: 'one', raw: '30' })
    await write({ service: 'two' })
    expect(shown('customfield_3')).toMatchObject([{ id: '32' }, { id: '31' }])
    await sandbox.edit(id, { customfield_3: [{ id: '32' }] })
    expect((await base()).fields.service).toMatchObject({ value: null, raw: '32', blank: false })
  })

  test('an option that a person ticks while we write stays', async () => {
    const { base, connection, shown, sandbox, id } = await open({
      service: { to: 'field', id: 'customfield_3', type: 'multiselect', values: { one: '30', two: '31' } },
    })
    await sandbox.edit(id, { customfield_3: [{ id: '30' }] })
    const read = await base()
    await sandbox.edit(id, { customfield_3: [{ id: '30' }, { id: '32' }] })
    await jira.apply(connection, read, { decisionId: 'd-1', set: { service: 'two' }, note: null })
    expect(shown('customfield_3')).toMatchObject([{ id: '32' }, { id: '31' }])
  })

  test('other labels and objects stay', async () => {
    const { write, shown, sandbox, id } = await open({
      service: { to: 'field', id: 'customfield_9', type: 'labels', values: { one: 'vpn', two: 'tv' } },
      asset: { to: 'field', id: 'customfield_13', type: 'assets', values: { one: 'ws-1:5', two: 'ws-1:6' } },
    })
    const objects = ['5', '9'].map((objectId) => ({ workspaceId: 'ws-1', objectId }))
    await sandbox.edit(id, { customfield_9: ['vip', 'vpn'], customfield_13: objects })
    await write({ service: 'two', asset: 'two' })
    expect(shown('customfield_9')).toEqual(['vip', 'tv'])
    expect(shown('customfield_13')).toMatchObject([{ objectId: '9' }, { objectId: '6' }])
  })
})

test('a box is ticked and unticked for a flag, and the other boxes stay', async () => {
  const target = { to: 'field', id: 'customfield_4', type: 'multiselect', values: { true: '40', false: '' } }
  const { write, shown, sandbox, id, base } = await open({ outage: target })
  await sandbox.edit(id, { customfield_4: [{ id: '41' }] })
  expect((await base()).fields.outage).toEqual({ value: 'false', raw: null, blank: true })
  await write({ outage: 'true' })
  expect(shown('customfield_4')).toMatchObject([{ id: '41' }, { id: '40' }])
  await write({ outage: 'false' })
  expect(shown('customfield_4')).toMatchObject([{ id: '41' }])
  expect((await base()).history.slice(-2)).toMatchObject([
    { field: 'outage', from: 'false', to: 'true' },
    { field: 'outage', from: 'true', to: 'false' },
  ])
})

describe('a parent that the form chose', () => {
  const target = {
    to: 'field',
    id: 'customfield_2',
    type: 'cascading',
    keepParent: true,
    values: { billing: ['20/201', '20/*'], leads: '21/211' },
  }

  test('stays, and its child is filled in', async () => {
    const { write, shown, sandbox, id, base } = await open({ service: target })
    await sandbox.edit(id, { customfield_2: { id: '20' } })
    expect((await base()).fields.service).toEqual({ value: null, raw: '20', blank: true, under: '20/' })
    expect(await write({ service: 'billing' })).toMatchObject({ notKept: {} })
    expect(shown('customfield_2')).toMatchObject({ id: '20', child: { id: '201' } })
  })

  test.each([
    ['', []],
    [', also if the mapping calls it blank', ['20', '21']],
  ])('stays when our value is below another one, and that is said%s', async (_, blank) => {
    const { base, write, shown, sandbox, id, edits } = await open({ service: { ...target, blank } })
    await sandbox.edit(id, { customfield_2: { id: '21' } })
    expect((await base()).fields.service).toMatchObject({ under: '21/' })
    await expect(write({ service: 'billing' })).rejects.toMatchObject({
      fields: { service: expect.stringContaining('20/201 is not below it') },
    })
    expect(shown('customfield_2')).toEqual({ id: '21', value: 'CRM' })
    expect(edits()).toEqual([])
  })

  test('is a value without keepParent, unless it is blank', async () => {
    const { sandbox, id, base, write, shown } = await open({
      service: { ...target, keepParent: false, blank: ['21'] },
    })
    await sandbox.edit(id, { customfield_2: { id: '20' } })
    expect((await base()).fields.service).toEqual({ value: null, raw: '20', blank: false })
    await sandbox.edit(id, { customfield_2: { id: '21' } })
    expect((await base()).fields.service).toEqual({ value: null, raw: '21', blank: true })
    await write({ service: 'billing' })
    expect(shown('customfield_2')).toMatchObject({ id: '20', child: { id: '201' } })
  })

  test('any child of a branch is read as our value', async () => {
    const { sandbox, id, base } = await open({ service: target })
    await sandbox.edit(id, { customfield_2: { id: '20', child: { id: '202' } } })
    expect((await base()).fields.service).toEqual({ value: 'billing', raw: '20/202', blank: false })
  })
})

test('several options are read as one value, and the first is written', async () => {
  const target = { to: 'field', id: 'customfield_1', type: 'select', values: { any: ['11', '10'] } }
  const { write, shown, sandbox, id, base, edits } = await open({ service: target })
  await sandbox.edit(id, { customfield_1: { id: '10' } })
  expect((await base()).fields.service).toMatchObject({ value: 'any', raw: '10' })
  await sandbox.edit(id, { customfield_1: null })
  await write({ service: 'any' })
  expect(edits()).toHaveLength(1)
  expect(shown('customfield_1')).toMatchObject({ id: '11' })
})

describe('one value in two places', () => {
  const part = (id: string, low: string, high: string, urgent: string) => ({
    to: 'field',
    id,
    type: 'select',
    values: { low, high, urgent },
  })
  // Impact has two steps only, so it alone does not tell high from urgent.
  const priority = {
    to: 'all',
    parts: [part('customfield_17', '170', '171', '171'), part('customfield_1', '10', '10', '11')],
  }

  test.each(['cloud', 'datacenter'] as const)('is written, read back and in the history on %s', async (edition) => {
    const { write, shown, sandbox, id, base } = await open({ priority }, { edition })
    expect((await base()).fields.priority).toEqual({ value: null, raw: null, blank: true })
    await write({ priority: 'urgent' })
    expect([shown('customfield_17'), shown('customfield_1')]).toMatchObject([{ id: '171' }, { id: '11' }])
    expect((await base()).fields.priority).toEqual({ value: 'urgent', raw: '171 + 11', blank: false })
    await sandbox.edit(id, { customfield_1: { id: '10' } })
    await sandbox.edit(id, { customfield_17: { id: '170' } })
    expect((await base()).history).toMatchObject([
      { field: 'priority', from: null, to: 'urgent', decision: 'd-1' },
      { field: 'priority', from: 'urgent', to: 'high', toRaw: '171 + 10' },
      { field: 'priority', from: 'high', to: 'low', toRaw: '170 + 10' },
    ])
  })

  test('of which a person filled one is not blank', async () => {
    const { sandbox, id, base } = await open({ priority })
    await sandbox.edit(id, { customfield_17: { id: '170' } })
    expect((await base()).fields.priority).toEqual({ value: null, raw: '170 + ', blank: false })
  })

  test('a part that a person changed meanwhile is put back alone', async () => {
    const { base, connection, shown, sandbox, id } = await open({ priority })
    const read = await base()
    await sandbox.edit(id, { customfield_1: { id: '10' } })
    const decision = { decisionId: 'd-1', set: { priority: 'urgent' }, note: null }
    expect(await jira.apply(connection, read, decision)).toMatchObject({ restored: ['priority'] })
    expect([shown('customfield_17'), shown('customfield_1')]).toMatchObject([{ id: '171' }, { id: '10' }])
  })
})

describe('what Jira accepted and did not store', () => {
  const ghost = { to: 'field', id: 'customfield_18', type: 'select', values: { one: '180', two: '181' } }
  const kept = { to: 'field', id: 'customfield_1', type: 'select', values: { one: '10', two: '11' } }

  test('is said, and the rest is written', async () => {
    const { write, base } = await open({ service: ghost, category: kept })
    const written = await write({ service: 'one', category: 'two' })
    expect(written).toMatchObject({
      changeId: expect.any(String),
      notKept: { service: 'Jira accepted 180, but the ticket has none' },
    })
    expect((await base()).fields.category).toMatchObject({ value: 'two' })
  })

  test('is said also when nothing at all was stored', async () => {
    const { write } = await open({ service: ghost })
    expect(await write({ service: 'one' })).toMatchObject({ changeId: null, notKept: { service: expect.any(String) } })
  })

  test('is said of the priority, which some projects compute', async () => {
    const priority = { to: 'priority', values: { high: '2' }, blank: ['3'] }
    const { write, sandbox } = await open({ priority, category: kept })
    server.use(
      http.put('https://jira.test/rest/api/3/issue/:id', async ({ request }) => {
        const body = (await request.json()) as { fields: Record<string, unknown> }
        const { priority: _, ...fields } = body.fields
        const stored = { method: 'PUT', headers: request.headers, body: JSON.stringify({ ...body, fields }) }
        return sandbox.app.fetch(new Request(request.url, stored))
      }),
    )
    expect(await write({ priority: 'high', category: 'two' })).toMatchObject({
      notKept: { priority: 'Jira accepted 2, but the ticket has 3' },
      changeId: expect.any(String),
    })
  })

  test('is not said of a value that a person changed after our write', async () => {
    const { base, connection, sandbox, id } = await open({ category: kept })
    const decision = { decisionId: 'd-1', set: { category: 'two' }, note: null }
    const read = await base()
    sandbox.fail({ method: 'PUT', status: 503, after: true, times: 1 })
    await expect(jira.apply(connection, read, decision)).rejects.toMatchObject({ fault: 'busy' })
    await sandbox.edit(id, { customfield_1: { id: '10' } })
    expect(await jira.apply(connection, await base(), decision)).toMatchObject({ notKept: {}, restored: [] })
  })
})

describe('an assignee whom nobody chose', () => {
  const [asta, ilya] = USERS.cloud
  const lead = { people: { Asta: asta, Ilya: ilya }, assignee: { blank: [ilya] } }

  test('counts as blank, until a person chooses the same one', async () => {
    const { base, sandbox, id, connection } = await open({}, { more: lead })
    sandbox.site.projects[0]!.lead = ilya
    const made = await sandbox.create({ subject: 'New', body: 'Text' })
    const fresh = await jira.fetch(connection, made.id)
    expect(fresh.fields.assignee).toEqual({ value: 'Ilya', raw: ilya, blank: true })
    await jira.apply(connection, fresh, { decisionId: 'd-1', set: { assignee: 'Asta' }, note: null })
    expect((await jira.fetch(connection, made.id)).fields.assignee).toMatchObject({ value: 'Asta', blank: false })
    await sandbox.edit(id, { assignee: { accountId: ilya } })
    expect((await base()).fields.assignee).toMatchObject({ value: 'Ilya', blank: false })
  })
})

describe('an assignee on no edit screen', () => {
  const mapping = {
    people: { Asta: USERS.cloud[0], Ilya: USERS.cloud[1] },
    group: { to: 'component', values: {} },
    groups: { Network: '10300' },
  }

  test('is assigned by the call of the assign dialog, and the rest is written', async () => {
    const { write, base, sandbox, edits } = await open({}, { more: mapping })
    sandbox.site.hidden.push({ field: 'assignee', edit: true })
    const written = await write({ group: 'Network', assignee: 'Asta' })
    expect(written).toMatchObject({ notKept: {}, changeId: expect.any(String) })
    expect((await base()).fields).toMatchObject({ group: { value: 'Network' }, assignee: { value: 'Asta' } })
    expect(edits().at(-1)).toMatchObject({
      path: expect.stringMatching(/assignee$/),
      body: { accountId: USERS.cloud[0] },
    })
  })

  test('is put back where a person was faster', async () => {
    const { base, connection, sandbox, id, shown } = await open({}, { more: mapping })
    const read = await base()
    const theirs = sandbox.agents[2]!
    await sandbox.edit(id, { assignee: { accountId: theirs.id } }, theirs.id)
    sandbox.site.hidden.push({ field: 'assignee', edit: true })
    const decision = { decisionId: 'd-1', set: { group: 'Network', assignee: 'Asta' }, note: null }
    expect(await jira.apply(connection, read, decision)).toMatchObject({ restored: ['assignee'] })
    expect(shown('assignee')).toMatchObject({ accountId: theirs.id })
  })

  test('is assigned also when nothing else is written', async () => {
    const { write, base, sandbox } = await open({}, { more: mapping })
    sandbox.site.hidden.push({ field: 'assignee', edit: true })
    await write({ assignee: 'Asta' })
    const { fields, marks } = await base()
    expect(fields.assignee).toMatchObject({ value: 'Asta' })
    expect(marks).toEqual(['d-1'])
  })

  test('is said when the assign call is refused as well', async () => {
    const { write, base, sandbox } = await open({}, { more: mapping })
    sandbox.site.hidden.push({ field: 'assignee', edit: true })
    sandbox.fail({ method: 'PUT', path: /assignee$/, status: 403 })
    const written = await write({ group: 'Network', assignee: 'Asta' })
    expect(written.notKept).toEqual({ assignee: expect.stringContaining('assigning was refused') })
    expect((await base()).fields.group).toMatchObject({ value: 'Network' })
  })
})
