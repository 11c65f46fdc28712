/** Values of entity fields can be personal data, so they are masked in overrides and labels, as in all that is stored. */

import type { Change, FieldState, FreshTicket, Labels, Taxonomy } from '../contract/index.ts'
import { type MaskOptions, maskForExport, withoutNumbers } from '../text/index.ts'

/** Masks changes. A value equal to the decided one keeps its placeholder numbers, so that it does not look different. */
export function maskChanges(changes: Change[], taxonomy: Taxonomy, decided: Labels, options: MaskOptions): Change[] {
  const entities = entitiesOf(taxonomy)
  return changes.map((change) => {
    if (!entities.has(change.field)) return change
    const masked = maskerFor(decided[change.field], options)
    return {
      ...change,
      from: masked(change.from),
      to: masked(change.to),
      fromRaw: masked(change.fromRaw),
      toRaw: masked(change.toRaw),
    }
  })
}

/** Masks the fields and the history of a ticket. */
export function maskFresh(fresh: FreshTicket, taxonomy: Taxonomy, decided: Labels, options: MaskOptions): FreshTicket {
  const entities = entitiesOf(taxonomy)
  const fields = Object.entries(fresh.fields).map(([field, state]): [string, FieldState] => {
    if (!entities.has(field)) return [field, state]
    const masked = maskerFor(decided[field], options)
    return [field, { ...state, value: masked(state.value), raw: masked(state.raw) }]
  })
  return {
    ...fresh,
    fields: Object.fromEntries(fields),
    history: maskChanges(fresh.history, taxonomy, decided, options),
  }
}

/** Masks the values that a person gave, for labels and the audit. */
export function maskValues(values: Labels, taxonomy: Taxonomy, decided: Labels, options: MaskOptions): Labels {
  const entities = entitiesOf(taxonomy)
  const masked = Object.entries(values).map(([field, value]): [string, string] => [
    field,
    entities.has(field) ? maskerFor(decided[field], options)(value)! : value,
  ])
  return Object.fromEntries(masked)
}

const entitiesOf = ({ fields }: Taxonomy) => new Set(fields.filter(({ kind }) => kind === 'entity').map(({ id }) => id))

function maskerFor(decided: string | undefined, options: MaskOptions) {
  return (text: string | null): string | null => {
    if (text === null) return null
    const masked = maskForExport(text, options)
    return decided !== undefined && withoutNumbers(masked) === withoutNumbers(decided) ? decided : masked
  }
}
