/**
 * Several scores for each class become probabilities: softmax of their weighted sum. The weights are fitted on tickets
 * that the scores have not seen, so one fit mixes and sets the temperature.
 */
import { solve } from './solve.ts'

/** `scores[d]` is row-major, a row for each ticket: what scorer d says of each class. */
export type Evidence = { classes: number; labels: Int32Array; scores: Float32Array[] }

export function fitMixture({ classes, labels, scores }: Evidence, start: number[]): number[] {
  const size = scores.length
  let weights = start.slice()
  const rows = labels.length
  const p = new Float64Array(classes)
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
    const longest = Math.max(...step.map(Math.abs))
    const damp = Math.min(1, 4 / longest)
    // A scorer never speaks against itself.
    weights = weights.map((w, d) => Math.max(0, w + damp * step[d]!))
    if (longest < 1e-4) break
  }
  return weights
}

/** Probabilities of one ticket into `p`. */
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
