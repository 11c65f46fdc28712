/** Splits the training tickets into folds; each is classified by a model that was not trained on it. */
import { seeded, shuffle } from './random.ts'

export type Folds = { of: Uint8Array; count: number; used: number }

/** This many held-out tickets are enough to fit a few numbers and to find a threshold within half a point. */
const ENOUGH = 6000
/** Limit of multiplications for one sweep over all folds: 77 classes of long tickets do not need five folds. */
const WORK = 400_000_000

export type Dealing = {
  rows: Int32Array
  labels: Int32Array
  classes: number
  /** Rows of one group stay together: see `near-duplicates.ts`. */
  groups: Int32Array
  /** Multiplications of one sweep. */
  work: number
  seed: number
}

/** Spreads each class as evenly as its groups allow, so that a fold lacks a class only where the class is a single group. */
export function dealFolds({ rows, labels, classes, groups, work, seed }: Dealing): Folds {
  const of = new Uint8Array(labels.length)
  const count = rows.length < 2000 ? 10 : 5
  const members = Map.groupBy(shuffle(rows.slice(), seeded(seed)), (row) => groups[row]!)
  const largestFirst = [...members.values()].sort((a, b) => b.length - a.length)
  const ofClass = new Int32Array(classes * count)
  const all = new Int32Array(count)
  for (const [g, group] of largestFirst.entries()) {
    const base = labels[group[0]!]! * count
    let fold = g % count
    for (let k = 1; k < count; k++) {
      const other = (g + k) % count
      const fewer = ofClass[base + other]! - ofClass[base + fold]! || all[other]! - all[fold]!
      if (fewer < 0) fold = other
    }
    for (const row of group) {
      of[row] = fold
      ofClass[labels[row]! * count + fold]!++
      all[fold]!++
    }
  }
  const wanted = Math.ceil((ENOUGH * count) / Math.max(1, rows.length))
  const affordable = Math.max(2, Math.floor(WORK / Math.max(1, work)))
  return { of, count, used: Math.min(count, wanted, affordable) }
}
