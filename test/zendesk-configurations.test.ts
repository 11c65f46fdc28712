/** Zendesk accounts as companies have them: what the check says of a mapping, and how a ticket ends. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Configured } from './support/configured.ts'

let desk: Configured
beforeAll(async () => {
  desk = await Configured.open()
})
afterAll(() => desk.service.close())

const to = (id: string, type: string, values: object = {}) => ({ to: 'field', id, type, values })
const options = (...pairs: [name: string, value: string][]) => pairs.map(([name, value]) => ({ name, value }))
const SERVICES = options(['Internet', 'p_internet'], ['Mobile', 'p_mobile'], ['Billing', 'p_billing'])
const TAGS = { internet: 'p_internet', mobile: 'p_mobile', billing: 'p_billing' }
const paths = ({ faults }: { faults: { path: string }[] }) => faults.map(({ path }) => path)

test('a nested drop-down of five hundred options is written by its tags, and a title is answered with its tag', async () => {
  await desk.route(null)
  const many = Array.from({ length: 500 }, (_, n): [string, string] => [`Product ${n % 20}::Item ${n}`, `item_${n}`])
  const tree = options(...many, ['Product::App::Mobile', 'app_mobile'])
  const { field, save, ticket } = desk.zendesk({ fields: [{ title: 'Product', type: 'tagger', options: tree }] })
  const mapping = (mobile: string) => ({
    fields: { service: to(field('Product'), 'tagger', { internet: 'item_1', mobile, billing: 'item_2' }) },
  })
  expect((await save(mapping('Product::App::Mobile'))).faults).toMatchObject([
    { path: 'mapping.fields.service.values.mobile', next: 'Use app_mobile (Product::App::Mobile).' },
  ])
  expect((await save(mapping('app_mobile'))).status).toBe(201)
  expect((await ticket('mobileword')).fields[field('Product')]).toBe('app_mobile')
})

test('a multi-select and a checkbox are written as what they are, and not by their tags', async () => {
  const fields = [
    { title: 'Products', type: 'multiselect', options: SERVICES },
    { title: 'Outage', type: 'checkbox', tag: 'is_outage' },
  ]
  const { field, save, ticket } = desk.zendesk({ fields })
  const labels = {
    service: { to: 'label', prefix: 'p_' },
    outage: { to: 'label', values: { true: 'is_outage', false: 'no_outage' } },
  }
  expect(paths(await save({ fields: labels }))).toEqual([
    'mapping.fields.service.prefix',
    'mapping.fields.outage.values.true',
  ])
  const kinds = { service: to(field('Products'), 'multiselect', TAGS), outage: to(field('Outage'), 'checkbox') }
  expect((await save({ fields: kinds })).status).toBe(201)
  expect((await ticket('outageword')).fields).toMatchObject({
    [field('Products')]: ['p_mobile'],
    [field('Outage')]: true,
  })
  const calm = await ticket('calmword', { [field('Products')]: ['p_internet'] })
  expect(calm.fields).toMatchObject({ [field('Products')]: ['p_internet'], [field('Outage')]: false })
  expect(calm.writeback.heldBack).toMatchObject({ service: expect.stringMatching(/set it|was created/) })
})

test('a deactivated field is refused with its successor, and the rest of a write is kept', async () => {
  await desk.route('Network', 'Asta Berg')
  const fields = [
    { title: 'Area', type: 'tagger', active: false, options: options(['Mobile', 'old_mobile']) },
    { title: 'Area of 2026', type: 'tagger', options: SERVICES },
  ]
  const { sandbox, group, agent, save, ticket } = desk.zendesk({ fields })
  const areas = sandbox.account.fields.filter(({ title }) => title.startsWith('Area'))
  // The sandbox puts fields onto its form by their titles.
  for (const area of areas) area.title = 'Area'
  const [old, active] = areas.map(({ id }) => id)
  const mapping = (id: string, values: object) => ({
    fields: { service: to(id, 'tagger', values) },
    groups: { Network: group('Network') },
    people: { 'Asta Berg': agent('Asta Berg') },
  })
  const dead = mapping(old!, { internet: 'old_mobile', mobile: 'old_mobile', billing: 'old_mobile' })
  expect((await save(dead)).faults).toMatchObject([
    { path: 'mapping.fields.service.id', next: expect.stringContaining(active!) },
  ])
  expect(await save(mapping(active!, TAGS))).toMatchObject({ status: 201, faults: [] })
  const { fields: now, notes } = await ticket('mobileword')
  expect(now).toMatchObject({ [active!]: 'p_mobile', group_id: group('Network'), assignee_id: agent('Asta Berg') })
  expect(notes).toMatchObject([{ public: false }])
})

test('a trigger that puts every ticket into a group: the route is written once that group is blank', async () => {
  await desk.route('Network', 'Asta Berg')
  const { group, agent, save, ticket } = desk.zendesk({ triggers: [{ title: 'Inbox', group: 'Workplace' }] })
  const mapping = (more: object) => ({
    group: { to: 'native', ...more },
    groups: { Network: group('Network'), Workplace: group('Workplace') },
    people: { 'Asta Berg': agent('Asta Berg') },
  })
  expect((await save(mapping({}))).faults).toMatchObject([
    { path: 'mapping.group.blank', message: expect.stringContaining('the trigger "Inbox"') },
  ])
  expect((await save(mapping({ blank: [group('Workplace')] }))).status).toBe(201)
  expect((await ticket('mobileword')).fields).toMatchObject({
    group_id: group('Network'),
    assignee_id: agent('Asta Berg'),
  })
})

test('agents who cannot take tickets are refused, each with the true cause', async () => {
  const agents = [
    { name: 'Asta Berg', groups: ['Network'] },
    { name: 'Lia Light', groups: ['Network'], role_type: 1 },
    { name: 'Dora Gone', groups: ['Network'], active: false },
    { name: 'Nil None', groups: [] },
  ]
  const { group, agent, save } = desk.zendesk({ agents })
  const people = Object.fromEntries(agents.map(({ name }) => [name, agent(name)]))
  const { faults } = await save({ groups: { Network: group('Network') }, people })
  expect(faults).toMatchObject(
    [
      { path: 'mapping.people.Lia Light', message: expect.stringContaining('light agent'), next: /seat/ },
      { path: 'mapping.people.Dora Gone', message: expect.stringMatching(/deactivated|no agent/) },
      { path: 'mapping.people.Nil None', message: expect.stringContaining('in no assignable group') },
    ].map(({ next, ...one }) => (next ? { ...one, next: expect.stringMatching(next) } : one)),
  )
})

test('a value of ours that makes another field required is held back, and the rest is written with a note', async () => {
  await desk.route('Network', 'Asta Berg')
  const condition = { parent: 'Product', value: 'p_mobile', child: 'Device', statuses: 'ALL_STATUSES' as const }
  const { field, group, agent, save, ticket } = desk.zendesk({
    fields: [
      { title: 'Product', type: 'tagger', options: SERVICES },
      { title: 'Device', type: 'text' },
    ],
    forms: [{ name: 'Support', fields: ['Product', 'Device'], conditions: [condition] }],
  })
  const saved = await save({
    fields: { service: to(field('Product'), 'tagger', TAGS) },
    groups: { Network: group('Network') },
    people: { 'Asta Berg': agent('Asta Berg') },
  })
  expect(saved).toMatchObject({ status: 201, missing: [expect.stringMatching(/^Device .* when Product is p_mobile$/)] })
  const { fields, writeback, notes } = await ticket('mobileword')
  expect(fields).toMatchObject({ [field('Product')]: null, group_id: group('Network') })
  expect(writeback).toMatchObject({ state: 'applied', heldBack: { service: expect.stringContaining('Device') } })
  expect(notes).toMatchObject([{ text: expect.stringContaining('Device: is required') }])
  expect((await ticket('internetword')).fields).toMatchObject({ [field('Product')]: 'p_internet' })
})

test('a field that is on the form of another brand only is refused', async () => {
  const { sandbox, field, save } = desk.zendesk({
    fields: [{ title: 'Area', type: 'tagger', options: SERVICES }],
    forms: [
      { name: 'Support', fields: ['Service'] },
      { name: 'Shop', fields: ['Area'], brands: ['Shop'] },
    ],
  })
  const mapping = { fields: { service: to(field('Area'), 'tagger', TAGS) } }
  const formIds = (name: string) => sandbox.account.forms.filter((form) => form.name === name).map(({ id }) => id)
  expect((await save(mapping, { filters: { forms: formIds('Support') } })).faults).toMatchObject([
    { path: 'mapping.fields.service.id', message: expect.stringContaining('no agent would see it') },
  ])
  expect((await save(mapping, { filters: { forms: formIds('Shop') } })).status).toBe(201)
})

test('several options of one value: any of them counts as ours, and the first is written', async () => {
  await desk.route(null)
  const tree = options(['App::iOS', 'app_ios'], ['App::Android', 'app_android'], ['Web', 'web'])
  const { field, save, ticket } = desk.zendesk({ fields: [{ title: 'Product', type: 'tagger', options: tree }] })
  const values = { internet: 'web', mobile: ['app_ios', 'app_android'], billing: 'web' }
  expect((await save({ fields: { service: to(field('Product'), 'tagger', values) } })).status).toBe(201)
  expect((await ticket('mobileword')).fields[field('Product')]).toBe('app_ios')
  const same = await ticket('mobileword', { [field('Product')]: 'app_android' })
  expect(same.fields[field('Product')]).toBe('app_android')
  expect(same.writeback).toMatchObject({ state: 'applied', reason: 'the ticket already has these values', written: {} })
})
