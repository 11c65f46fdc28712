/** Training of one field: weights, how scores become probabilities, and how far these can be trusted. */
import { type Confidence, fitConfidence, type Judged } from './confidence.ts'
import { forget, type Hinge, openHinge, score, sweep } from './hinge.ts'
import { fitMixture, mix } from './mixture.ts'
import { seeded, shuffle } from './random.ts'
import type { Matrix } from './vector.ts'

export type Field = {
  id: string
  classes: string[]
  /** Labelled tickets of each class. */
  counts: number[]
  /** Feature-major: `weights[feature * stride + class]`. `stride` leaves room for classes that corrections bring. */
  weights: Float32Array
  bias: Float32Array
  stride: number
  mixture: number[]
  cost: number
  confidence: Confidence
}

export type FieldOptions = { seed: number; tick: (share: number) => void }

const COSTS = [0.1, 0.3, 1, 3]
const USUAL_COST = 1
const SWEEPS = 12

export function trainField(
  id: string,
  matrix: Matrix,
  features: number,
  values: (string | undefined)[],
  { seed, tick }: FieldOptions,
): Field {
  const rows = Int32Array.from(values.keys()).filter((row) => values[row] !== undefined)
  const classes = [...new Set(values.filter((value) => value !== undefined))].sort()
  const place = new Map(classes.map((value, c) => [value, c]))
  const labels = Int32Array.from(values, (value) => (value === undefined ? -1 : place.get(value)!))
  const counts = classes.map(() => 0)
  for (const row of rows) counts[labels[row]!]!++
  const folds = dealFolds(rows, labels, counts, seed)
  const cost = chooseCost({ matrix, features, labels, classes: classes.length, rows, folds, seed, tick })
  const random = seeded(seed + 1)
  const hinge = openHinge(matrix.rows, features, classes.length)
  const order = rows.slice()
  for (let s = 0; s < SWEEPS; s++) {
    tick(0.4 + (0.2 * s) / SWEEPS)
    if (sweep(hinge, matrix, labels, order, { cost, random }) < 0.01) break
  }
  const held = judgeFolds({ hinge, matrix, labels, rows, folds, cost, seed, tick })
  const known = held.rows.filter((_, k) => held.seen[k]!)
  const scores = classes.length > 1 ? pick(held.scores, held.seen, classes.length) : new Float32Array(known.length)
  const mixture = fitMixture(
    { classes: classes.length, labels: Int32Array.from(known, (row) => labels[row]!), scores: [scores] },
    [3],
  )
  const judged = judge(held, mixture, labels, matrix.unknown, classes.length)
  const biasAt = features * classes.length
  return {
    id,
    classes,
    counts,
    weights: hinge.weights.slice(0, biasAt),
    bias: hinge.weights.slice(biasAt),
    stride: classes.length,
    mixture,
    cost,
    confidence: fitConfidence(judged),
  }
}

type Fit = {
  matrix: Matrix
  labels: Int32Array
  rows: Int32Array
  folds: Uint8Array
  seed: number
  tick: (share: number) => void
}

/** Each class is dealt out evenly, so that a fold lacks a class only where the class has one ticket. */
function dealFolds(rows: Int32Array, labels: Int32Array, counts: number[], seed: number): Uint8Array {
  const folds = new Uint8Array(labels.length)
  const many = rows.length < 2000 ? 10 : 5
  const order = shuffle(rows.slice(), seeded(seed))
  let offset = 0
  const next = counts.map((n) => {
    const from = offset
    offset += n
    return from
  })
  for (const row of order) folds[row] = next[labels[row]!]!++ % many
  return folds
}

/** The softness of the margin: noisy desks want a low cost. Only a clear gain moves it off the usual one. */
function chooseCost({
  matrix,
  features,
  labels,
  classes,
  rows,
  folds,
  seed,
  tick,
}: Fit & { features: number; classes: number }): number {
  const inside = rows.filter((row) => folds[row]! > 1)
  const outside = rows.filter((row) => folds[row]! <= 1)
  if (classes < 2 || inside.length === 0 || outside.length === 0) return USUAL_COST
  const hinge = openHinge(matrix.rows, features, classes)
  const random = seeded(seed + 2)
  const scores = new Float64Array(classes)
  const right: number[] = []
  // From soft to hard, each starting where the last ended.
  for (const [k, cost] of COSTS.entries()) {
    for (let s = 0; s < 5; s++) {
      tick((0.4 * (k + s / 5)) / COSTS.length)
      sweep(hinge, matrix, labels, inside, { cost, random })
    }
    let hits = 0
    for (const row of outside) {
      score(hinge, matrix, row, scores)
      if (best(scores) === labels[row]) hits++
    }
    right.push(hits)
  }
  const usual = right[COSTS.indexOf(USUAL_COST)]!
  const wrong = outside.length - usual
  let chosen = USUAL_COST
  let most = usual + Math.sqrt(wrong) / 4
  for (const [k, hits] of right.entries())
    if (hits > most) {
      most = hits
      chosen = COSTS[k]!
    }
  return chosen
}

type Held = { rows: Int32Array; seen: Uint8Array; scores: Float32Array }

/** Judges each fold by the model less that fold: from the full solution three sweeps are enough to get there. */
function judgeFolds({
  hinge,
  matrix,
  labels,
  rows,
  folds,
  cost,
  seed,
  tick,
}: Fit & { hinge: Hinge; cost: number }): Held {
  const { classes } = hinge
  const many = Math.max(...folds) + 1
  // Ten thousand judged tickets are enough to fit four numbers.
  const used = rows.length > 20_000 ? 2 : many
  const judged = rows.filter((row) => folds[row]! < used)
  const scores = new Float32Array(judged.length * classes)
  const seen = new Uint8Array(judged.length)
  const weights = hinge.weights.slice()
  const pull = hinge.pull.slice()
  const out = new Float64Array(classes)
  const position = new Map(Array.from(judged, (row, k) => [row, k]))
  for (let fold = 0; fold < used; fold++) {
    const random = seeded(seed + 3 + fold)
    const inside = rows.filter((row) => folds[row] !== fold)
    const there = new Uint8Array(classes)
    for (const row of inside) there[labels[row]!] = 1
    for (const row of rows) if (folds[row] === fold) forget(hinge, matrix, labels, row)
    for (let s = 0; s < 3; s++) {
      tick(0.6 + (0.35 * (fold + s / 3)) / used)
      sweep(hinge, matrix, labels, inside, { cost, random })
    }
    for (const row of judged) {
      if (folds[row] !== fold) continue
      score(hinge, matrix, row, out)
      const k = position.get(row)!
      seen[k] = there[labels[row]!]!
      // A class that this fold never saw cannot be chosen, as a class that nobody labelled yet.
      for (let c = 0; c < classes; c++) scores[k * classes + c] = there[c] ? out[c]! : -3
    }
    hinge.weights.set(weights)
    hinge.pull.set(pull)
  }
  return { rows: judged, seen, scores }
}

/**
 * Tickets of classes that a fold never saw are left out of the mixture, and count as wrong here: their number is the
 * number of classes with one ticket, which is what Good and Turing expect of classes not met yet.
 */
function judge(held: Held, mixture: number[], labels: Int32Array, unknown: Float32Array, classes: number): Judged[] {
  const p = new Float64Array(classes)
  return Array.from(held.rows, (row, k) => {
    mix(mixture, [held.scores], k * classes, p)
    const chosen = best(p)
    return {
      probability: p[chosen]!,
      score: held.scores[k * classes + chosen]!,
      unknown: unknown[row]!,
      right: chosen === labels[row],
    }
  })
}

function pick(scores: Float32Array, seen: Uint8Array, classes: number): Float32Array {
  const kept = new Float32Array(seen.reduce((sum, s) => sum + s, 0) * classes)
  let k = 0
  for (let row = 0; row < seen.length; row++)
    if (seen[row]) kept.set(scores.subarray(row * classes, (row + 1) * classes), classes * k++)
  return kept
}

export function best(values: ArrayLike<number>): number {
  let top = 0
  for (let c = 1; c < values.length; c++) if (values[c]! > values[top]!) top = c
  return top
}
