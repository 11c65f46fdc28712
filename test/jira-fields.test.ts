/** Every kind of field in Jira, on Cloud and Data Center: set, kept, cleared, refused, read back, and in the history. */
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { createJiraSandbox, type JiraSandboxOptions, jiraSandboxConnection } from '../connectors/jira/sandbox.ts'
import { type Connection, Mapping, type Write } from '../src/contract/index.ts'
import { HelpdeskError } from '../src/errors.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

type Field = NonNullable<JiraSandboxOptions['fields']>[number]

const FIELDS: Field[] = [
  { id: 'customfield_1', name: 'Radio', kind: 'radiobuttons', options: options('10', 'One', 'Two') },
  {
    id: 'customfield_2',
    name: 'Product',
    kind: 'cascadingselect',
    options: [
      { id: '20', value: 'ERP', children: options('201', 'Billing', 'HR') },
      { id: '21', value: 'CRM', children: options('211', 'Leads') },
    ],
  },
  { id: 'customfield_3', name: 'Products', kind: 'multiselect', options: options('30', 'One', 'Two', 'TV') },
  { id: 'customfield_4', name: 'Flags', kind: 'multicheckboxes', options: options('40', 'Outage', 'Regulated') },
  { id: 'customfield_5', name: 'Short', kind: 'textfield', options: [] },
  { id: 'customfield_6', name: 'Long', kind: 'textarea', options: [] },
  { id: 'customfield_7', name: 'Score', kind: 'float', options: [] },
  { id: 'customfield_8', name: 'Day', kind: 'datepicker', options: [] },
  { id: 'customfield_9', name: 'Topics', kind: 'labels', options: [] },
  { id: 'customfield_11', name: 'Team', kind: 'team', options: [] },
  { id: 'customfield_12', name: 'Request Type', kind: 'requesttype', options: [] },
  { id: 'customfield_13', name: 'Asset', kind: 'assets', options: [] },
  { id: 'customfield_14', name: 'Engineer', kind: 'userpicker', options: [] },
  { id: 'customfield_15', name: 'Group', kind: 'grouppicker', options: [] },
  { id: 'customfield_16', name: 'Votes', kind: 'vote', options: [] },
  { id: 'customfield_17', name: 'Urgency', kind: 'select', options: options('170', 'Low', 'High') },
  { id: 'customfield_18', name: 'Ghost', kind: 'select', options: options('180', 'One', 'Two'), drops: true },
]

function options(first: string, ...values: string[]) {
  return values.map((value, n) => ({ id: String(Number(first) + n), value }))
}

const TEAMS = ['b1a0c1d2-0000-4000-8000-000000000001', 'b1a0c1d2-0000-4000-8000-000000000002'] as const
const USERS = {
  cloud: ['712020:00000000-0000-4000-8000-000000000001', '712020:00000000-0000-4000-8000-000000000002'],
  datacenter: ['asta.berg', 'ilya.sorokin'],
} as const

type Edition = keyof typeof USERS

async function open(fields: unknown, { edition = 'cloud', more = {} }: { edition?: Edition; more?: object } = {}) {
  const sandbox = createJiraSandbox({ baseUrl: 'https://jira.test', edition, fields: FIELDS })
  const connection: Connection = { ...jiraSandboxConnection(sandbox), mapping: Mapping.parse({ fields, ...more }) }
  server.use(http.all('https://jira.test/*', ({ request }) => sandbox.app.fetch(request)))
  const { id } = await sandbox.create({ subject: 'VPN drops', body: 'Every hour.' })
  const base = () => jira.fetch(connection, id)
  let decisions = 0
  const write = async (set: Write['set']) => {
    decisions += 1
    return jira.apply(connection, await base(), { decisionId: `d-${decisions}`, set, note: null })
  }
  const shown = (field: string) => sandbox.ticket(id)!.fields[field]
  const edits = () => sandbox.requests.filter(({ method }) => method === 'PUT')
  return { sandbox, connection, id, base, write, shown, edits }
}

type Row = {
  type: string
  field: string
  one: string
  two: string
  /** What a person sets to mean `two`. */
  theirs: unknown
  refused: string
}

const rows = (edition: Edition): Row[] => {
  const [asta, ilya] = USERS[edition]
  const person = (id: string) => (edition === 'cloud' ? { accountId: id } : { name: id })
  return [
    { type: 'select', field: 'customfield_1', one: '10', two: '11', theirs: { id: '11' }, refused: '99' },
    {
      type: 'cascading',
      field: 'customfield_2',
      one: '20/201',
      two: '21/211',
      theirs: { id: '21', child: { id: '211' } },
      refused: '20/211',
    },
    { type: 'multiselect', field: 'customfield_3', one: '30', two: '31', theirs: [{ id: '31' }], refused: '99' },
    { type: 'select', field: 'customfield_3', one: '30', two: '31', theirs: [{ id: '31' }], refused: '99' },
    { type: 'number', field: 'customfield_7', one: '5', two: '7.5', theirs: 7.5, refused: 'many' },
    {
      type: 'date',
      field: 'customfield_8',
      one: '2026-01-31',
      two: '2026-02-01',
      theirs: '2026-02-01',
      refused: 'soon',
    },
    { type: 'labels', field: 'customfield_9', one: 'vpn', two: 'tv', theirs: ['tv'], refused: 'two words' },
    { type: 'text', field: 'customfield_5', one: 'First', two: 'Second', theirs: 'Second', refused: '' },
    { type: 'team', field: 'customfield_11', one: TEAMS[0], two: TEAMS[1], theirs: TEAMS[1], refused: 'nobody' },
    { type: 'request-type', field: 'customfield_12', one: '72', two: '73', theirs: '73', refused: '9999' },
    {
      type: 'assets',
      field: 'customfield_13',
      one: 'ws-1:5',
      two: 'ws-1:6',
      theirs: [{ workspaceId: 'ws-1', objectId: '6' }],
      refused: '',
    },
    { type: 'user', field: 'customfield_14', one: asta, two: ilya, theirs: person(ilya), refused: 'nobody' },
    {
      type: 'group',
      field: 'customfield_15',
      one: 'network-agents',
      two: 'billing-agents',
      theirs: { name: 'billing-agents' },
      refused: 'no-such-group',
    },
  ]
}

describe.each(['cloud', 'datacenter'] as const)('%s', (edition) => {
  describe.each(rows(edition))('$type in $field', ({ type, field, one, two, theirs, refused }) => {
    const target = (more: object = {}) => ({ to: 'field', id: field, type, values: { one, two }, ...more })

    test('is set, read back, and in the history with both values', async () => {
      const { base, write, sandbox, id } = await open({ service: target() }, { edition })
      expect((await base()).fields.service).toEqual({ value: null, raw: null, blank: true })
      expect(await write({ service: 'one' })).toMatchObject({ restored: [], notKept: {}, changeId: expect.any(String) })
      const after = await base()
      expect(after.fields.service).toEqual({ value: 'one', raw: one, blank: false })
      expect(after.history).toMatchObject([{ field: 'service', from: null, to: 'one', toRaw: one, decision: 'd-1' }])
      await sandbox.edit(id, { [field]: theirs })
      expect((await base()).history.at(-1)).toMatchObject({ field: 'service', from: 'one', to: 'two', toRaw: two })
    })

    test('is kept when it has the value, and cleared by a person', async () => {
      const { base, write, sandbox, id, edits } = await open({ service: target() }, { edition })
      await sandbox.edit(id, { [field]: theirs })
      await write({ service: 'two' })
      expect(edits()).toEqual([])
      await sandbox.edit(id, { [field]: null })
      const after = await base()
      expect(after.fields.service).toEqual({ value: null, raw: null, blank: true })
      expect(after.history.at(-1)).toMatchObject({ field: 'service', from: 'two', to: null, toRaw: null })
    })

    test('put back what a person set between our read and our write', async () => {
      const { base, connection, sandbox, id } = await open({ service: target() }, { edition })
      const read = await base()
      await sandbox.edit(id, { [field]: theirs })
      const decision = { decisionId: 'd-1', set: { service: 'one' }, note: null }
      const { restored } = await jira.apply(connection, read, decision)
      expect(restored).toEqual(['service'])
      expect((await base()).fields.service).toMatchObject({ value: 'two', raw: two })
    })

    test.skipIf(refused === '')('refused by Jira, is named as we call it', async () => {
      const { write, sandbox, id } = await open({ service: target({ values: { one: refused, two } }) }, { edition })
      const error = await write({ service: 'one' }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(HelpdeskError)
      expect(error).toMatchObject({ fault: 'invalid', fields: { service: expect.any(String) } })
      expect(sandbox.ticket(id)!.history).toEqual([])
    })
  })

  test('a long text is a document on Cloud, and clearing it is read', async () => {
    const target = { to: 'field', id: 'customfield_6', type: 'text', values: {} }
    const { base, write, sandbox, id } = await open({ reason: target }, { edition })
    await write({ reason: 'No light.\nSince Monday.' })
    expect((await base()).fields.reason).toMatchObject({ value: 'No light.\nSince Monday.', blank: false })
    await sandbox.edit(id, { customfield_6: null })
    expect((await base()).fields.reason).toMatchObject({ blank: true })
  })
})

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
    expect((await base()).fields.service).toEqual({ value: null, raw: '20', blank: true })
    expect(await write({ service: 'billing' })).toMatchObject({ notKept: {} })
    expect(shown('customfield_2')).toMatchObject({ id: '20', child: { id: '201' } })
  })

  test('stays when our value is below another one, and that is said', async () => {
    const { write, shown, sandbox, id, edits } = await open({ service: target })
    await sandbox.edit(id, { customfield_2: { id: '21' } })
    const { notKept } = await write({ service: 'billing' })
    expect(notKept).toEqual({ service: expect.stringContaining('20/201 is not below it') })
    expect(shown('customfield_2')).toEqual({ id: '21', value: 'CRM' })
    expect(edits()).toEqual([])
  })

  test('is a value without keepParent', async () => {
    const { sandbox, id, base } = await open({ service: { ...target, keepParent: false } })
    await sandbox.edit(id, { customfield_2: { id: '20' } })
    expect((await base()).fields.service).toMatchObject({ raw: '20', blank: false })
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

  test('alone is assigned too, and put back where a person was faster', async () => {
    const { base, connection, sandbox, id, shown } = await open({}, { more: mapping })
    sandbox.site.hidden.push({ field: 'assignee', edit: true })
    const read = await base()
    await sandbox.app.request(`https://jira.test/rest/api/3/issue/${id}`) // the site lives
    const theirs = sandbox.agents[2]!
    sandbox.site.hidden.length = 0
    await sandbox.edit(id, { assignee: { accountId: theirs.id } }, theirs.id)
    sandbox.site.hidden.push({ field: 'assignee', edit: true })
    const decision = { decisionId: 'd-1', set: { group: 'Network', assignee: 'Asta' }, note: null }
    expect(await jira.apply(connection, read, decision)).toMatchObject({ restored: ['assignee'] })
    expect(shown('assignee')).toMatchObject({ accountId: theirs.id })
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

test('a webhook tells the new value of every kind, as the issue does', async () => {
  const target = (row: Row) => ({ to: 'field', id: row.field, type: row.type, values: { one: row.one, two: row.two } })
  const each = rows('cloud').filter(({ type, field }) => !(type === 'select' && field === 'customfield_3'))
  const { sandbox, connection, id } = await open(Object.fromEntries(each.map((row, n) => [`f${n}`, target(row)])))
  const bodies: unknown[] = []
  server.use(
    http.post('https://pointsman.test/hook', async ({ request }) => {
      bodies.push(await request.json())
      return new Response(null, { status: 202 })
    }),
  )
  const secret = { kind: 'signature' as const, secret: 'sandbox-webhook-secret' }
  sandbox.webhooks.push({ url: 'https://pointsman.test/hook', secret, style: 'events' })
  await sandbox.edit(id, Object.fromEntries(each.map(({ field, theirs }) => [field, theirs])))
  await sandbox.settled()
  const event = jira.read(bodies[0], connection)
  const told = each.map((_, n) => ({ field: `f${n}`, from: null, to: 'two' }))
  expect(event).toMatchObject({
    kind: 'updated',
    changes: expect.arrayContaining(told.map((one) => expect.objectContaining(one))),
  })
  expect(event).toMatchObject({
    ticket: { fields: Object.fromEntries(each.map((_, n) => [`f${n}`, { value: 'two' }])) },
  })
})

test('what does not fit the field is refused before any call', async () => {
  const score = { to: 'field', id: 'customfield_7', type: 'number', values: {} }
  const day = { to: 'field', id: 'customfield_8', type: 'date', values: {} }
  const { write, edits } = await open({ score, day })
  await expect(write({ score: 'many' })).rejects.toMatchObject({ fault: 'invalid', fields: { score: 'not a number' } })
  await expect(write({ day: 'soon' })).rejects.toMatchObject({ fault: 'invalid', fields: { day: expect.any(String) } })
  expect(edits()).toEqual([])
  await write({ score: '73.0', day: '2026-03-01' })
  expect(edits()[0]!.body).toMatchObject({ fields: { customfield_7: 73, customfield_8: '2026-03-01' } })
})
