/** Rows of a routing map: what identifies one, how it reads, and what differs between two maps. Pure. */
import type { MapDocument, MapRow } from '../../api.ts'

export type When = MapRow['when']
/** One edit: takes a row away, puts one in its place, or adds one. */
export type Edit = { remove?: When; set?: MapRow }
export type Change = { kind: 'added' | 'changed' | 'removed'; row: MapRow; old: MapRow | undefined }

/** Two rows with the same conditions are the same row. */
export const keyOf = (when: When) => JSON.stringify(Object.entries(when).sort())
export const goalOf = ({ group, strategy, otherwise }: MapRow) => JSON.stringify([group, strategy, otherwise])

export const applyEdit = (map: MapDocument, edit: Edit): MapDocument => ({ ...map, rows: editRows(map.rows, edit) })

function editRows(rows: MapRow[], { remove, set }: Edit): MapRow[] {
  const gone = remove && keyOf(remove)
  const key = set && keyOf(set.when)
  if (!set) return rows.filter((row) => keyOf(row.when) !== gone)
  const at = rows.findIndex((row) => [gone, key].includes(keyOf(row.when)))
  const rest = rows.filter((row) => ![gone, key].includes(keyOf(row.when)))
  return at < 0 ? [...rest, set] : [...rest.slice(0, at), set, ...rest.slice(at)]
}

export function diff({ rows: from }: MapDocument, { rows: to }: MapDocument): Change[] {
  const before = new Map(from.map((row) => [keyOf(row.when), row]))
  const after = new Set(to.map((row) => keyOf(row.when)))
  return [
    ...to.flatMap((row): Change[] => {
      const old = before.get(keyOf(row.when))
      if (!old) return [{ kind: 'added', row, old }]
      return goalOf(old) === goalOf(row) ? [] : [{ kind: 'changed', row, old }]
    }),
    ...from.filter((row) => !after.has(keyOf(row.when))).map((row): Change => ({ kind: 'removed', row, old: row })),
  ]
}

/** The people that a row can give a ticket to; none: the group gets it. */
export function peopleOf({ strategy }: Pick<MapRow, 'strategy'>): string[] {
  if (strategy.kind === 'group') return []
  return strategy.kind === 'fixed' ? [strategy.assignee] : strategy.people
}

/** `Network → Ilya, Asta`. */
export function describeGoal(row: Pick<MapRow, 'group' | 'strategy'>): string {
  return [row.group, peopleOf(row).join(', ')].filter(Boolean).join(' → ') || '–'
}
