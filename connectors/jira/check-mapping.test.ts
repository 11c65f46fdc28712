import { describe, expect, test } from 'vitest'
import { Mapping, type Metadata, type MetadataField, TaxonomyDocument } from '../../src/contract/index.ts'
import { checkMapping } from './check-mapping.ts'
import { fieldKind } from './field-kinds.ts'

const field = (id: string, name: string, type: string, more: Partial<MetadataField> = {}): MetadataField => {
  const { writeAs, never } = fieldKind(id, { type, custom: `com.example:${type}`, items: null, system: null }, 'cloud')
  return {
    id,
    name,
    type,
    writeAs,
    ...(never !== undefined && { never }),
    active: true,
    where: ['SUP'],
    required: false,
    defaults: {},
    options: [],
    optionsComplete: more.options !== undefined,
    ...more,
  }
}

const metadata: Metadata = {
  self: { id: 'us', name: 'Pointsman' },
  places: [{ id: 'SUP', name: 'Support' }],
  fields: [
    field('customfield_1', 'Service', 'select', {
      options: [
        { id: '10', name: 'VPN' },
        { id: '11', name: 'TV' },
        { id: '12', name: 'VPN', active: false },
        { id: '13', name: 'Telex', active: false },
      ],
    }),
    field('customfield_2', 'Product', 'cascadingselect', {
      options: [{ id: '20', name: 'Net', children: [{ id: '21', name: 'DSL' }] }],
    }),
    field('customfield_3', 'Hidden', 'select', { where: [], optionsComplete: false }),
    field('customfield_4', 'Boxes', 'multicheckboxes', { options: [{ id: '40', name: 'Outage' }] }),
    field('customfield_5', 'Score', 'float'),
    field('customfield_6', 'Due', 'datepicker'),
    field('customfield_7', 'Topics', 'labels'),
    field('customfield_8', 'Team', 'atlassian-team', { optionsComplete: false }),
    field('customfield_9', 'Votes', 'vote-field'),
    field('customfield_10', 'Sprint', 'gh-sprint'),
    field('customfield_11', 'Reference', 'textfield'),
    field('customfield_12', 'Asset', 'cmdb-object-cftype', { optionsComplete: false }),
    field('customfield_13', 'Urgency', 'radiobuttons', {
      options: [
        { id: '130', name: 'Low' },
        { id: '131', name: 'High' },
      ],
    }),
    ...['security', 'resolution', 'status', 'issuetype', 'parent', 'summary', 'duedate', 'reporter', 'priority'].map(
      (id) => field(id, id, id),
    ),
  ],
  priorities: [
    { id: '2', name: 'High', isDefault: false, where: ['SUP'], defaultIn: [] },
    { id: '3', name: 'Medium', isDefault: true, where: ['SUP'], defaultIn: ['SUP'] },
    { id: '9', name: 'Blocker', isDefault: false, where: [], defaultIn: [] },
  ],
  components: [
    { id: '30', name: 'Network', project: 'SUP', active: true, assignee: null },
    { id: '32', name: 'Network', project: 'SUP', active: false, assignee: null },
  ],
  groups: [],
  people: [
    { id: 'a', name: 'Asta', active: true, groups: [] },
    { id: 'b', name: 'Bo', active: false, groups: [] },
    { id: 'p', name: 'Asta', active: true, groups: [], problem: { message: 'A portal account.', next: 'Choose.' } },
  ],
  peopleComplete: true,
  givenTo: [],
  unread: [],
  missing: [],
}
const values = (...ids: string[]) => ids.map((id) => ({ id }))
const taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: values('vpn', 'tv') },
      { id: 'priority', values: values('normal', 'high') },
      { id: 'outage', kind: 'flag' },
      { id: 'score', kind: 'score' },
    ],
  }),
}
const priority = { to: 'priority', values: { normal: '3', high: '2' }, blank: ['3'] }
const service = { to: 'field', id: 'customfield_1', type: 'select', values: { vpn: '10', tv: '11' } }
const product = { to: 'field', id: 'customfield_2', type: 'cascading' }
const found = (mapping: unknown, more: Partial<Metadata> = {}) =>
  checkMapping(Mapping.parse(mapping), { ...metadata, ...more }, taxonomy)
const faults = (mapping: unknown, more: Partial<Metadata> = {}) => found(mapping, more).map(({ path }) => path)

test('a mapping that fits has no faults', () => {
  const fields = { service, priority }
  expect(
    faults({ fields, group: { to: 'component', values: {} }, groups: { Network: '30' }, people: { Asta: 'a' } }),
  ).toEqual([])
})

describe('a fault has its path', () => {
  test.each([
    [
      'a default priority that would look chosen',
      { fields: { priority: { ...priority, blank: [] } } },
      ['fields.priority.blank'],
    ],
    [
      'a priority that was deleted',
      { fields: { priority: { ...priority, values: { normal: '3', high: '8' } } } },
      ['fields.priority.values.high'],
    ],
    [
      'a value without an entry',
      { fields: { service: { ...service, values: { vpn: '10' } } } },
      ['fields.service.values.tv'],
    ],
    [
      'a value the taxonomy does not have',
      { fields: { service: { ...service, values: { ...service.values, fax: '11' } } } },
      ['fields.service.values.fax'],
    ],
    [
      'an option that was deleted',
      { fields: { service: { ...service, values: { vpn: '10', tv: '99' } } } },
      ['fields.service.values.tv'],
    ],
    [
      'a blank value that was deleted',
      { fields: { service: { ...service, blank: ['98'] } } },
      ['fields.service.blank'],
    ],
    ['a field that was deleted', { fields: { service: { ...service, id: 'customfield_9' } } }, ['fields.service.id']],
    [
      'options that cannot be seen',
      { fields: { service: { ...service, id: 'customfield_3' } } },
      ['fields.service.id'],
    ],
    [
      'a child of another parent',
      {
        fields: {
          service: { ...service, id: 'customfield_2', type: 'cascading', values: { vpn: '20/21', tv: '20/22' } },
        },
      },
      ['fields.service.values.tv'],
    ],
    [
      'a kind of field that Jira lacks',
      { fields: { service: { ...service, type: 'tagger' } } },
      ['fields.service.type'],
    ],
    ['a field outside the taxonomy', { fields: { colour: { to: 'label', prefix: 'c-' } } }, ['fields.colour']],
    [
      'labels that cannot be told from others',
      { fields: { service: { to: 'label' } } },
      ['fields.service.values.vpn', 'fields.service.values.tv', 'fields.service'],
    ],
    ['a label with a space', { fields: { service: { to: 'label', prefix: 'svc ' } } }, ['fields.service.prefix']],
    ['native groups', { group: { to: 'native' } }, ['group']],
    ['groups without a target', { groups: { Network: '30' } }, ['group']],
    [
      'a component that was deleted',
      { group: { to: 'component', values: {} }, groups: { Network: '31' } },
      ['groups.Network'],
    ],
    ['people who left or are unknown', { people: { Asta: 'a', Bo: 'b', Cy: 'c' } }, ['people.Bo', 'people.Cy']],
    [
      'a disabled option',
      { fields: { service: { ...service, values: { vpn: '12', tv: '11' } } } },
      ['fields.service.values.vpn'],
    ],
    [
      'an archived component',
      { group: { to: 'component', values: {} }, groups: { Network: '32' } },
      ['groups.Network'],
    ],
    [
      'a priority that the project does not have',
      { fields: { priority: { ...priority, values: { normal: '3', high: '9' } } } },
      ['fields.priority.values.high'],
    ],
    [
      'a branch that shall be written',
      { fields: { service: { ...product, values: { vpn: '20/*', tv: '20/21' } } } },
      ['fields.service.values.vpn'],
    ],
    [
      'a parent as blank that the form may have chosen',
      { fields: { service: { ...product, values: { vpn: '20/21', tv: '20' }, blank: ['20'] } } },
      ['fields.service.blank'],
    ],
    [
      'an empty field for another value than false',
      { fields: { service: { ...service, values: { vpn: '10', tv: '' } } } },
      ['fields.service.values.tv'],
    ],
    [
      'no values for a select',
      { fields: { score: { to: 'field', id: 'customfield_1', type: 'select' } } },
      ['fields.score.values'],
    ],
    [
      'an object without its workspace',
      { fields: { service: { ...service, id: 'customfield_12', type: 'assets', values: { vpn: 'w:1', tv: '2' } } } },
      ['fields.service.values.tv'],
    ],
    [
      'words in a number field',
      { fields: { service: { ...service, id: 'customfield_5', type: 'number', values: { vpn: '1', tv: 'two' } } } },
      ['fields.service.values.tv'],
    ],
    [
      'a parent that a select does not have',
      { fields: { service: { ...service, keepParent: true } } },
      ['fields.service.keepParent'],
    ],
    [
      'one field twice inside of all',
      { fields: { service: { to: 'all', parts: [service, service] } } },
      ['fields.service.parts.1'],
    ],
    [
      'a part of all with a dead option',
      {
        fields: {
          service: {
            to: 'all',
            parts: [service, { ...service, id: 'customfield_13', values: { vpn: '130', tv: '1' } }],
          },
        },
      },
      ['fields.service.parts.1.values.tv'],
    ],
    ['an account of the portal', { people: { Asta: 'p' } }, ['people.Asta']],
    [
      'two fields in one place',
      { fields: { service: { ...priority, values: { vpn: '2', tv: '3' } }, priority } },
      ['fields.priority'],
    ],
  ])('%s', (_, mapping, expected) => {
    expect(faults(mapping)).toEqual(expected)
  })
})

describe('no mapping can overwrite what it must not', () => {
  const refused: [string, string, string, RegExp][] = [
    ...[
      'security',
      'resolution',
      'status',
      'issuetype',
      'parent',
      'summary',
      'duedate',
      'reporter',
      'customfield_10',
    ].map((id): [string, string, string, RegExp] => [id, 'select', 'id', /must not be written/]),
    ['priority', 'select', 'id', /target of its own/],
    ['customfield_9', 'text', 'id', /kind vote-field, which we cannot write/],
    ['customfield_1', 'text', 'type', /kind select, which cannot be written as text/],
    ['customfield_5', 'text', 'type', /kind float/],
    ['customfield_6', 'text', 'type', /kind datepicker/],
    ['customfield_7', 'text', 'type', /kind labels/],
    ['customfield_8', 'text', 'type', /kind atlassian-team/],
    ['customfield_8', 'select', 'type', /kind atlassian-team/],
    ['customfield_11', 'select', 'type', /kind textfield/],
  ]
  test.each(refused)('%s as %s', (id, type, place, message) => {
    const [fault, ...more] = found({ fields: { score: { to: 'field', id, type, values: {} } } })
    expect(fault).toMatchObject({ path: `fields.score.${place}`, message: expect.stringMatching(message) })
    expect(more).toEqual([])
  })
})

describe('a mapping of every kind is accepted', () => {
  const both = (vpn: unknown, tv: unknown) => ({ vpn, tv })
  test.each([
    ['several options for one value', { ...service, values: both(['10', '12'], '11') }],
    ['a branch that is read', { ...product, values: both(['20/21', '20/*'], '20') }],
    ['a parent that stays', { ...product, keepParent: true, values: both('20/21', '20') }],
    ['labels', { ...service, id: 'customfield_7', type: 'labels', values: both('vpn', 'tv') }],
    ['teams, which Jira does not list', { ...service, id: 'customfield_8', type: 'team', values: both('t-1', 't-2') }],
    ['dates', { ...service, id: 'customfield_6', type: 'date', values: both('2026-01-31', '2026-02-01') }],
    ['text', { ...service, id: 'customfield_11', type: 'text', values: both('VPN', 'TV') }],
    ['objects', { ...service, id: 'customfield_12', type: 'assets', values: both('w:1', 'w:2') }],
    [
      'two places at once',
      { to: 'all', parts: [service, { ...service, id: 'customfield_13', values: both('130', '131') }] },
    ],
  ])('%s', (_, target) => {
    expect(found({ fields: { service: target } })).toEqual([])
  })

  test('a number without values, and a box that is ticked or not', () => {
    const boxes = { to: 'field', id: 'customfield_4', type: 'multiselect' }
    const score = { to: 'field', id: 'customfield_5', type: 'number' }
    expect(found({ fields: { score, outage: { ...boxes, values: { true: '40' } } } })).toEqual([])
    expect(found({ fields: { score, outage: { ...boxes, values: { true: '40', false: '' } } } })).toEqual([])
  })
})

describe('what was not read is not missing', () => {
  test('a person beyond a list that was cut off, a team, an option on a screen that was not read', () => {
    const people = { Asta: 'a', Cy: 'c' }
    expect(faults({ people }, { peopleComplete: false })).toEqual([])
    const fields = metadata.fields.map((one) => (one.id === 'customfield_1' ? { ...one, optionsComplete: false } : one))
    const mapped = { fields: { service: { ...service, values: { vpn: '10', tv: '99' } } } }
    expect(faults(mapped, { fields })).toEqual([])
    expect(faults(mapped)).toEqual(['fields.service.values.tv'])
  })

  test('a priority that the site gives, where no project shows a scheme', () => {
    const priorities = metadata.priorities.map((one) => ({ ...one, where: [], defaultIn: [] }))
    expect(faults({ fields: { priority: { ...priority, blank: [] } } }, { priorities })).toEqual([
      'fields.priority.blank',
    ])
  })

  test('blank priorities that the project does not have cannot be its default', () => {
    const priorities = metadata.priorities.map((one) => ({ ...one, defaultIn: [] }))
    expect(faults({ fields: { priority: { ...priority, blank: ['9'] } } }, { priorities })).toEqual([
      'fields.priority.blank',
    ])
    expect(faults({ fields: { priority: { ...priority, blank: ['3', '9'] } } }, { priorities })).toEqual([])
  })
})

describe('the next step is named', () => {
  test.each([
    [
      'the active option of the name',
      { fields: { service: { ...service, values: { vpn: '12', tv: '11' } } } },
      'Use 10',
    ],
    ['any active option', { fields: { service: { ...service, values: { vpn: '10', tv: '13' } } } }, 'active option.'],
    [
      'the active component of the name',
      { group: { to: 'component', values: {} }, groups: { Network: '32' } },
      'Use 30',
    ],
    ['the account that can be assigned', { people: { Asta: 'p' } }, 'Choose a, the account of Asta'],
    [
      'the priorities of the scheme',
      { fields: { priority: { ...priority, values: { normal: '3', high: '9' } } } },
      'High (2)',
    ],
  ])('%s', (_, mapping, next) => {
    expect(found(mapping)[0]!.next).toContain(next)
  })

  test('one connection for each project, where options differ', () => {
    const options = [
      { id: '10', name: 'VPN', where: ['SUP'] },
      { id: '11', name: 'TV', where: ['SUP'] },
      { id: '50', name: 'VPN', where: ['HR'] },
    ]
    const more = {
      places: [...metadata.places, { id: 'HR', name: 'HR' }],
      fields: [field('customfield_1', 'Service', 'select', { options, where: ['SUP', 'HR'] })],
    }
    expect(found({ fields: { service } }, more)).toMatchObject([
      { path: 'fields.service.values.vpn', message: expect.stringContaining('VPN is 50 in HR') },
      { path: 'fields.service.values.tv', next: expect.stringContaining('one connection for each project') },
    ])
  })

  test('the lead who gets new tickets belongs into assignee.blank', () => {
    const lead = { kind: 'assignee' as const, id: 'lead', name: 'Lea', why: 'the lead of SUP' }
    const givenTo = [{ ...lead, every: true as const }]
    expect(found({ people: { Asta: 'a' } }, { givenTo })).toMatchObject([
      { path: 'assignee.blank', next: expect.stringContaining('Add lead to assignee.blank') },
    ])
    expect(found({ people: { Asta: 'a' }, assignee: { blank: ['lead'] } }, { givenTo })).toEqual([])
    expect(found({}, { givenTo })).toEqual([])
    // The lead of a component gets some tickets only, and may be meant to keep them.
    expect(found({ people: { Asta: 'a' } }, { givenTo: [lead] })).toEqual([])
  })
})
