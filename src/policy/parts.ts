/** The parts of the documents that differ by themselves. The page runs it in the browser, so it imports only types. */
import type { TaxonomyDocument } from '../contract/index.ts'
import type { Rules } from '../triage/index.ts'

/** A part of a document that has a name, and the list it stands in: the values of a field have an order of their own. */
export type Part = { name: string; list: string; of: Record<string, unknown> }

export function partsOfTaxonomy({ fields }: TaxonomyDocument): Part[] {
  return fields.flatMap((field): Part[] => {
    const { values: _, ...of } = { values: [], ...field }
    const values = field.kind === 'choice' ? field.values : []
    return [
      { name: field.id, list: 'fields', of },
      ...values.map((value) => ({ name: `${field.id}/${value.id}`, list: field.id, of: value })),
    ]
  })
}

export const partsOfRules = (rules: Rules): Part[] => rules.map((rule) => ({ name: rule.id, list: 'rules', of: rule }))
