import { describe, expect, test } from 'vitest'
import { Mapping, type Metadata, TaxonomyDocument } from '../../src/contract/index.ts'
import { checkMapping } from './check-mapping.ts'

const metadata: Metadata = {
  self: { id: 'us', name: 'Pointsman' },
  fields: [
    {
      id: 'customfield_1',
      name: 'Service',
      type: 'select',
      options: [
        { id: '10', name: 'VPN' },
        { id: '11', name: 'TV' },
      ],
    },
    {
      id: 'customfield_2',
      name: 'Product',
      type: 'cascadingselect',
      options: [{ id: '20', name: 'Net', children: [{ id: '21', name: 'DSL' }] }],
    },
    { id: 'customfield_3', name: 'Hidden', type: 'select', options: [] },
  ],
  priorities: [
    { id: '2', name: 'High', isDefault: false },
    { id: '3', name: 'Medium', isDefault: true },
  ],
  components: [{ id: '30', name: 'Network', project: 'SUP' }],
  groups: [],
  people: [
    { id: 'a', name: 'Asta', active: true, groups: [] },
    { id: 'b', name: 'Bo', active: false, groups: [] },
  ],
  missing: [],
}
const values = (...ids: string[]) => ids.map((id) => ({ id }))
const taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: values('vpn', 'tv') },
      { id: 'priority', values: values('normal', 'high') },
    ],
  }),
}
const priority = { to: 'priority', values: { normal: '3', high: '2' }, blank: ['3'] }
const service = { to: 'field', id: 'customfield_1', type: 'select', values: { vpn: '10', tv: '11' } }
const faults = (mapping: unknown) => checkMapping(Mapping.parse(mapping), metadata, taxonomy).map(({ path }) => path)

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
      { fields: { priority: { ...priority, values: { normal: '3', high: '9' } } } },
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
      'two fields in one place',
      { fields: { service: { ...priority, values: { vpn: '2', tv: '3' } }, priority } },
      ['fields.priority'],
    ],
  ])('%s', (_, mapping, expected) => {
    expect(faults(mapping)).toEqual(expected)
  })
})
