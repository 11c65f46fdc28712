/** What is odd in a routing map without being wrong: values that no row names, rows that never win, rows that compete. Pure. */
import type { Labels, TaxonomyDocument } from '../contract/index.ts'
import { accepts, valuesOf } from '../contract/index.ts'
import { goalKey, type MapDocument, type Row } from './map.ts'
import { route } from './win.ts'

/** Rows are numbered from 1. */
export type Finding =
  /** The default row takes every ticket with this value. */
  | { kind: 'hole'; field: string; value: string }
  /** The row takes no ticket: these rows take each one first. */
  | { kind: 'shadowed'; row: number; by: number[] }
  /** These rows have as many conditions, match some of the same tickets, take them, and send them elsewhere. */
  | { kind: 'overlap'; row: number; with: number[] }

/** More combinations of values than this take too long while somebody types. */
const MOST = 100_000

/** Lists the findings; null: the map names too many values together. */
export function examine({ rows }: MapDocument, taxonomy: TaxonomyDocument): Finding[] | null {
  const axes = axesOf(rows, taxonomy)
  if (axes.reduce((product, { values }) => product * values.length, 1) > MOST) return null
  const find = finder(rows)
  const winners = rows.map(() => new Set<number>())
  const rivals = rows.map(() => new Set<number>())
  const main = axes.find(({ field }) => field === 'service') ?? axes.toSorted((a, b) => b.named.size - a.named.size)[0]
  const taken = new Set<string | undefined>()
  for (const labels of combinations(axes)) {
    const matching = find(labels)
    if (matching.length === 0) continue
    const winner = matching[route({ rows: matching.map((i) => rows[i]!) }, labels).index]!
    if (main && Object.keys(rows[winner]!.when).length > 0) taken.add(labels[main.field])
    for (const index of matching) {
      winners[index]!.add(winner)
      if (index !== winner && compete(rows[index]!, rows[winner]!)) rivals[index]!.add(winner)
    }
  }
  return [
    ...holesOf(main, taken),
    ...rows.flatMap(({ when }, i): Finding[] => {
      // A map must have a default row, also where other rows take everything.
      if (Object.keys(when).length === 0) return []
      const [by, against] = [winners, rivals].map((each) => [...each[i]!].map((n) => n + 1).sort((a, b) => a - b))
      if (by!.length > 0 && !winners[i]!.has(i)) return [{ kind: 'shadowed', row: i + 1, by: by! }]
      return against!.length > 0 ? [{ kind: 'overlap', row: i + 1, with: against! }] : []
    }),
  ]
}

const compete = (a: Row, b: Row) =>
  Object.keys(a.when).length === Object.keys(b.when).length && goalKey(a) !== goalKey(b)

/** A field that rows name, with the values to try. Values that no row names are all alike: one of them is tried. */
type Axis = { field: string; named: Set<string>; unnamed: string[]; values: (string | undefined)[] }

function axesOf(rows: Row[], { fields }: TaxonomyDocument): Axis[] {
  return fields.flatMap((field): Axis[] => {
    const named = new Set(
      rows
        .flatMap(({ when }) => (Object.hasOwn(when, field.id) ? [when[field.id]!] : []))
        .filter((v) => accepts(field, v)),
    )
    if (named.size === 0) return []
    const unnamed = valuesOf(field)
      .map(({ id }) => id)
      .filter((id) => !named.has(id))
    const isOpen = valuesOf(field).length === 0 || !field.required
    const values = [...named, ...unnamed.slice(0, 1), ...(isOpen ? [undefined] : [])]
    return [{ field: field.id, named, unnamed, values }]
  })
}

function* combinations(axes: Axis[], from = 0, labels: Labels = {}): Generator<Labels> {
  if (from === axes.length) return yield labels
  const { field, values } = axes[from]!
  for (const value of values)
    yield* combinations(axes, from + 1, value === undefined ? labels : { ...labels, [field]: value })
}

/** Finds the rows that match, in the order of the map: of rows with the same conditions, the first. */
function finder(rows: Row[]): (labels: Labels) => number[] {
  const byFields = new Map<string, { fields: string[]; rows: Map<string, number> }>()
  for (const [index, { when }] of rows.entries()) {
    const fields = Object.keys(when).sort()
    const group = byFields.get(fields.join()) ?? { fields, rows: new Map<string, number>() }
    byFields.set(fields.join(), group)
    const key = keyOf(fields, when)
    if (!group.rows.has(key)) group.rows.set(key, index)
  }
  return (labels) =>
    [...byFields.values()].flatMap(({ fields, rows }) => rows.get(keyOf(fields, labels)) ?? []).sort((a, b) => a - b)
}

const keyOf = (fields: string[], labels: Labels) => JSON.stringify(fields.map((field) => labels[field] ?? null))

function holesOf(main: Axis | undefined, taken: Set<string | undefined>): Finding[] {
  if (!main) return []
  const isHole = (value: string) => !taken.has(value)
  const open = main.unnamed[0] !== undefined && isHole(main.unnamed[0]) ? main.unnamed : []
  return [...[...main.named].filter(isHole), ...open].map((value) => ({ kind: 'hole', field: main.field, value }))
}
