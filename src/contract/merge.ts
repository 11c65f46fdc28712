/** Values that were merged into another one: what names them follows to it. Pure. */
import type { Labels } from './decision.ts'
import type { TaxonomyDocument } from './taxonomy.ts'

/** The value `from` of the field is now part of the value `into`. */
export type Merge = { field: string; from: string; into: string }

/** All merges that a taxonomy knows of. */
export function mergesOf({ fields }: TaxonomyDocument): Merge[] {
  return fields.flatMap((field) =>
    field.kind === 'choice'
      ? field.values.flatMap(({ id, replaces = [] }) => replaces.map((from) => ({ field: field.id, from, into: id })))
      : [],
  )
}

/** Of the merges, those of values that the old taxonomy still had. */
export function newMerges(old: TaxonomyDocument, taxonomy: TaxonomyDocument): Merge[] {
  return mergesOf(taxonomy).filter(({ field, from }) =>
    old.fields.some((each) => each.id === field && each.kind === 'choice' && each.values.some(({ id }) => id === from)),
  )
}

/** The value that stands for this one now: itself, or the one that it was merged into. */
export function follow(merges: Merge[], field: string, value: string): string {
  return merges.find((merge) => merge.field === field && merge.from === value)?.into ?? value
}

/** The same for values by field. */
export function followAll(merges: Merge[], values: Labels): Labels {
  if (merges.length === 0) return values
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, follow(merges, field, value)]))
}
