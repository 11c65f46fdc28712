/** What a routing map is, what makes one wrong, and which row wins. Pure. */
import { z } from 'zod'
import { accepts, type Labels, sayValues, type Taxonomy } from '../contract/index.ts'

const Name = z.string().trim().min(1).max(120)

export const Strategy = z.discriminatedUnion('kind', [
  /** The group takes it; nobody is assigned. */
  z.strictObject({ kind: z.literal('group') }),
  z.strictObject({ kind: z.literal('fixed'), assignee: Name }),
  z.strictObject({ kind: z.literal('round_robin'), people: z.array(Name).min(1).max(200) }),
  z.strictObject({ kind: z.literal('least_loaded'), people: z.array(Name).min(1).max(200) }),
])
export type Strategy = z.infer<typeof Strategy>

export const Row = z.strictObject({
  /** Field -> value that must be there; a field that is not named matches every value. `{}` is the default row. */
  when: z.record(z.string(), z.string()),
  group: Name.nullable(),
  strategy: Strategy.default({ kind: 'group' }),
  comment: z.string().max(500).optional(),
})
export type Row = z.infer<typeof Row>

export const MapDocument = z.strictObject({ rows: z.array(Row).min(1).max(5000) })
export type MapDocument = z.infer<typeof MapDocument>
export type RoutingMap = MapDocument & { version: number }

/** The order in which fields break a tie between rows with equally many conditions. */
const WEIGHT = ['service', 'category', 'priority']

export type MapFault = { path: string; message: string; next: string }

/** What is wrong with a map, all of it: unknown fields and values, a missing default row, two rows for the same case. */
export function checkMap(map: MapDocument, taxonomy: Taxonomy): MapFault[] {
  const faults: MapFault[] = []
  const seen = new Map<string, number>()
  for (const [index, row] of map.rows.entries()) {
    for (const [fieldId, valueId] of Object.entries(row.when)) {
      const field = taxonomy.fields.find((f) => f.id === fieldId)
      const path = `rows.${index}.when.${fieldId}`
      if (!field)
        faults.push({
          path,
          message: `there is no field ${fieldId}`,
          next: `Use one of ${taxonomy.fields.map((f) => f.id).join(', ')}.`,
        })
      else if (!accepts(field, valueId))
        faults.push({
          path,
          message: `${fieldId} has no value ${valueId}`,
          next: `Use ${sayValues(field)}.`,
        })
    }
    const key = JSON.stringify(Object.entries(row.when).sort())
    const twin = seen.get(key)
    if (twin !== undefined)
      faults.push({
        path: `rows.${index}`,
        message: `row ${index + 1} is for the same case as row ${twin + 1}`,
        next: 'Keep one of them.',
      })
    seen.set(key, index)
  }
  if (!seen.has('[]'))
    faults.push({
      path: 'rows',
      message: 'there is no default row',
      next: 'Add a row with an empty "when": it takes what no other row does.',
    })
  return faults
}

/** The most specific row that matches. A published map has a default row, so there always is one. */
export function route(map: MapDocument, labels: Labels): { row: Row; index: number; because: string } {
  let best: { row: Row; index: number; rank: number[] } | undefined
  for (const [index, row] of map.rows.entries()) {
    if (!Object.entries(row.when).every(([field, value]) => labels[field] === value)) continue
    const rank = [Object.keys(row.when).length, ...WEIGHT.map((field) => (field in row.when ? 1 : 0))]
    if (!best || isHigher(rank, best.rank)) best = { row, index, rank }
  }
  if (!best) throw new Error('the routing map has no default row')
  const conditions = Object.entries(best.row.when).map(([field, value]) => `${field} ${value}`)
  const because =
    conditions.length > 0 ? `row ${best.index + 1}: ${conditions.join(', ')}` : `row ${best.index + 1}: the default row`
  return { row: best.row, index: best.index, because }
}

function isHigher(a: number[], b: number[]) {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value > (b[i] ?? 0)
  return false
}

export type Candidates = {
  /** How many times this list of people has been asked before. */
  turn: number
  /** Open tickets by person's name; for `least_loaded`. */
  open: Record<string, number>
  /** Names that cannot take a ticket, with the reason. */
  dead: Record<string, string>
}

export type Pick = { assignee: string | null; because: string } | { dead: string }

/** Who of the row's people gets the ticket, given whose turn it is and who has how much. Ties go to the list's order. */
export function pick(strategy: Strategy, { turn, open, dead }: Candidates): Pick {
  switch (strategy.kind) {
    case 'group':
      return { assignee: null, because: 'the group takes it' }
    case 'fixed': {
      const reason = dead[strategy.assignee]
      return reason
        ? { dead: `${strategy.assignee} ${reason}` }
        : { assignee: strategy.assignee, because: `always ${strategy.assignee}` }
    }
    case 'round_robin':
    case 'least_loaded': {
      const alive = strategy.people.filter((name) => !dead[name])
      if (alive.length === 0) return { dead: `none of ${strategy.people.join(', ')} can take a ticket` }
      if (strategy.kind === 'round_robin') {
        const next = alive[turn % alive.length]!
        return { assignee: next, because: `${next}'s turn of ${alive.length}` }
      }
      const least = alive.reduce((best, name) => ((open[name] ?? 0) < (open[best] ?? 0) ? name : best))
      return { assignee: least, because: `${least} has the fewest open tickets (${open[least] ?? 0})` }
    }
    default:
      return strategy satisfies never
  }
}

/** Every group and person that a map names. */
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
