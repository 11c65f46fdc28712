/**
 * Turns several scores for each class into probabilities: softmax of their weighted sum. The weights are fitted on held-out
 * tickets, so one fit sets both the mixture and the temperature.
 */
import { solve } from './solve.ts'

/** `scores[d]` is row-major: the scores that scorer d gives each class, one row for each ticket. */
export type Evidence = { classes: number; labels: Int32Array; scores: Float32Array[] }

export function fitMixture(evidence: Evidence, start: number[]): number[] {
  const { classes, labels, scores } = evidence
  const size = scores.length
  let weights = start.slice()
  const rows = labels.length
  const p = new Float64Array(classes)
  let loss = lossOf(evidence, weights, start, p)
  for (let round = 0; round < 25; round++) {
    const gradient = weights.map((w, d) => 0.5 * (start[d]! - w))
    const curvature = Array.from({ length: size }, (_, r) =>
      Array.from({ length: size }, (_, c): number => (r === c ? 0.5 : 0)),
    )
    for (let row = 0; row < rows; row++) {
      const base = row * classes
      mix(weights, scores, base, p)
      const mean = scores.map((s) => {
        let sum = 0
        for (let c = 0; c < classes; c++) sum += p[c]! * s[base + c]!
        return sum
      })
      for (let r = 0; r < size; r++) {
        gradient[r] = gradient[r]! + scores[r]![base + labels[row]!]! - mean[r]!
        for (let q = 0; q <= r; q++) {
          let sum = 0
          for (let c = 0; c < classes; c++) sum += p[c]! * scores[r]![base + c]! * scores[q]![base + c]!
          const bend = sum - mean[r]! * mean[q]!
          curvature[r]![q] = curvature[r]![q]! + bend
          if (q !== r) curvature[q]![r] = curvature[q]![r]! + bend
        }
      }
    }
    const step = solve(curvature, gradient)
    // far from the optimum a full step can overshoot beyond recovery: halve it until the loss decreases
    let damp = 1
    let next = weights
    let nextLoss = Infinity
    while (damp > 1e-3 && nextLoss > loss) {
      // a scorer never gets a negative weight
      next = weights.map((w, d) => Math.max(0, w + damp * step[d]!))
      nextLoss = lossOf(evidence, next, start, p)
      damp /= 2
    }
    if (!(nextLoss < loss - 1e-6 * rows)) break
    weights = next
    loss = nextLoss
  }
  return weights
}

function lossOf({ labels, scores }: Evidence, weights: number[], start: number[], p: Float64Array): number {
  let loss = 0
  for (const [d, w] of weights.entries()) loss += 0.25 * (w - start[d]!) ** 2
  for (let row = 0; row < labels.length; row++) {
    mix(weights, scores, row * p.length, p)
    loss -= Math.log(Math.max(p[labels[row]!]!, 1e-12))
  }
  return loss
}

/** Writes the probabilities of one ticket to `p`. */
export function mix(weights: number[], scores: ArrayLike<number>[], base: number, p: Float64Array): void {
  const classes = p.length
  let top = -Infinity
  for (let c = 0; c < classes; c++) {
    let sum = 0
    for (let d = 0; d < weights.length; d++) sum += weights[d]! * scores[d]![base + c]!
    p[c] = sum
    if (sum > top) top = sum
  }
  let total = 0
  for (let c = 0; c < classes; c++) total += p[c] = Math.exp(p[c]! - top)
  for (let c = 0; c < classes; c++) p[c] = p[c]! / total
}
