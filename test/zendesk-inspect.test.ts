/** What the inspection of an account tells, and what it says that it could not read. */
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox, type ZendeskSandbox } from '../connectors/zendesk/sandbox.ts'
import { type Connection, ConnectionSettings, Mapping, TaxonomyDocument } from '../src/contract/index.ts'
import { zendeskConnection, zendeskHandlers } from './support/zendesk.ts'

const server = setupServer()
let sandbox: ZendeskSandbox

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())
afterEach(() => server.resetHandlers())

function open(options: Parameters<typeof createZendeskSandbox>[0] = {}, more: Partial<Connection> = {}): Connection {
  sandbox = createZendeskSandbox(options)
  server.use(...zendeskHandlers(sandbox))
  return zendeskConnection(sandbox, more)
}

const taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({ fields: [{ id: 'service', values: [{ id: 'internet' }, { id: 'mobile' }] }] }),
}
const agentId = (name: string) => sandbox.account.agents.find((agent) => agent.name === name)!.id
const groupId = (name: string) => sandbox.account.groups.find((group) => group.name === name)!.id
const serviceTo = (id: string) =>
  Mapping.parse({
    fields: {
      service: { to: 'field', id, type: 'tagger', values: { internet: 'service_internet', mobile: 'service_mobile' } },
    },
  })

describe('fields', () => {
  test('say how they can be written, and why they must not be', async () => {
    const connection = open({
      fields: [
        { title: 'Products', type: 'multiselect', options: [{ name: 'TV', value: 'ms_tv' }] },
        { title: 'Outage', type: 'checkbox', tag: 'is_outage' },
        { title: 'Notes', type: 'textarea' },
        { title: 'Card', type: 'partialcreditcard' },
        { title: 'Intent', type: 'tagger', agentCanEdit: false },
        { title: 'Radar', type: 'holographic' },
      ],
    })
    const { fields } = await zendesk.inspect(connection)
    const shown = Object.fromEntries(fields.map(({ name, writeAs, never }) => [name, never ?? writeAs]))
    expect(shown).toMatchObject({
      Service: ['tagger'],
      Products: ['multiselect'],
      Outage: ['checkbox'],
      Notes: ['text'],
      Radar: [],
      Card: expect.stringContaining('card number'),
      Intent: expect.stringContaining('cannot edit'),
      Subject: expect.stringContaining('customer'),
      Status: expect.stringContaining('closes'),
    })
    expect(fields.find(({ name }) => name === 'Outage')?.options.map(({ id }) => id)).toEqual([
      'true',
      'false',
      'is_outage',
    ])
    for (const { writeAs } of fields) for (const type of writeAs) expect(zendesk.fieldTypes).toHaveProperty(type)
  })

  test('a deactivated one names its successor, and is refused', async () => {
    const options = [
      { name: 'internet', value: 'old_internet' },
      { name: 'mobile', value: 'old_mobile' },
    ]
    const connection = open({ fields: [{ title: 'Service', type: 'tagger', active: false, options }] })
    const old = sandbox.account.fields.at(-1)!.id
    const metadata = await zendesk.inspect(connection)
    expect(metadata.fields.find(({ id }) => id === old)).toMatchObject({
      active: false,
      successor: sandbox.account.service.id,
    })
    expect(zendesk.checkMapping(serviceTo(old), metadata, taxonomy)).toMatchObject([
      { path: 'fields.service.id', next: expect.stringContaining(sandbox.account.service.id) },
    ])
  })
})

describe('forms', () => {
  const forms = [
    { name: 'Support', fields: ['Service', 'Category'], brands: ['Acme'] },
    { name: 'Billing', fields: ['Category'], brands: ['Bolt'] },
    { name: 'Everywhere', fields: ['Service'] },
  ]
  const formId = (at: number) => sandbox.account.forms[at]!.id
  const brandId = (name: string) => sandbox.account.brands.find((brand) => brand.name === name)!.id
  const inspected = (filters: Record<string, string[]>) =>
    zendesk.inspect(zendeskConnection(sandbox, { filters, mapping: serviceTo(sandbox.account.service.id) }))

  test('that the filters let through are the places, with their brand, and fields say where they are', async () => {
    open({ forms })
    const { places, fields } = await inspected({})
    expect(places).toEqual([
      { id: formId(0), name: `Support (brand Acme, ${brandId('Acme')})` },
      { id: formId(1), name: `Billing (brand Bolt, ${brandId('Bolt')})` },
      { id: formId(2), name: 'Everywhere' },
    ])
    expect(fields.find(({ name }) => name === 'Service')?.where).toEqual([formId(0), formId(2)])
  })

  test('a field that is on none of them is a fault', async () => {
    open({ forms })
    const metadata = await inspected({ forms: [formId(1)] })
    expect(metadata.places.map(({ id }) => id)).toEqual([formId(1)])
    expect(zendesk.checkMapping(serviceTo(sandbox.account.service.id), metadata, taxonomy)).toMatchObject([
      { path: 'fields.service.id', next: expect.stringContaining('Billing') },
    ])
  })

  test('are chosen by the brands of the filters too', async () => {
    open({ forms })
    const { places } = await inspected({ brands: [brandId('Bolt')] })
    expect(places.map(({ id }) => id)).toEqual([formId(1), formId(2)])
  })

  test('that the filters name and Zendesk does not have are missing', async () => {
    open({ forms })
    const { missing } = await inspected({ forms: ['77'] })
    expect(missing).toMatchObject([{ what: expect.stringContaining('77') }])
  })

  test('a value of ours that makes another field required is told', async () => {
    const condition = { parent: 'Service', value: 'service_mobile', child: 'Device', statuses: 'ALL_STATUSES' as const }
    open({
      fields: [{ title: 'Device', type: 'text' }],
      forms: [
        {
          name: 'Support',
          fields: ['Service', 'Device'],
          conditions: [condition, { ...condition, value: 'service_tv' }, { ...condition, statuses: ['solved'] }],
        },
      ],
    })
    const { missing } = await inspected({})
    expect(missing).toMatchObject([
      {
        what: expect.stringMatching(/^Device .*the form Support requires when Service is service_mobile$/),
      },
    ])
    const observing = zendeskConnection(sandbox, { mode: 'observe' })
    expect((await zendesk.inspect(observing)).missing).toEqual([])
  })

  test('that make a field required are told in one line, however many they are', async () => {
    const condition = { parent: 'Service', value: 'service_mobile', child: 'Device', statuses: 'ALL_STATUSES' as const }
    const forms = Array.from({ length: 40 }, (_, n) => ({
      name: `Form ${n}`,
      fields: ['Service', 'Device'],
      conditions: [condition],
    }))
    open({ fields: [{ title: 'Device', type: 'text' }], forms })
    const { missing } = await inspected({})
    expect(missing).toHaveLength(1)
    expect(missing[0]!.what).toMatch(/the forms Form 0, Form 1, Form 2, Form 3 and 36 more require/)
  })
})

describe('what new tickets get by themselves', () => {
  test('is read from the triggers', async () => {
    const connection = open({ triggers: [{ title: 'To support', group: 'Service desk', assignee: 'Nora Lind' }] })
    const why = 'the trigger "To support" sets it'
    expect((await zendesk.inspect(connection)).givenTo).toEqual([
      { kind: 'group', id: groupId('Service desk'), name: 'Service desk', why, every: true },
      { kind: 'assignee', id: agentId('Nora Lind'), name: 'Nora Lind', why, every: true },
    ])
  })

  test('is a fault unless the mapping calls it blank, and no fault for some tickets only', async () => {
    const connection = open({ triggers: [{ title: 'To support', group: 'Service desk' }] })
    const metadata = await zendesk.inspect(connection)
    const mapping = { ...connection.mapping, fields: {} }
    expect(zendesk.checkMapping(mapping, metadata, taxonomy)).toMatchObject([
      { path: 'group.blank', message: expect.stringContaining('"To support"'), next: expect.stringContaining('Add') },
    ])
    const blank = { ...mapping, group: { to: 'native' as const, blank: [groupId('Service desk')] } }
    expect(zendesk.checkMapping(blank, metadata, taxonomy)).toEqual([])
    const url = `${sandbox.baseUrl}/api/v2/triggers/active`
    const vip = { field: 'current_tags', operator: 'includes', value: 'vip' }
    const actions = [{ field: 'group_id', value: groupId('Service desk') }]
    const triggers = [{ title: 'VIP', active: true, conditions: { all: [vip], any: [] }, actions }]
    server.use(http.get(url, () => HttpResponse.json({ triggers, meta: { has_more: false }, links: { next: null } })))
    const some = await zendesk.inspect(connection)
    expect(some.givenTo).toMatchObject([{ kind: 'group', why: 'the trigger "VIP" sets it' }])
    expect(zendesk.checkMapping(mapping, some, taxonomy)).toEqual([])
  })

  test('omnichannel routing is recognised by its tag', async () => {
    const connection = open()
    expect((await zendesk.inspect(connection)).givenTo).toEqual([])
    await sandbox.create({ subject: 'TV', body: 'No picture', fields: { tags: ['auto_routing'] } })
    expect((await zendesk.inspect(connection)).givenTo).toMatchObject([
      { kind: 'assignee', why: expect.stringContaining('omnichannel') },
    ])
  })
})

describe('what may not be read', () => {
  test.each([
    ['triggers', /triggers/],
    ['ticket forms', /ticket_forms/],
    ['auto_routing', /search/],
  ])('%s: it is said, and nothing fails', async (what, path) => {
    const connection = open()
    sandbox.fail({ path, status: 403 })
    const metadata = await zendesk.inspect(connection)
    expect(metadata.unread).toEqual([expect.stringContaining(what)])
    expect(zendesk.checkMapping(serviceTo(sandbox.account.service.id), metadata, taxonomy)).toEqual([])
  })

  test('a failure that may pass is not taken for a right that is lacking', async () => {
    const connection = open()
    sandbox.fail({ path: /triggers/, status: 503 })
    await expect(zendesk.inspect(connection)).rejects.toMatchObject({ fault: 'busy', retry: true })
  })
})

describe('people', () => {
  const agents = [
    { name: 'Asta Berg', groups: ['Network'] },
    { name: 'Lia Light', groups: ['Network'], role_type: 1 },
    { name: 'Sven Asleep', groups: ['Network'], suspended: true },
    { name: 'Dora Gone', groups: [], active: false },
    { name: 'Nil None', groups: [] },
  ]

  test('who cannot take tickets have a problem, also those whom only the mapping names', async () => {
    const connection = open({ agents })
    const customer = sandbox.account.customers[0]!
    connection.mapping.people['Casey Doe'] = customer.id
    const metadata = await zendesk.inspect(connection)
    const problems = metadata.people.flatMap(({ name, problem }) => (problem ? [[name, problem.message]] : []))
    expect(problems).toEqual([
      ['Lia Light', 'is a light agent and cannot be assigned tickets'],
      ['Sven Asleep', 'is suspended'],
      ['Dora Gone', 'is deactivated'],
      ['Casey Doe', 'is an end user and cannot be assigned tickets'],
    ])
    const people = { ...connection.mapping, fields: {} }
    expect(zendesk.checkMapping(people, metadata, taxonomy).map(({ path, next }) => [path, next])).toEqual([
      ['people.Lia Light', expect.stringContaining('full seat')],
      ['people.Sven Asleep', expect.stringContaining('Unsuspend')],
      ['people.Dora Gone', expect.stringContaining('another agent')],
      ['people.Nil None', expect.stringContaining('group')],
      ['people.Casey Doe', expect.stringContaining('is an agent')],
    ])
  })

  test('a private group in the mapping is told, with who would lose the ticket', async () => {
    const connection = open({ privateGroups: ['Network'] })
    const metadata = await zendesk.inspect(connection)
    expect(metadata.groups.filter((group) => group.private).map(({ name }) => name)).toEqual(['Network'])
    expect(metadata.missing).toMatchObject([{ what: expect.stringMatching(/Network is a private group.*for good/) }])
    server.use(
      http.get(`${sandbox.baseUrl}/api/v2/users/me`, () =>
        HttpResponse.json({ user: { id: Number(sandbox.self.id), name: 'Us', role: 'agent' } }),
      ),
    )
    expect((await zendesk.inspect(connection)).missing).toMatchObject([{ what: expect.stringContaining('loses it') }])
  })
})

/** Pages of a large account, out of numbers. */
function serve(path: string, key: string, all: number, item: (at: number) => object): { calls: number; most: number } {
  const seen = { calls: 0, most: 0 }
  let now = 0
  server.use(
    http.get(`${sandbox.baseUrl}/api/v2/${path}`, async ({ request }) => {
      seen.calls++
      seen.most = Math.max(seen.most, ++now)
      const { searchParams } = new URL(request.url)
      const from = Number(searchParams.get('page[after]') ?? 0)
      const size = Math.min(100, all - from)
      await new Promise((resolve) => setImmediate(resolve))
      now--
      const next = `${sandbox.baseUrl}/api/v2/${path}?page[size]=100&page[after]=${from + size}`
      const more = from + size < all
      const items = Array.from({ length: size }, (_, at) => item(from + at))
      return HttpResponse.json({ [key]: items, meta: { has_more: more }, links: { next: more ? next : null } })
    }),
  )
  return seen
}

const user = (at: number) => ({ id: 700_000 + at, name: `Agent ${at}`, role: 'agent', active: true })

describe('a large account', () => {
  test('of 20,000 agents and 12,000 memberships is read whole, with progress', async () => {
    const connection = open()
    serve('users', 'users', 20_000, user)
    const memberships = serve('group_memberships/assignable', 'group_memberships', 12_000, (at) => ({
      user_id: 700_000 + at,
      group_id: Number(groupId('Network')),
    }))
    const told: [number, number][] = []
    const people = { Last: '719999', Eleven: '711999' }
    const mapping = { ...connection.mapping, people }
    const metadata = await zendesk.inspect({ ...connection, mapping }, (done, all) => told.push([done, all]))
    expect(metadata).toMatchObject({ peopleComplete: true, unread: [] })
    expect(metadata.people).toHaveLength(20_000)
    expect(memberships.calls).toBe(120)
    expect(zendesk.checkMapping({ ...mapping, fields: {} }, metadata, taxonomy).map(({ path }) => path)).toEqual([
      'people.Last',
    ])
    expect(told.at(-1)).toEqual([told.length, told.length])
    for (const [done, all] of told) expect(done).toBeLessThanOrEqual(all)
  })

  test('that is too large is cut off: only the people whom the mapping names are looked up', async () => {
    const connection = open()
    serve('users', 'users', 40_000, user)
    serve('group_memberships/assignable', 'group_memberships', 40_000, (at) => ({ user_id: 1 + at, group_id: 2 }))
    const asked: string[] = []
    server.use(
      http.get(`${sandbox.baseUrl}/api/v2/users/show_many`, ({ request }) => {
        asked.push(new URL(request.url).searchParams.get('ids') ?? '')
        return HttpResponse.json({ users: [user(39_999)] })
      }),
      http.get(`${sandbox.baseUrl}/api/v2/users/:id/group_memberships`, ({ params }) => {
        const items = params.id === '739999' ? [{ user_id: 739_999, group_id: 2 }] : []
        return HttpResponse.json({ group_memberships: items, meta: { has_more: false }, links: { next: null } })
      }),
    )
    const people = { Known: '739999', Unknown: '999999', 'In no group': '700001' }
    const mapping = Mapping.parse({ people })
    const metadata = await zendesk.inspect({ ...connection, mapping })
    expect(asked).toEqual(['739999,999999'])
    expect(metadata).toMatchObject({ peopleComplete: false, unread: [expect.stringContaining('memberships')] })
    expect(zendesk.checkMapping(mapping, metadata, taxonomy).map(({ path }) => path)).toEqual([
      'people.Unknown',
      'people.In no group',
    ])
  })

  test('gets no more calls at once than the connection allows', async () => {
    const settings = ConnectionSettings.parse({ concurrency: 2 })
    const connection = open({}, { settings })
    let now = 0
    let most = 0
    server.use(
      http.all(`${sandbox.baseUrl}/*`, async ({ request }) => {
        most = Math.max(most, ++now)
        await new Promise((resolve) => setTimeout(resolve, 5))
        now--
        return (await sandbox.app.fetch(request)) as HttpResponse<never>
      }),
    )
    await zendesk.inspect(connection)
    expect(most).toBe(2)
  })
})
