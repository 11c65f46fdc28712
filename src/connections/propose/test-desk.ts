/** Invented helpdesks for the tests of the rules. */
import { type Metadata, type MetadataField, type SolvedTicket, TaxonomyDocument } from '../../contract/index.ts'
import { defaultTaxonomy } from '../../taxonomy/index.ts'
import { type Evidence, proposeMapping } from './index.ts'

export const taxonomyOf = (fields: unknown[]) => ({ ...TaxonomyDocument.parse({ fields }), version: 1 })
export const choice = (id: string, values: Record<string, string>, title?: string) => ({
  id,
  kind: 'choice',
  ...(title && { title }),
  values: Object.entries(values).map(([value, name]) => ({ id: value, title: name })),
})
export const priority = choice('priority', { low: 'Low', normal: 'Normal', high: 'High', urgent: 'Urgent' })

export const field = (
  id: string,
  name: string,
  options: string[],
  more: Partial<MetadataField> = {},
): MetadataField => ({
  id,
  name,
  type: 'select',
  writeAs: ['select'],
  active: true,
  where: ['SUP'],
  required: false,
  defaults: {},
  options: options.map((option, i) => ({ id: `${id}-${i}`, name: option })),
  optionsComplete: true,
  ...more,
})
export const priorities = (names: string[], more: Partial<Metadata['priorities'][number]> = {}) =>
  names.map((name, i) => ({ id: `p${i}`, name, isDefault: false, where: ['SUP'], defaultIn: [], ...more }))

export function desk(metadata: Partial<Metadata>, more: Partial<Evidence> = {}): Evidence {
  return {
    taxonomy: { ...TaxonomyDocument.parse(defaultTaxonomy), version: 1 },
    names: { groups: [], people: [] },
    samples: [],
    ...more,
    metadata: {
      self: { id: 'us', name: 'Pointsman' },
      places: [{ id: 'SUP', name: 'Support' }],
      fields: [],
      priorities: [],
      components: [],
      groups: [],
      people: [],
      peopleComplete: true,
      givenTo: [],
      unread: [],
      missing: [],
      ...metadata,
    },
  }
}
export const proposalOf = (evidence: Evidence, path: string) =>
  proposeMapping(evidence).proposals.find((one) => one.path === path)!
export const solved = (n: number, fields: (i: number) => SolvedTicket['fields'], place = 'SUP'): SolvedTicket[] =>
  Array.from({ length: n }, (_, i) => ({
    key: `${place}-${i}`,
    url: `https://desk.test/${i}`,
    subject: `Ticket ${i}`,
    place,
    fields: fields(i),
  }))
