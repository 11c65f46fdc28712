/** Which row of a routing map takes a ticket. All imports are types: the admin page runs this file in the browser. */
import type { Labels } from '../contract/index.ts'
import type { MapDocument, Row } from './map.ts'

/** Between rows with the same number of conditions, the one that names the first of these fields wins. */
const TIE_BREAK = ['service', 'category', 'priority']

/** Finds the most specific row that matches, with the reason. A published map has a default row, so one always matches. */
export function route(map: MapDocument, labels: Labels): { row: Row; index: number; because: string } {
  let best: { row: Row; index: number; rank: number[] } | undefined
  for (const [index, row] of map.rows.entries()) {
    if (!Object.entries(row.when).every(([field, value]) => labels[field] === value)) continue
    const rank = [Object.keys(row.when).length, ...TIE_BREAK.map((field) => (field in row.when ? 1 : 0))]
    if (!best || isHigher(rank, best.rank)) best = { row, index, rank }
  }
  if (!best) throw new Error('The routing map has no default row')
  const conditions = Object.entries(best.row.when).map(([field, value]) => `${field} ${value}`)
  const because =
    conditions.length > 0 ? `row ${best.index + 1}: ${conditions.join(', ')}` : `row ${best.index + 1}: the default row`
  return { row: best.row, index: best.index, because }
}

function isHigher(a: number[], b: number[]) {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value > (b[i] ?? 0)
  return false
}
