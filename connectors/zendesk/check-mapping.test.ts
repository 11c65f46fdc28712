import { expect, test } from 'vitest'
import { Mapping, type Metadata, TaxonomyDocument } from '../../src/contract/index.ts'
import { checkMapping } from './check-mapping.ts'

const taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: [{ id: 'tv' }, { id: 'vpn' }] },
      { id: 'priority', values: [{ id: 'high' }] },
    ],
  }),
}
const metadata: Metadata = {
  self: { id: '1', name: 'Pointsman' },
  fields: [
    { id: '501', name: 'Service', type: 'tagger', options: [{ id: 'service_tv', name: 'TV' }] },
    { id: '502', name: 'Colours', type: 'multiselect', options: [] },
    { id: '503', name: 'Product', type: 'text', options: [] },
  ],
  priorities: [{ id: 'high', name: 'High', isDefault: false }],
  components: [],
  groups: [{ id: '401', name: 'Television', active: true }],
  people: [
    { id: '301', name: 'Nora Lind', active: true, groups: ['401'] },
    { id: '302', name: 'Tomas Vega', active: false, groups: ['401'] },
    { id: '303', name: 'June Park', active: true, groups: [] },
  ],
  missing: [],
}
const tagger = { to: 'field', id: '501', type: 'tagger' }

test.each([
  [
    'a fitting mapping has no fault',
    {
      fields: { service: { ...tagger, values: { tv: 'service_tv' } } },
      groups: { TV: '401' },
      people: { Nora: '301' },
    },
    [],
  ],
  [
    'a text field takes any value',
    { fields: { service: { to: 'field', id: '503', type: 'text', values: { tv: 'Television' } } } },
    [],
  ],
  ['a field that the taxonomy does not have', { fields: { mood: { ...tagger, values: {} } } }, ['fields.mood']],
  [
    'a value that the taxonomy lacks',
    { fields: { service: { ...tagger, values: { fax: 'service_tv' } } } },
    ['fields.service.values.fax'],
  ],
  [
    'an option that Zendesk lacks',
    { fields: { service: { ...tagger, values: { vpn: 'service_vpn' } } } },
    ['fields.service.values.vpn'],
  ],
  [
    'a blank value that Zendesk lacks',
    { fields: { priority: { to: 'priority', values: {}, blank: ['none'] } } },
    ['fields.priority.blank'],
  ],
  [
    'a field that Zendesk does not have',
    { fields: { service: { ...tagger, id: '599', values: {} } } },
    ['fields.service.id'],
  ],
  ['a field of another type', { fields: { service: { ...tagger, id: '502', values: {} } } }, ['fields.service.type']],
  [
    "Jira's kinds of field",
    { fields: { service: { ...tagger, type: 'cascading', values: {} } } },
    ['fields.service.type'],
  ],
  ['a component', { fields: { service: { to: 'component', values: {} } } }, ['fields.service']],
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
    'two fields in one place',
    { fields: { service: { ...tagger, values: {} }, priority: { ...tagger, values: {} } } },
    ['fields.priority'],
  ],
  ['a group that was deleted', { groups: { Fax: '499' } }, ['groups.Fax']],
  [
    'people who left, who are asleep, who are in no group',
    { people: { A: '399', B: '302', C: '303' } },
    ['people.A', 'people.B', 'people.C'],
  ],
  [
    'a group kept in a drop-down',
    { group: { ...tagger, values: {} }, groups: { TV: 'service_tv', Fax: 'service_fax' } },
    ['group.values.Fax'],
  ],
])('%s', (_, mapping, paths) => {
  const faults = checkMapping(Mapping.parse(mapping), metadata, taxonomy)
  expect(faults.map(({ path }) => path)).toEqual(paths)
  for (const { message, next } of faults) expect(`${message} ${next}`).not.toContain('undefined')
})
