/** Parts of the training tickets, each judged by models that have not seen it. */
import { seeded, shuffle } from './random.ts'

export type Folds = { of: Uint8Array; count: number; used: number }

/** So many judged tickets are enough to fit a handful of numbers, and to find a threshold within half a point. */
const ENOUGH = 6000
/** Multiplications that judging may cost in one sweep, over all folds: 77 classes of long tickets need no five folds. */
const WORK = 400_000_000

/** `work`: multiplications of one sweep. Each class is dealt out evenly, so that a fold lacks a class only where the class has one ticket. */
export function dealFolds(rows: Int32Array, labels: Int32Array, counts: number[], work: number, seed: number): Folds {
  const of = new Uint8Array(labels.length)
  const count = rows.length < 2000 ? 10 : 5
  const order = shuffle(rows.slice(), seeded(seed))
  let offset = 0
  const next = counts.map((n) => {
    const from = offset
    offset += n
    return from
  })
  for (const row of order) of[row] = next[labels[row]!]!++ % count
  const wanted = Math.ceil((ENOUGH * count) / Math.max(1, rows.length))
  const affordable = Math.max(2, Math.floor(WORK / Math.max(1, work)))
  return { of, count, used: Math.min(count, wanted, affordable) }
}
