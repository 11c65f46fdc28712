/** What a helpdesk shows of entity fields can be personal: overrides and labels keep it masked, like everything we keep. */
import type { Change, FieldState, FreshTicket, Labels, Taxonomy } from '../ticket.ts'
import { maskForExport } from '../triage/mask/index.ts'

/** `decided` keeps its numbering: what we wrote ourselves must not look like another value. */
export function maskChanges(changes: Change[], taxonomy: Taxonomy, decided: Labels): Change[] {
  const entities = entitiesOf(taxonomy)
  return changes.map((change) => {
    if (!entities.has(change.field)) return change
    const hide = hiderOf(decided[change.field])
    return {
      ...change,
      from: hide(change.from),
      to: hide(change.to),
      fromRaw: hide(change.fromRaw),
      toRaw: hide(change.toRaw),
    }
  })
}

export function maskFresh(fresh: FreshTicket, taxonomy: Taxonomy, decided: Labels): FreshTicket {
  const entities = entitiesOf(taxonomy)
  const fields = Object.entries(fresh.fields).map(([field, state]): [string, FieldState] => {
    if (!entities.has(field)) return [field, state]
    const hide = hiderOf(decided[field])
    return [field, { ...state, value: hide(state.value), raw: hide(state.raw) }]
  })
  return { ...fresh, fields: Object.fromEntries(fields), history: maskChanges(fresh.history, taxonomy, decided) }
}

const entitiesOf = ({ fields }: Taxonomy) => new Set(fields.filter(({ kind }) => kind === 'entity').map(({ id }) => id))

function hiderOf(decided: string | undefined) {
  return (text: string | null): string | null => {
    if (text === null) return null
    const masked = maskForExport(text)
    return decided !== undefined && unnumbered(masked) === unnumbered(decided) ? decided : masked
  }
}

const unnumbered = (text: string) => text.replace(/<([A-Z][A-Z0-9]{0,20})_\d{1,6}>/g, '<$1>')
