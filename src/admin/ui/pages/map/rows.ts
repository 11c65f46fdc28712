/** A routing map: what identifies a row, how it reads, how it is edited, and what differs between two maps. Pure. */
import type { Calendar, MapDocument, MapRow, Person } from '../../api.ts'

export type When = MapRow['when']
export type Goal = Pick<MapRow, 'group' | 'strategy'>
/** One edit: takes a row away, puts one in its place, or adds one. */
export type Edit = { remove?: When; set?: MapRow }

type Kind = 'added' | 'changed' | 'removed'
export type Change =
  | { of: 'row'; kind: Kind; row: MapRow; old: MapRow | undefined }
  | { of: 'order' }
  | { of: 'hours'; kind: Kind; name: string; to: Calendar | undefined }
  | { of: 'people'; kind: Kind; name: string; to: Person | undefined }

/** Two rows with the same conditions are the same row. */
export const keyOf = (when: When) => JSON.stringify(Object.entries(when).sort())
export const goalOf = ({ group, strategy, otherwise }: MapRow) => JSON.stringify([group, strategy, otherwise])
const textOf = (row: MapRow) => goalOf(row) + (row.comment ?? '')

export const applyEdit = (map: MapDocument, edit: Edit): MapDocument => ({ ...map, rows: editRows(map.rows, edit) })

function editRows(rows: MapRow[], { remove, set }: Edit): MapRow[] {
  const gone = remove && keyOf(remove)
  const key = set && keyOf(set.when)
  if (!set) return rows.filter((row) => keyOf(row.when) !== gone)
  const at = rows.findIndex((row) => [gone, key].includes(keyOf(row.when)))
  const rest = rows.filter((row) => ![gone, key].includes(keyOf(row.when)))
  return at < 0 ? [...rest, set] : [...rest.slice(0, at), set, ...rest.slice(at)]
}

/** Puts a row one place up or down. */
export function moveRow(map: MapDocument, when: When, by: -1 | 1): MapDocument {
  const at = map.rows.findIndex((row) => keyOf(row.when) === keyOf(when))
  const [row, other] = [map.rows[at], map.rows[at + by]]
  if (!row || !other) return map
  return { ...map, rows: map.rows.with(at, other).with(at + by, row) }
}

/** Sets the hours of a group, or the absence of a person; null removes them. */
export function setPresence<Part extends 'hours' | 'people'>(
  map: MapDocument,
  part: Part,
  name: string,
  value: NonNullable<MapDocument[Part]>[string] | null,
): MapDocument {
  const { [name]: _, ...rest } = map[part] ?? {}
  return { ...map, [part]: value === null ? rest : { ...rest, [name]: value } }
}

export function diff(from: MapDocument, to: MapDocument): Change[] {
  const before = new Map(from.rows.map((row) => [keyOf(row.when), row]))
  const after = new Set(to.rows.map((row) => keyOf(row.when)))
  const order = (rows: MapRow[]) =>
    rows
      .map((row) => keyOf(row.when))
      .filter((key) => before.has(key) && after.has(key))
      .join()
  return [
    ...to.rows.flatMap((row): Change[] => {
      const old = before.get(keyOf(row.when))
      if (!old) return [{ of: 'row', kind: 'added', row, old }]
      return textOf(old) === textOf(row) ? [] : [{ of: 'row', kind: 'changed', row, old }]
    }),
    ...from.rows
      .filter((row) => !after.has(keyOf(row.when)))
      .map((row): Change => ({ of: 'row', kind: 'removed', row, old: row })),
    ...(order(from.rows) === order(to.rows) ? [] : [{ of: 'order' } as const]),
    ...diffNamed(from.hours, to.hours).map((change): Change => ({ of: 'hours', ...change })),
    ...diffNamed(from.people, to.people).map((change): Change => ({ of: 'people', ...change })),
  ]
}

function diffNamed<T>(from: Record<string, T> = {}, to: Record<string, T> = {}) {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((name) => {
    const [old, now] = [from[name], to[name]]
    if (JSON.stringify(old) === JSON.stringify(now)) return []
    const kind: Kind = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed'
    return [{ kind, name, to: now }]
  })
}

/** The goals that a row can give a ticket: its own, and the one it falls back to. */
export const goalsOf = (row: MapRow): Goal[] =>
  row.otherwise?.kind === 'fallback' ? [row, { ...row.otherwise }] : [row]

/** The people that a goal can give a ticket to; none: the group gets it. */
export function peopleOf({ strategy }: Pick<Goal, 'strategy'>): string[] {
  if (strategy.kind === 'group') return []
  return strategy.kind === 'fixed' ? [strategy.assignee] : strategy.people
}

/** `Network → Ilya, Asta`. */
export function describeGoal(goal: Goal): string {
  return [goal.group, peopleOf(goal).join(', ')].filter(Boolean).join(' → ') || '–'
}

/** Every group and person that the map names, by name. */
export function namedBy({ rows }: MapDocument): { groups: string[]; people: string[] } {
  const goals = rows.flatMap(goalsOf)
  const sorted = (names: string[]) => [...new Set(names)].sort((a, b) => a.localeCompare(b))
  return { groups: sorted(goals.flatMap(({ group }) => group ?? [])), people: sorted(goals.flatMap(peopleOf)) }
}
