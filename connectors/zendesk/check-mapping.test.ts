import { describe, expect, test } from 'vitest'
import { Mapping, type Metadata, type MetadataField, TaxonomyDocument } from '../../src/contract/index.ts'
import { checkMapping } from './check-mapping.ts'
import { writersOf } from './kinds.ts'

const taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: [{ id: 'tv', title: 'Television' }, { id: 'vpn' }] },
      { id: 'priority', values: [{ id: 'high' }] },
      { id: 'outage', kind: 'flag' },
      { id: 'score', kind: 'score' },
      { id: 'contract', kind: 'entity' },
    ],
  }),
}

const field = (id: string, name: string, type: string, more: Partial<MetadataField> = {}): MetadataField => ({
  id,
  name,
  type,
  writeAs: writersOf(type),
  active: true,
  where: ['21'],
  required: false,
  defaults: {},
  options: [],
  optionsComplete: true,
  ...more,
})
const options = [
  { id: 'service_tv', name: 'Product::TV' },
  { id: 'service_vpn', name: 'Product::VPN' },
]
const many = Array.from({ length: 500 }, (_, at) => ({ id: `area_${at}`, name: `Area ${at}` }))
const ticked = [
  { id: 'true', name: 'ticked' },
  { id: 'false', name: 'not ticked' },
  { id: 'is_outage', name: 'ticked, by its tag' },
]

const metadata: Metadata = {
  self: { id: '1', name: 'Pointsman' },
  places: [{ id: '21', name: 'Support form' }],
  fields: [
    field('501', 'Service', 'tagger', { options }),
    field('502', 'Products', 'multiselect', {
      options: [
        { id: 'ms_tv', name: 'TV' },
        { id: 'ms_vpn', name: 'VPN' },
      ],
    }),
    field('503', 'Product', 'text'),
    field('504', 'Outage', 'checkbox', { options: ticked }),
    field('505', 'Score', 'integer', { optionsComplete: false }),
    field('506', 'Asset', 'lookup', { optionsComplete: false }),
    field('507', 'Service', 'tagger', { active: false, successor: '501', options }),
    field('508', 'Card', 'partialcreditcard', { writeAs: [], never: 'it is a card number field' }),
    field('509', 'Radar', 'holographic', { writeAs: [] }),
    field('510', 'Big', 'tagger', { options: [...many, ...options] }),
    field('511', 'Hidden', 'text', { where: [] }),
    field('512', 'Aged', 'tagger', {
      options: [
        { id: 'old_tv', name: 'TV', active: false },
        { id: 'new_tv', name: 'TV' },
      ],
    }),
    field('104', 'Priority', 'priority', { writeAs: [] }),
  ],
  priorities: [{ id: 'high', name: 'High', isDefault: false, where: ['21'], defaultIn: [] }],
  components: [],
  groups: [{ id: '401', name: 'Television', active: true, private: false }],
  people: [
    { id: '301', name: 'Nora Lind', active: true, groups: ['401'] },
    { id: '302', name: 'Tomas Vega', active: false, groups: ['401'] },
    { id: '303', name: 'June Park', active: true, groups: [] },
    {
      id: '304',
      name: 'Lia Light',
      active: true,
      groups: ['401'],
      problem: { message: 'is a light agent and cannot be assigned tickets', next: 'Give the agent a full seat.' },
    },
  ],
  peopleComplete: true,
  givenTo: [],
  unread: [],
  missing: [],
}

const both = { tv: 'service_tv', vpn: 'service_vpn' }
const tagger = { to: 'field', id: '501', type: 'tagger', values: both }
const faultsOf = (mapping: object, offered = metadata) => checkMapping(Mapping.parse(mapping), offered, taxonomy)
const service = (target: object) => faultsOf({ fields: { service: target } })

test.each([
  [
    'a fitting mapping has no fault',
    { fields: { service: tagger }, groups: { TV: '401' }, people: { Nora: '301' } },
    [],
  ],
  [
    'a text field takes any value',
    { fields: { service: { to: 'field', id: '503', type: 'text', values: { tv: 'Television', vpn: 'VPN' } } } },
    [],
  ],
  ['a text field takes our values as they are', { fields: { service: { to: 'field', id: '503', type: 'text' } } }, []],
  ['a field that the taxonomy does not have', { fields: { mood: { ...tagger, values: {} } } }, ['fields.mood']],
  [
    'a value that the taxonomy lacks',
    { fields: { service: { ...tagger, values: { ...both, fax: 'service_tv' } } } },
    ['fields.service.values.fax'],
  ],
  [
    'an option that Zendesk lacks',
    { fields: { service: { ...tagger, values: { ...both, vpn: 'service_fax' } } } },
    ['fields.service.values.vpn'],
  ],
  [
    'each of several options of one value',
    { fields: { service: { ...tagger, values: { ...both, vpn: ['service_vpn', 'service_fax', 'service_fox'] } } } },
    ['fields.service.values.vpn', 'fields.service.values.vpn'],
  ],
  [
    'a value without an entry',
    { fields: { service: { ...tagger, values: { tv: 'service_tv' } } } },
    ['fields.service.values.vpn'],
  ],
  [
    'a blank value that Zendesk lacks',
    { fields: { priority: { to: 'priority', values: { high: 'high' }, blank: ['none'] } } },
    ['fields.priority.blank'],
  ],
  ['a field that Zendesk does not have', { fields: { service: { ...tagger, id: '599' } } }, ['fields.service.id']],
  ['a field of another kind', { fields: { service: { ...tagger, id: '502' } } }, ['fields.service.type']],
  [
    'a text onto a drop-down',
    { fields: { service: { to: 'field', id: '501', type: 'text' } } },
    ['fields.service.type'],
  ],
  [
    'a kind of field that we do not know',
    { fields: { service: { to: 'field', id: '509', type: 'text' } } },
    ['fields.service.id'],
  ],
  ["Jira's kinds of field", { fields: { service: { ...tagger, type: 'cascading' } } }, ['fields.service.type']],
  ['a component', { fields: { service: { to: 'component', values: {} } } }, ['fields.service']],
  ['a card number', { fields: { contract: { to: 'field', id: '508', type: 'text' } } }, ['fields.contract.id']],
  [
    'the priority as a field',
    { fields: { service: { to: 'field', id: '104', type: 'tagger', values: both } } },
    ['fields.service.id'],
  ],
  [
    'a field on none of the forms',
    { fields: { contract: { to: 'field', id: '511', type: 'text' } } },
    ['fields.contract.id'],
  ],
  [
    'tags without prefix for open values',
    { fields: { service: { to: 'label', values: { tv: 'tv' } } } },
    ['fields.service.prefix'],
  ],
  [
    'tags without prefix for listed values',
    { fields: { service: { to: 'label', values: { tv: 'tv', vpn: 'vpn' } } } },
    [],
  ],
  ['a tag with a space', { fields: { service: { to: 'label', prefix: 'my ' } } }, ['fields.service']],
  [
    'a prefix inside the tags of a multi-select',
    { fields: { service: { to: 'label', prefix: 'ms_' } } },
    ['fields.service.prefix'],
  ],
  [
    'a tag of a checkbox',
    { fields: { outage: { to: 'label', values: { true: 'is_outage', false: 'no_outage' } } } },
    ['fields.outage.values.true'],
  ],
  [
    'tags that two fields take for theirs',
    { fields: { service: label('a_'), outage: label('a_b_') } },
    ['fields.outage'],
  ],
  [
    'two fields in one place',
    { fields: { service: tagger, outage: { ...tagger, values: { true: 'service_tv', false: 'service_vpn' } } } },
    ['fields.outage'],
  ],
  [
    'one place in two parts',
    { fields: { service: { to: 'all', parts: [tagger, tagger] } } },
    ['fields.service.parts.1'],
  ],
  [
    'a wrong part among several',
    { fields: { service: { to: 'all', parts: [tagger, { ...tagger, id: '507' }] } } },
    ['fields.service.parts.1.id'],
  ],
  ['a flag as a checkbox', { fields: { outage: { to: 'field', id: '504', type: 'checkbox' } } }, []],
  [
    'a flag whose box is left alone when it is false',
    { fields: { outage: { to: 'field', id: '504', type: 'checkbox', values: { true: 'is_outage' } } } },
    [],
  ],
  [
    'a box whose tag is not named, beside tags of ours',
    { fields: { outage: { to: 'field', id: '504', type: 'checkbox' }, service: label('svc_') } },
    ['fields.outage.values'],
  ],
  ['a score as a whole number', { fields: { score: { to: 'field', id: '505', type: 'integer' } } }, []],
  [
    'a choice as a whole number',
    { fields: { service: { to: 'field', id: '505', type: 'integer', values: { tv: '1', vpn: 'two' } } } },
    ['fields.service.values.vpn'],
  ],
  [
    'a score as a drop-down without values',
    { fields: { score: { to: 'field', id: '501', type: 'tagger' } } },
    ['fields.score.type'],
  ],
  [
    'records of a lookup field, one of which is no id',
    { fields: { service: { to: 'field', id: '506', type: 'lookup', values: { tv: '7001', vpn: 'VPN' } } } },
    ['fields.service.values.vpn'],
  ],
  ['a group that was deleted', { groups: { Fax: '499' } }, ['groups.Fax']],
  ['a blank group that does not exist', { group: { to: 'native', blank: ['499'] } }, ['group.blank']],
  ['a blank assignee that is no id', { assignee: { blank: ['Nora'] } }, ['assignee.blank']],
  [
    'people who left, who are not active, who are in no group, who are light agents',
    { people: { A: '399', B: '302', C: '303', D: '304' } },
    ['people.A', 'people.B', 'people.C', 'people.D'],
  ],
  [
    'a group kept in a drop-down',
    { group: { ...tagger, values: {} }, groups: { TV: 'service_tv', Fax: 'service_fax' } },
    ['group.values.Fax'],
  ],
])('%s', (_, mapping, paths) => {
  const faults = faultsOf(mapping)
  expect(faults.map(({ path }) => path)).toEqual(paths)
  for (const { message, next } of faults) expect(`${message} ${next}`).not.toContain('undefined')
})

function label(prefix: string) {
  return { to: 'label', prefix }
}

describe('a fault says what to do', () => {
  test('the successor of a deactivated field and option is named', () => {
    expect(service({ ...tagger, id: '507' })).toMatchObject([{ next: expect.stringContaining('Service (501)') }])
    const aged = { to: 'field', id: '512', type: 'tagger', values: { tv: 'old_tv', vpn: 'new_tv' } }
    expect(service(aged)).toMatchObject([{ path: 'fields.service.values.tv', next: expect.stringContaining('new_tv') }])
  })

  test('a title in place of a tag is answered with its tag', () => {
    const [fault] = service({ ...tagger, id: '510', values: { ...both, tv: 'Product::TV' } })
    expect(fault?.next).toBe('Use service_tv (Product::TV).')
  })

  test('out of five hundred options, those that resemble the value are named', () => {
    const [fault, ...others] = service({ ...tagger, id: '510', values: { tv: 'service_tv' } })
    expect(others).toEqual([])
    expect(fault?.next).toBe('Use service_vpn (Product::VPN).')
    const [unlike] = service({ ...tagger, id: '510', values: { ...both, tv: 'xyz' } })
    expect(unlike?.next).toBe('Use service_tv (Product::TV).')
    const [unknown] = faultsOf({ fields: { priority: { ...tagger, id: '510', values: { high: 'xyz' } } } })
    expect(unknown?.next).toMatch(/^Use one of: area_0 .*area_4 \(Area 4\)\. There are 502 in all\.$/)
  })

  test('the kind that fits is named', () => {
    expect(service({ ...tagger, id: '502' })[0]?.next).toContain('multiselect')
    expect(service({ to: 'label', prefix: 'ms_' })[0]?.next).toContain('Map Products (502) as multiselect')
  })

  test('a light agent needs a seat, not a group', () => {
    expect(faultsOf({ people: { Lia: '304' } })[0]?.next).toContain('full seat')
  })
})

describe('what was not read is not called wrong', () => {
  test('people who are not in a list that was cut off', () => {
    expect(faultsOf({ people: { A: '399', C: '303' } }, { ...metadata, peopleComplete: false })).toEqual([])
  })

  test('fields whose forms could not be read', () => {
    const hidden = { fields: { contract: { to: 'field', id: '511', type: 'text' } } }
    expect(faultsOf(hidden, { ...metadata, places: [] })).toEqual([])
  })
})

test('a deactivated priority is a fault: what is written to it vanishes', () => {
  const fields = metadata.fields.map((one) => (one.id === '104' ? { ...one, active: false } : one))
  const faults = faultsOf(
    { fields: { priority: { to: 'priority', values: { high: 'high' } } } },
    { ...metadata, fields },
  )
  expect(faults).toMatchObject([{ path: 'fields.priority', message: expect.stringContaining('deactivated') }])
})
