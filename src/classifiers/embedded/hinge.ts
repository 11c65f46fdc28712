/**
 * One-vs-rest squared hinge loss by dual coordinate descent (Hsieh et al. 2008, like L2R_L2LOSS_SVC_DUAL of liblinear), all
 * classes of a ticket in one pass: the weights of a feature are stored side by side for all classes.
 */
import { BLOCKS } from './features.ts'
import { type Random, shuffle } from './random.ts'
import type { Matrix } from './vector.ts'

export type Hinge = {
  classes: number
  /** Feature-major; the last row is the bias. */
  weights: Float32Array
  /** Ticket-major: the dual variables, i.e. how strongly each ticket pulls for or against each class. */
  pull: Float32Array
}

export function openHinge(rows: number, features: number, classes: number): Hinge {
  return { classes, weights: new Float32Array((features + 1) * classes), pull: new Float32Array(rows * classes) }
}

/** One pass over `order`; returns the largest change of a pull. */
export function sweep(
  hinge: Hinge,
  matrix: Matrix,
  labels: Int32Array,
  order: Int32Array,
  { cost, random }: { cost: number; random: Random },
): number {
  const { classes, weights, pull } = hinge
  const { starts, ids, values } = matrix
  const bias = weights.length - classes
  const slack = 1 / (2 * cost)
  const scores = new Float64Array(classes)
  const steps = new Float64Array(classes)
  const moved = new Int32Array(classes)
  let largest = 0
  shuffle(order, random)
  for (let o = 0; o < order.length; o++) {
    const row = order[o]!
    const from = starts[row]!
    const to = starts[row + 1]!
    const label = labels[row]!
    for (let c = 0; c < classes; c++) scores[c] = weights[bias + c]!
    let norm = 1
    for (let k = from; k < to; k++) {
      const value = values[k]!
      const base = ids[k]! * classes
      norm += value * value
      for (let c = 0; c < classes; c++) scores[c] = scores[c]! + value * weights[base + c]!
    }
    const curvature = 1 / (norm + slack)
    let changed = 0
    for (let c = 0; c < classes; c++) {
      const sign = c === label ? 1 : -1
      const at = row * classes + c
      const old = pull[at]!
      const gradient = sign * scores[c]! - 1 + old * slack
      const wanted = old - gradient * curvature
      const next = wanted > 0 ? wanted : 0
      if (next === old) continue
      pull[at] = next
      const step = sign * (next - old)
      steps[changed] = step
      moved[changed++] = c
      const size = step < 0 ? -step : step
      if (size > largest) largest = size
    }
    if (changed === 0) continue
    for (let m = 0; m < changed; m++) weights[bias + moved[m]!] = weights[bias + moved[m]!]! + steps[m]!
    for (let k = from; k < to; k++) {
      const value = values[k]!
      const base = ids[k]! * classes
      for (let m = 0; m < changed; m++) {
        const at = base + moved[m]!
        weights[at] = weights[at]! + value * steps[m]!
      }
    }
  }
  return largest
}

/** The scores of one row for all classes. */
export function score(weights: Float32Array, matrix: Matrix, row: number, scores: Float64Array): void {
  const classes = scores.length
  const bias = weights.length - classes
  for (let c = 0; c < classes; c++) scores[c] = weights[bias + c]!
  for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
    const value = matrix.values[k]!
    const base = matrix.ids[k]! * classes
    for (let c = 0; c < classes; c++) scores[c] = scores[c]! + value * weights[base + c]!
  }
}

/** The same for a ticket that the weights were not trained on: see `Vector.outside`. */
export function scoreHeld(weights: Float32Array, matrix: Matrix, row: number, scores: Float64Array): void {
  const classes = scores.length
  const bias = weights.length - classes
  for (let c = 0; c < classes; c++) scores[c] = weights[bias + c]!
  for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
    const id = matrix.ids[k]!
    const value = matrix.values[k]! * matrix.outside[row * BLOCKS + matrix.blocks[id]!]!
    const base = id * classes
    for (let c = 0; c < classes; c++) scores[c] = scores[c]! + value * weights[base + c]!
  }
}

/** Removes the influence of a ticket, as if it had never been learnt, so that its fold can be classified without it. */
export function forget(hinge: Hinge, matrix: Matrix, labels: Int32Array, row: number): void {
  const { classes, weights, pull } = hinge
  const bias = weights.length - classes
  for (let c = 0; c < classes; c++) {
    const held = pull[row * classes + c]!
    if (held === 0) continue
    pull[row * classes + c] = 0
    const step = labels[row] === c ? -held : held
    weights[bias + c] = weights[bias + c]! + step
    for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
      const at = matrix.ids[k]! * classes + c
      weights[at] = weights[at]! + matrix.values[k]! * step
    }
  }
}
