/** The routing map: its format, its checks, and the row that takes a ticket. Pure. */
import { z } from 'zod'
import { describeValues, type TaxonomyDocument, unknownName } from '../contract/index.ts'

const Name = z.string().trim().min(1).max(120)

export const Strategy = z.discriminatedUnion('kind', [
  /** The ticket goes to the group; no person is assigned. */
  z.strictObject({ kind: z.literal('group') }),
  z.strictObject({ kind: z.literal('fixed'), assignee: Name }),
  z.strictObject({ kind: z.literal('round_robin'), people: z.array(Name).min(1).max(200) }),
  z.strictObject({ kind: z.literal('least_loaded'), people: z.array(Name).min(1).max(200) }),
])
export type Strategy = z.infer<typeof Strategy>

export const Row = z.strictObject({
  /** Field -> value that the ticket must have; other fields may have any value. `{}` is the default row. */
  when: z.record(z.string(), z.string()),
  group: Name.nullable(),
  strategy: Strategy.default({ kind: 'group' }),
  comment: z.string().max(500).optional(),
})
export type Row = z.infer<typeof Row>

/** The rows of a routing map, as they are saved. */
export const MapDocument = z.strictObject({ rows: z.array(Row).min(1).max(5000) })
export type MapDocument = z.infer<typeof MapDocument>
/** A published routing map with its version. */
export type RoutingMap = MapDocument & { version: number }

/** One error in a routing map, with its place and the next step. */
export type MapFault = { path: string; message: string; next: string }

/** Lists every error in a map: unknown fields and values, a missing default row, two rows with the same conditions. */
export function checkMap(map: MapDocument, taxonomy: TaxonomyDocument): MapFault[] {
  const faults: MapFault[] = []
  const seen = new Map<string, number>()
  for (const [index, row] of map.rows.entries()) {
    for (const [fieldId, valueId] of Object.entries(row.when)) {
      const message = unknownName(taxonomy, fieldId, valueId)
      if (!message) continue
      const field = taxonomy.fields.find((f) => f.id === fieldId)
      const allowed = field ? describeValues(field) : `one of ${taxonomy.fields.map((f) => f.id).join(', ')}`
      faults.push({ path: `rows.${index}.when.${fieldId}`, message, next: `Use ${allowed}.` })
    }
    const key = JSON.stringify(Object.entries(row.when).sort())
    const twin = seen.get(key)
    if (twin !== undefined)
      faults.push({
        path: `rows.${index}`,
        message: `row ${index + 1} has the same conditions as row ${twin + 1}`,
        next: 'Remove one of them.',
      })
    seen.set(key, index)
  }
  if (!seen.has('[]'))
    faults.push({
      path: 'rows',
      message: 'there is no default row',
      next: 'Add a row with an empty "when": it takes the tickets that no other row matches.',
    })
  return faults
}

export type Candidates = {
  /** How many turns this list of people has taken before. */
  turn: number
  /** Number of open tickets by person's name, for `least_loaded`. */
  open: Record<string, number>
  /** People who cannot take a ticket: the reason by name. */
  dead: Record<string, string>
}

export type Pick = { assignee: string | null; because: string } | { dead: string }

/** Chooses the person of a row by its strategy. Between equals, the first in the list wins. */
export function pick(strategy: Strategy, { turn, open, dead }: Candidates): Pick {
  switch (strategy.kind) {
    case 'group':
      return { assignee: null, because: 'assigned to the group only' }
    case 'fixed': {
      const reason = dead[strategy.assignee]
      return reason
        ? { dead: `${strategy.assignee} ${reason}` }
        : { assignee: strategy.assignee, because: `always assigned to ${strategy.assignee}` }
    }
    case 'round_robin':
    case 'least_loaded': {
      const alive = strategy.people.filter((name) => !dead[name])
      if (alive.length === 0) return { dead: `none of ${strategy.people.join(', ')} can take a ticket` }
      if (strategy.kind === 'round_robin') {
        const next = alive[turn % alive.length]!
        return { assignee: next, because: `${next} is next of ${alive.length} in turn` }
      }
      const least = alive.reduce((best, name) => ((open[name] ?? 0) < (open[best] ?? 0) ? name : best))
      return { assignee: least, because: `${least} has the fewest open tickets (${open[least] ?? 0})` }
    }
    default:
      return strategy satisfies never
  }
}

/** Lists every group and person that a map names, each once. */
export function targets(map: MapDocument): { groups: string[]; people: string[] } {
  const groups = new Set<string>()
  const people = new Set<string>()
  for (const { group, strategy } of map.rows) {
    if (group) groups.add(group)
    if (strategy.kind === 'fixed') people.add(strategy.assignee)
    else if (strategy.kind !== 'group') for (const name of strategy.people) people.add(name)
  }
  return { groups: [...groups], people: [...people] }
}
