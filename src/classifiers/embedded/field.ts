/**
 * Training of one field. Every scorer is linear in the features, so their mixture is one matrix again and costs nothing
 * when tickets are classified.
 */
import { fitComplement } from './complement.ts'
import { type Confidence, fitConfidence, recalibrate } from './confidence.ts'
import { dealFolds, type Folds } from './folds.ts'
import { type Answered, type HandledTickets, keepHandled } from './handled.ts'
import { forget, type Hinge, openHinge, score, scoreHeld, sweep } from './hinge.ts'
import { fitMixture, mix } from './mixture.ts'
import { groupNearDuplicates } from './near-duplicates.ts'
import { meanTickets } from './prototype.ts'
import { seeded } from './random.ts'
import { fitSoftmax } from './softmax.ts'
import type { Matrix } from './vector.ts'

export type Field = {
  id: string
  classes: string[]
  /** Labelled tickets of each class. */
  counts: number[]
  /** Feature-major: `weights[feature * stride + class]`. `stride` leaves room for classes that corrections add. */
  weights: Float32Array
  bias: Float32Array
  stride: number
  /** Probabilities are the softmax of scores times this. */
  sharpness: number
  confidence: Confidence
  handled: HandledTickets
}

/** The tickets of a field as numbers. `labels[row]` is -1 where the ticket has no value for it. */
export type Task = {
  matrix: Matrix
  features: number
  classes: string[]
  labels: Int32Array
  rows: Int32Array
  counts: number[]
  /** By row: see `LabelledTicket`. */
  handled: Uint8Array
  /** The words of the value names, as weights. */
  names: Float32Array
  seed: number
  tick: (share: number) => void
}

const COSTS = [0.1, 0.3, 1, 3]
const USUAL_COST = 1
/** With few tickets there is little noise to fit: gained 0.6 points on average of seven sets of 100 to 300 tickets. */
const COST_OF_FEW = 3
const EPOCHS = 3
/** Few tickets need more rounds, and rounds are cheap then. */
const EPOCHS_OF_FEW = 8
/** Fixed: a mixture fitted by likelihood uses mostly softmax, and loses half a point of accuracy. */
const SOFTMAX_SHARE = 0.2
/** Up to this many tickets the data is too small to choose a cost, and the mean ticket of a class helps. */
const FEW = 4000

export function trainField(id: string, task: Task): Field {
  const { matrix, features, classes, labels, rows, counts, seed, tick } = task
  const folds = dealFolds({
    rows,
    labels,
    classes: classes.length,
    groups: groupNearDuplicates(matrix, rows, labels, counts),
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
  const held = classifyFolds(task, folds, hinge, cost)
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
  const judged = judge(held, mixture, labels, matrix.unknown, classes.length)
  const handled = judged.filter((_, k) => task.handled[held.rows[k]!])
  const confidence = confidenceOf(judged, handled)
  const biasAt = features * classes.length
  return {
    id,
    classes,
    counts,
    weights: weights.subarray(0, biasAt),
    bias: weights.slice(biasAt),
    stride: classes.length,
    sharpness,
    confidence,
    handled: keepHandled(confidence, handled),
  }
}

/** Start values of the mixture: learnt weights, names, mean tickets, complement. */
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

/** Chooses the cost of the hinge: noisy desks need a low one. Only a clear gain changes it from the usual value. */
function chooseCost({ matrix, features, labels, classes, rows, seed, tick }: Task, folds: Folds): number {
  if (classes.length < 2) return USUAL_COST
  if (rows.length <= FEW) return COST_OF_FEW
  const inside = rows.filter((row) => folds.of[row] !== 0)
  const outside = rows.filter((row) => folds.of[row] === 0)
  const hinge = openHinge(matrix.rows, features, classes.length)
  const random = seeded(seed + 2)
  const scores = new Float64Array(classes.length)
  const right: number[] = []
  // from low to high, each starting from the previous solution
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

/** `seen`: whether the training tickets of the fold included the ticket's class. `scores[d]` as in the mixture. */
type Held = { rows: Int32Array; seen: Uint8Array; scores: Float32Array[] }

/** Classifies each fold with a model trained without it: from the full solution, three sweeps of the hinge are enough. */
function classifyFolds(task: Task, folds: Folds, hinge: Hinge, cost: number): Held {
  const { matrix, labels, rows, seed } = task
  const { classes } = hinge
  const held = rows.filter((row) => folds.of[row]! < folds.used)
  const seen = new Uint8Array(held.length)
  const scores: Float32Array[] = []
  const weights = hinge.weights.slice()
  const pull = hinge.pull.slice()
  const out = new Float64Array(classes)
  for (let fold = 0; fold < folds.used; fold++) {
    const tick = (share: number) => task.tick(0.45 + (0.45 * (fold + share)) / folds.used)
    const random = seeded(seed + 3 + fold)
    const inside = rows.filter((row) => folds.of[row] !== fold)
    const present = new Uint8Array(classes)
    for (const row of inside) present[labels[row]!] = 1
    for (const row of rows) if (folds.of[row] === fold) forget(hinge, matrix, labels, row)
    for (let s = 0; s < 3; s++) {
      tick(s / 6)
      sweep(hinge, matrix, labels, inside, { cost, random })
    }
    const scorers = scorersOf(task, hinge, inside, (share) => tick(0.5 + share / 2))
    for (const [d, scorer] of scorers.entries()) {
      scores[d] ??= new Float32Array(held.length * classes)
      for (let k = 0; k < held.length; k++) {
        const row = held[k]!
        if (folds.of[row] !== fold) continue
        scoreHeld(scorer, matrix, row, out)
        scores[d].set(out, k * classes)
        seen[k] = present[labels[row]!]!
        // a class without training tickets in this fold cannot be chosen, like a class that nobody labelled yet
        if (d === 0) for (let c = 0; c < classes; c++) if (!present[c]) scores[d][k * classes + c] = -3
      }
    }
    hinge.weights.set(weights)
    hinge.pull.set(pull)
  }
  return { rows: held, seen, scores }
}

/**
 * Tickets of classes that are missing in the training part of their fold are left out of the mixture, and count as wrong
 * here: their number is that of the classes with one ticket, the Good-Turing estimate for classes not seen yet.
 */
function judge(held: Held, mixture: number[], labels: Int32Array, unknown: Float32Array, classes: number): Answered[] {
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
      chosen,
      label: labels[row]!,
    }
  })
}

/** Fewer handled tickets are too few to recalibrate. */
export const ENOUGH_HANDLED = 10

/** Examples show what the model learnt; tickets that people handled show how well it works at the desk. */
function confidenceOf(judged: Answered[], handled: Answered[]): Confidence {
  const confidence = fitConfidence(judged)
  return handled.length < ENOUGH_HANDLED || handled.length === judged.length
    ? confidence
    : recalibrate(confidence, handled)
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
