/**
 * Training of one field. Every scorer is linear in the features, so their mixture is one matrix again: it costs nothing
 * when tickets are sorted.
 */
import { fitComplement } from './complement.ts'
import { type Confidence, fitConfidence, type Judged, recalibrate } from './confidence.ts'
import { dealFolds, type Folds } from './folds.ts'
import { forget, type Hinge, openHinge, score, scoreHeld, sweep } from './hinge.ts'
import { fitMixture, mix } from './mixture.ts'
import { groupCopies } from './near-duplicates.ts'
import { meanTickets } from './prototype.ts'
import { seeded } from './random.ts'
import { fitSoftmax } from './softmax.ts'
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
  /** Probabilities are the softmax of scores times this. */
  sharpness: number
  confidence: Confidence
}

/** A field's tickets in numbers. `labels[row]` is -1 where the ticket has no value for it. */
export type Task = {
  matrix: Matrix
  features: number
  classes: string[]
  labels: Int32Array
  rows: Int32Array
  counts: number[]
  /** By row: see `LabelledTicket`. */
  handled: Uint8Array
  /** What the names of the values say, as weights. */
  names: Float32Array
  seed: number
  tick: (share: number) => void
}

const COSTS = [0.1, 0.3, 1, 3]
const USUAL_COST = 1
/** With few tickets there is little noise to fit: 0.6 points over seven sets of 100 to 300. */
const COST_OF_FEW = 3
const EPOCHS = 3
/** Few tickets take more rounds, and can have them. */
const EPOCHS_OF_FEW = 8
/** A fixed share: a mixture fitted by likelihood takes mostly softmax, and loses half a point of accuracy by it. */
const SOFTMAX_SHARE = 0.2
/** Below this many tickets there is too little to choose a cost by, and the mean ticket of a class helps. */
const FEW = 4000

export function trainField(id: string, task: Task): Field {
  const { matrix, features, classes, labels, rows, counts, seed, tick } = task
  const folds = dealFolds({
    rows,
    labels,
    classes: classes.length,
    groups: groupCopies(matrix, rows, labels, counts),
    work: matrix.ids.length * classes.length,
    seed,
  })
  const cost = chooseCost(task, folds)
  const hinge = openHinge(matrix.rows, features, classes.length)
  const order = rows.slice()
  const random = seeded(seed + 1)
  for (let s = 0; s < 10; s++) {
    tick(0.25 + s / 50)
    if (sweep(hinge, matrix, labels, order, { cost, random }) < 0.02) break
  }
  const held = judgeFolds(task, folds, hinge, cost)
  const scorers = scorersOf(task, hinge, rows, (share) => tick(0.9 + share / 10))
  const weights = scorers[0]!
  const mixture = fitMixture(
    {
      classes: classes.length,
      labels: Int32Array.from(
        held.rows.filter((_, k) => held.seen[k]!),
        (row) => labels[row]!,
      ),
      scores: held.scores.map((scores) => pick(scores, held.seen, classes.length)),
    },
    START.slice(0, scorers.length),
  )
  const sharpness = Math.max(mixture[0]!, 0.5)
  for (const [d, other] of scorers.entries())
    if (d > 0)
      for (let at = 0; at < weights.length; at++) weights[at] = weights[at]! + (mixture[d]! / sharpness) * other[at]!
  const biasAt = features * classes.length
  return {
    id,
    classes,
    counts,
    weights: weights.subarray(0, biasAt),
    bias: weights.slice(biasAt),
    stride: classes.length,
    sharpness,
    confidence: trust(judge(held, mixture, labels, matrix.unknown, classes.length), held.rows, task.handled),
  }
}

/** Where the mixture starts from: learnt weights, names, mean tickets, complement. */
const START = [4, 1, 1, 1]

function scorersOf(task: Task, hinge: Hinge, rows: Int32Array, tick: (share: number) => void): Float32Array[] {
  const { matrix, features, labels, seed, names } = task
  const classes = task.classes.length
  const learnt = fitSoftmax(matrix, labels, rows, {
    classes,
    features,
    epochs: task.rows.length <= FEW ? EPOCHS_OF_FEW : EPOCHS,
    random: seeded(seed + 9),
    tick,
  })
  for (let at = 0; at < learnt.length; at++) learnt[at] = hinge.weights[at]! + SOFTMAX_SHARE * learnt[at]!
  const scorers = [learnt, names]
  if (task.rows.length <= FEW)
    scorers.push(
      meanTickets(matrix, labels, rows, { classes, features }),
      fitComplement(matrix, labels, rows, { classes, features }),
    )
  return scorers
}

/** The softness of the margin: noisy desks want a low cost. Only a clear gain moves it off the usual one. */
function chooseCost({ matrix, features, labels, classes, rows, seed, tick }: Task, folds: Folds): number {
  if (classes.length < 2) return USUAL_COST
  if (rows.length <= FEW) return COST_OF_FEW
  const inside = rows.filter((row) => folds.of[row] !== 0)
  const outside = rows.filter((row) => folds.of[row] === 0)
  const hinge = openHinge(matrix.rows, features, classes.length)
  const random = seeded(seed + 2)
  const scores = new Float64Array(classes.length)
  const right: number[] = []
  // From soft to hard, each starting where the last ended.
  for (const [k, cost] of COSTS.entries()) {
    for (let s = 0; s < 4; s++) {
      tick((0.25 * (k + s / 4)) / COSTS.length)
      sweep(hinge, matrix, labels, inside, { cost, random })
    }
    let hits = 0
    for (const row of outside) {
      score(hinge.weights, matrix, row, scores)
      if (best(scores) === labels[row]) hits++
    }
    right.push(hits)
  }
  const usual = right[COSTS.indexOf(USUAL_COST)]!
  let chosen = USUAL_COST
  let most = usual + Math.sqrt(outside.length - usual) / 4
  for (const [k, hits] of right.entries())
    if (hits > most) {
      most = hits
      chosen = COSTS[k]!
    }
  return chosen
}

/** `seen`: whether the fold's model knew the ticket's class. `scores[d]` as in the mixture. */
type Held = { rows: Int32Array; seen: Uint8Array; scores: Float32Array[] }

/** Judges each fold by models less that fold: the hinge gets there from the full solution in three sweeps. */
function judgeFolds(task: Task, folds: Folds, hinge: Hinge, cost: number): Held {
  const { matrix, labels, rows, seed } = task
  const { classes } = hinge
  const judged = rows.filter((row) => folds.of[row]! < folds.used)
  const seen = new Uint8Array(judged.length)
  const scores: Float32Array[] = []
  const weights = hinge.weights.slice()
  const pull = hinge.pull.slice()
  const out = new Float64Array(classes)
  for (let fold = 0; fold < folds.used; fold++) {
    const tick = (share: number) => task.tick(0.45 + (0.45 * (fold + share)) / folds.used)
    const random = seeded(seed + 3 + fold)
    const inside = rows.filter((row) => folds.of[row] !== fold)
    const there = new Uint8Array(classes)
    for (const row of inside) there[labels[row]!] = 1
    for (const row of rows) if (folds.of[row] === fold) forget(hinge, matrix, labels, row)
    for (let s = 0; s < 3; s++) {
      tick(s / 6)
      sweep(hinge, matrix, labels, inside, { cost, random })
    }
    const scorers = scorersOf(task, hinge, inside, (share) => tick(0.5 + share / 2))
    for (const [d, scorer] of scorers.entries()) {
      scores[d] ??= new Float32Array(judged.length * classes)
      for (let k = 0; k < judged.length; k++) {
        const row = judged[k]!
        if (folds.of[row] !== fold) continue
        scoreHeld(scorer, matrix, row, out)
        scores[d].set(out, k * classes)
        seen[k] = there[labels[row]!]!
        // A class that this fold never saw cannot be chosen, as a class that nobody labelled yet.
        if (d === 0) for (let c = 0; c < classes; c++) if (!there[c]) scores[d][k * classes + c] = -3
      }
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
    mix(mixture, held.scores, k * classes, p)
    const chosen = best(p)
    let sum = 0
    for (const [d, scores] of held.scores.entries()) sum += mixture[d]! * scores[k * classes + chosen]!
    return {
      probability: p[chosen]!,
      score: sum / Math.max(mixture[0]!, 0.5),
      unknown: unknown[row]!,
      right: chosen === labels[row],
    }
  })
}

/** Fewer handled tickets say nothing. */
const ENOUGH_HANDLED = 10

/** Examples show what the model has learnt, tickets that people handled what it is worth on the desk. */
function trust(judged: Judged[], rows: Int32Array, handled: Uint8Array): Confidence {
  const confidence = fitConfidence(judged)
  const real = judged.filter((_, k) => handled[rows[k]!]!)
  return real.length < ENOUGH_HANDLED || real.length === judged.length ? confidence : recalibrate(confidence, real)
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
