/** Jira sites as companies have them: what the check says of a mapping, and how a ticket ends. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Configured } from './support/configured.ts'

let desk: Configured
beforeAll(async () => {
  desk = await Configured.open()
})
afterAll(() => desk.service.close())

const ASTA = '712020:00000000-0000-4000-8000-000000000001'
const LEAD = '712020:00000000-0000-4000-8000-000000000008'
const SUP = { key: 'SUP', name: 'Support', type: 'service_desk' as const }
const to = (id: string, type: string, values: object = {}, more: object = {}) => ({
  to: 'field',
  id,
  type,
  values,
  ...more,
})
const service = (id: string, type: string, values: object = {}, more: object = {}) => ({
  fields: { service: to(id, type, values, more) },
})
const options = (first: number, ...values: string[]) => values.map((one, n) => ({ id: String(first + n), value: one }))
const paths = ({ faults }: { faults: { path: string }[] }) => faults.map(({ path }) => path)
const COMPONENT = {
  group: { to: 'component', values: {} },
  groups: { Network: '10300' },
  people: { 'Asta Berg': ASTA },
}

test('a tree of product and module: the child is filled in, and the parent of the form stays', async () => {
  await desk.route(null)
  const { save, ticket } = desk.jira()
  const tree = { internet: '10600/10610', mobile: '10601/10620', billing: ['10600/10611', '10600/*'] }
  expect(paths(await save(service('customfield_10052', 'cascading', { ...tree, mobile: '10600/10620' })))).toEqual([
    'mapping.fields.service.values.mobile',
  ])
  const blank = service('customfield_10052', 'cascading', tree, { blank: ['10600', '10601'] })
  expect(paths(await save(blank))).toEqual(['mapping.fields.service.blank', 'mapping.fields.service.blank'])
  // Saved without a check all the same: the parent that the customer chose stays.
  expect((await save(blank, {}, '?check=skip')).status).toBe(201)
  expect((await ticket('mobileword')).fields.customfield_10052).toMatchObject({ id: '10601', child: { id: '10620' } })
  const filled = await ticket('mobileword', { customfield_10052: { id: '10601' } })
  expect(filled.fields.customfield_10052).toMatchObject({ id: '10601', child: { id: '10620' } })
  const other = await ticket('mobileword', { customfield_10052: { id: '10600' } })
  expect(other.fields.customfield_10052).toEqual({ id: '10600', value: 'Internet' })
  expect(other).toMatchObject({ notes: [], writeback: { state: 'skipped', reason: expect.stringContaining('below') } })
})

test('a request type is set by its id, and the form that the customer chose stays', async () => {
  const fields = [{ id: 'customfield_70', name: 'Request Type', kind: 'requesttype' as const, options: [] }]
  const { save, ticket } = desk.jira({ fields })
  const types = { internet: '72', mobile: '73', billing: '72' }
  const [refused] = (await save(service('customfield_70', 'text', types))).faults
  expect(refused).toMatchObject({ path: 'mapping.fields.service.type', next: expect.stringContaining('request-type') })
  expect(await save(service('customfield_70', 'request-type', types))).toMatchObject({ status: 201, missing: [] })
  expect((await ticket('mobileword')).fields.customfield_70).toMatchObject({ requestType: { id: '73' } })
  const chosen = await ticket('mobileword', { customfield_70: '72' })
  expect(chosen.fields.customfield_70).toMatchObject({ requestType: { id: '72' } })
  expect(chosen.writeback).toMatchObject({ state: 'skipped', written: {} })
})

test('a project whose lead gets every new ticket: the route is written once the lead is blank', async () => {
  await desk.route('Network', 'Asta Berg')
  const { save, ticket } = desk.jira({ projects: [{ ...SUP, lead: LEAD }] })
  expect(paths(await save(COMPONENT))).toEqual(['mapping.assignee.blank'])
  expect((await save({ ...COMPONENT, assignee: { blank: [LEAD] } })).status).toBe(201)
  expect((await ticket('mobileword')).fields).toMatchObject({
    components: [{ id: '10300' }],
    assignee: { accountId: ASTA },
  })
})

test('a priority scheme with a default of its own', async () => {
  await desk.route(null)
  const { save, ticket } = desk.jira({ projects: [{ ...SUP, priorities: ['1', '2', '4', '5'], defaultPriority: '4' }] })
  const priority = (values: object, blank: string[]) => ({ fields: { priority: { to: 'priority', values, blank } } })
  const scheme = { low: '5', normal: '4', high: '2', urgent: '1' }
  expect(paths(await save(priority({ ...scheme, normal: '3' }, ['3'])))).toContain(
    'mapping.fields.priority.values.normal',
  )
  expect((await save(priority(scheme, ['3']))).faults).toMatchObject([{ next: 'Add 4 to blank.' }])
  expect((await save(priority(scheme, ['4']))).status).toBe(201)
  expect((await ticket('urgentword')).fields.priority).toMatchObject({ id: '1' })
})

test('a site that computes the priority: impact and urgency are written together', async () => {
  const fields = [
    { id: 'customfield_71', name: 'Impact', kind: 'select' as const, options: options(710, 'Wide', 'Large', 'Small') },
    { id: 'customfield_72', name: 'Urgency', kind: 'select' as const, options: options(720, 'Now', 'Soon', 'Later') },
  ]
  const site = { fields, hidden: [{ field: 'priority' }] }
  const values = (first: number) => ({
    urgent: `${first}`,
    high: `${first + 1}`,
    normal: `${first + 2}`,
    low: `${first + 2}`,
  })
  const plain = desk.jira(site)
  const mapped = { to: 'priority', values: { low: '4', normal: '3', high: '2', urgent: '1' }, blank: ['3'] }
  await plain.sandbox.create({ subject: 'Old', body: 'Its screen shows what can be edited' })
  const saved = await plain.save({ fields: { priority: mapped } })
  expect(saved).toMatchObject({ status: 201, missing: [expect.stringContaining('on the edit screen of SUP')] })
  const failed = await plain.ticket('urgentword')
  expect(failed.writeback).toMatchObject({ state: 'failed', reason: expect.stringContaining('edit screen') })
  expect(failed.notes).toMatchObject([{ public: false, text: expect.stringContaining('Nothing was changed') }])
  const { save, ticket } = desk.jira(site)
  const parts = [to('customfield_71', 'select', values(710)), to('customfield_72', 'select', values(720))]
  expect((await save({ fields: { priority: { to: 'all', parts } } })).status).toBe(201)
  expect((await ticket('urgentword')).fields).toMatchObject({
    customfield_71: { id: '710' },
    customfield_72: { id: '720' },
  })
})

test('two projects with other options of one field: a connection for each', async () => {
  const both = [
    ...options(700, 'Internet', 'Mobile', 'Billing').map((one) => ({ ...one, where: ['SUP'] })),
    ...options(800, 'Internet', 'Mobile', 'Billing').map((one) => ({ ...one, where: ['HR'] })),
  ]
  const fields = [{ id: 'customfield_73', name: 'Area', kind: 'select' as const, options: both }]
  const projects = [SUP, { ...SUP, key: 'HR', name: 'Personnel' }]
  const { save, ticket } = desk.jira({ projects, fields })
  const area = (first: number) =>
    service('customfield_73', 'select', { internet: `${first}`, mobile: `${first + 1}`, billing: `${first + 2}` })
  const refused = await save(area(700))
  expect(refused.faults).toHaveLength(3)
  expect(refused.faults[1]).toMatchObject({
    message: expect.stringContaining('Mobile is 801 in HR'),
    next: expect.stringContaining('one connection for each project'),
  })
  expect(paths(await save(area(700), { filters: { projects: ['HR'] } }))).toHaveLength(3)
  expect((await save(area(700), { filters: { projects: ['SUP'] } })).status).toBe(201)
  expect((await ticket('mobileword')).fields.customfield_73).toMatchObject({ id: '701' })
})

test('a field that Jira demands of every edit: a note says so, and names it', async () => {
  const fields = [
    { id: 'customfield_77', name: 'Cost centre', kind: 'textfield' as const, options: [], demanded: true as const },
    {
      id: 'customfield_74',
      name: 'Area',
      kind: 'select' as const,
      options: options(740, 'Internet', 'Mobile', 'Bill'),
    },
  ]
  const { save, ticket } = desk.jira({ fields })
  const mapping = service('customfield_74', 'select', { internet: '740', mobile: '741', billing: '742' })
  expect((await save(mapping)).status).toBe(201)
  const { writeback, notes } = await ticket('mobileword')
  expect(writeback).toMatchObject({ state: 'failed', reason: expect.stringMatching(/Cost centre.*customfield_77/) })
  expect(notes).toMatchObject([{ public: false, text: expect.stringMatching(/service \(.*Cost centre is required/) }])
})

test('a multi-select and a checkbox: options of others stay, and a flag that is false ticks nothing', async () => {
  const fields = [
    {
      id: 'customfield_75',
      name: 'Products',
      kind: 'multiselect' as const,
      options: options(750, 'Internet', 'Mobile', 'Bill', 'TV'),
    },
    { id: 'customfield_76', name: 'Flags', kind: 'multicheckboxes' as const, options: options(760, 'Outage', 'VIP') },
  ]
  const { save, ticket } = desk.jira({ fields })
  const mapping = (type: string) => ({
    fields: {
      service: to('customfield_75', type, { internet: '750', mobile: '751', billing: '752' }),
      outage: to('customfield_76', type, { true: '760' }),
    },
  })
  expect((await save(mapping('multiselect'))).status).toBe(201)
  const vip = { customfield_76: [{ id: '761' }] }
  const ticked = await ticket('outageword', vip)
  expect(ticked.fields.customfield_76).toMatchObject([{ id: '761' }, { id: '760' }])
  expect(ticked.fields.customfield_75).toMatchObject([{ id: '751' }])
  expect((await ticket('outageword')).fields.customfield_76).toMatchObject([{ id: '760' }])
  const calm = await ticket('calmword', { customfield_75: [{ id: '753' }] })
  expect(calm.fields).toMatchObject({ customfield_75: [{ id: '753' }], customfield_76: null })
})

test('a group picker stands for the group', async () => {
  await desk.route('Network', 'Asta Berg')
  const fields = [{ id: 'customfield_78', name: 'Assignment group', kind: 'grouppicker' as const, options: [] }]
  const { save, ticket } = desk.jira({ fields })
  const group = (type: string) => ({
    group: to('customfield_78', type),
    groups: { Network: 'network-agents' },
    people: { 'Asta Berg': ASTA },
  })
  expect(paths(await save(group('text')))).toEqual(['mapping.group.type'])
  expect((await save(group('group'))).status).toBe(201)
  expect((await ticket('mobileword')).fields).toMatchObject({
    customfield_78: { name: 'network-agents' },
    assignee: { accountId: ASTA },
  })
})

test('a number field and a labels field take a score and a service, and a text does not', async () => {
  await desk.route(null)
  const fields = [
    { id: 'customfield_79', name: 'Churn', kind: 'float' as const, options: [] },
    { id: 'customfield_80', name: 'Topics', kind: 'labels' as const, options: [] },
  ]
  const { save, ticket } = desk.jira({ fields })
  const texts = { churn: to('customfield_79', 'text'), service: to('customfield_80', 'text') }
  expect(paths(await save({ fields: texts }))).toEqual(['mapping.fields.churn.type', 'mapping.fields.service.type'])
  const topics = { internet: 'internet', mobile: 'mobile', billing: 'billing' }
  const kinds = { churn: to('customfield_79', 'number'), service: to('customfield_80', 'labels', topics) }
  expect((await save({ fields: kinds })).status).toBe(201)
  expect((await ticket('churnword')).fields).toMatchObject({ customfield_79: 73, customfield_80: ['mobile'] })
})

test.each([
  ['the security level', 'securitylevel' as const, 'who can see the ticket'],
  ['a kind that nobody knows', 'vote' as const, 'which we cannot write'],
])('%s is refused, whatever the mapping calls it', async (_, kind, why) => {
  const fields = [{ id: 'customfield_81', name: 'Odd', kind, options: options(810, 'One', 'Two', 'Three') }]
  const { save } = desk.jira({ fields })
  const { status, faults } = await save(
    service('customfield_81', 'select', { internet: '810', mobile: '811', billing: '812' }),
  )
  expect({ status, faults }).toMatchObject({ status: 422, faults: [{ message: expect.stringContaining(why) }] })
})

test('rights and screens that are missing are said when the connection is saved', async () => {
  const hidden = [{ field: 'customfield_82', edit: true as const }]
  const fields = [
    {
      id: 'customfield_82',
      name: 'Area',
      kind: 'select' as const,
      options: options(820, 'Internet', 'Mobile', 'Bill'),
    },
  ]
  const { sandbox, save } = desk.jira({ fields, hidden })
  await sandbox.create({ subject: 'Old', body: 'Its screen shows what can be edited' })
  sandbox.site.permissions.delete('EDIT_ISSUES')
  const mapping = service('customfield_82', 'select', { internet: '820', mobile: '821', billing: '822' })
  expect(await save(mapping)).toMatchObject({
    status: 201,
    missing: [
      'EDIT_ISSUES in SUP: without it, no field can be written',
      'Area (customfield_82) on the edit screen of SUP: Jira refuses to write it',
    ].map((one) => expect.stringContaining(one.slice(0, 30))),
  })
})

test('an assignee on no edit screen is assigned all the same', async () => {
  await desk.route('Network', 'Asta Berg')
  const { save, ticket } = desk.jira({ hidden: [{ field: 'assignee', edit: true }] })
  expect(await save(COMPONENT)).toMatchObject({ status: 201, missing: [] })
  expect((await ticket('mobileword')).fields).toMatchObject({
    components: [{ id: '10300' }],
    assignee: { accountId: ASTA },
  })
})
