/** What a helpdesk shows of entity fields can be personal: overrides and labels keep it masked, like everything we keep. */

import type { Change, FieldState, FreshTicket, Labels, Taxonomy } from '../contract/index.ts'
import { type MaskOptions, maskForExport, withoutNumbers } from '../text/index.ts'

/** `decided` keeps its numbering: what we wrote ourselves must not look like another value. */
export function maskChanges(changes: Change[], taxonomy: Taxonomy, decided: Labels, options: MaskOptions): Change[] {
  const entities = entitiesOf(taxonomy)
  return changes.map((change) => {
    if (!entities.has(change.field)) return change
    const hide = hiderOf(decided[change.field], options)
    return {
      ...change,
      from: hide(change.from),
      to: hide(change.to),
      fromRaw: hide(change.fromRaw),
      toRaw: hide(change.toRaw),
    }
  })
}

export function maskFresh(fresh: FreshTicket, taxonomy: Taxonomy, decided: Labels, options: MaskOptions): FreshTicket {
  const entities = entitiesOf(taxonomy)
  const fields = Object.entries(fresh.fields).map(([field, state]): [string, FieldState] => {
    if (!entities.has(field)) return [field, state]
    const hide = hiderOf(decided[field], options)
    return [field, { ...state, value: hide(state.value), raw: hide(state.raw) }]
  })
  return {
    ...fresh,
    fields: Object.fromEntries(fields),
    history: maskChanges(fresh.history, taxonomy, decided, options),
  }
}

/** Values that a person gave, as labels and the audit keep them. */
export function maskValues(values: Labels, taxonomy: Taxonomy, decided: Labels, options: MaskOptions): Labels {
  const entities = entitiesOf(taxonomy)
  const kept = Object.entries(values).map(([field, value]): [string, string] => [
    field,
    entities.has(field) ? hiderOf(decided[field], options)(value)! : value,
  ])
  return Object.fromEntries(kept)
}

const entitiesOf = ({ fields }: Taxonomy) => new Set(fields.filter(({ kind }) => kind === 'entity').map(({ id }) => id))

function hiderOf(decided: string | undefined, options: MaskOptions) {
  return (text: string | null): string | null => {
    if (text === null) return null
    const masked = maskForExport(text, options)
    return decided !== undefined && withoutNumbers(masked) === withoutNumbers(decided) ? decided : masked
  }
}
