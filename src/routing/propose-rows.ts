/** A first routing map, from where agents sent solved tickets. Pure. */
import { type Labels, type Taxonomy, valuesOf } from '../contract/index.ts'
import type { MapDocument, Row } from './map.ts'

/** From fewer tickets, nothing follows. */
const FEWEST = 3
/** The share of the tickets of a value that went to one group, from which on that is the rule. */
const MOST = 0.6

/** What the rows go by. */
const FIELD = 'service'

/** A row for each service whose tickets mostly went to one group, and one for the rest; null: nothing is known. */
export function proposeRows(solved: Labels[], taxonomy: Taxonomy): MapDocument | null {
  const routed = solved.filter(({ group }) => group !== undefined)
  const all = leading(routed)
  if (!all) return null
  const values = taxonomy.fields.filter(({ id }) => id === FIELD).flatMap((one) => valuesOf(one).map(({ id }) => id))
  const found = values.flatMap((value) => {
    const best = leading(routed.filter((labels) => labels[FIELD] === value))
    return best && best.of >= FEWEST && best.tickets / best.of >= MOST ? [{ when: { [FIELD]: value }, ...best }] : []
  })
  const rows = [...found, { when: {}, ...all }]
  return {
    rows: rows.map(({ when, group, tickets, of }): Row => {
      const comment = `${tickets} of ${of} solved tickets went there`
      return { when, group, strategy: { kind: 'group' }, comment }
    }),
  }
}

/** The group that most of them went to; null: there are none. */
function leading(tickets: Labels[]): { group: string; tickets: number; of: number } | null {
  const byGroup = [...Map.groupBy(tickets, ({ group }) => group!)].map(([group, own]) => ({
    group,
    tickets: own.length,
  }))
  const [best] = byGroup.sort((a, b) => b.tickets - a.tickets || a.group.localeCompare(b.group))
  return best ? { ...best, of: tickets.length } : null
}
