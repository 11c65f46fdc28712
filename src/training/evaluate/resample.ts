/**
 * Intervals of figures that have no formula, by bootstrap: tickets are drawn again with replacement. All figures use the same
 * draws, in one pass over sorted arrays: a thousand draws of ten thousand tickets take under a second. Pure.
 */
import { draws, type Outcome, wilson } from '../metrics.ts'
import type { Figure } from './figures.ts'

export type Resampled = {
  macroF1: Figure
  ece: Figure
  brier: Figure
  /** The share applied at each requested precision; 0 where no threshold reaches it. */
  coverage: Figure[]
}

const BINS = 15
const ROUNDS = 1000

export function resample(
  outcomes: Outcome[],
  precisions: number[],
  { rounds = ROUNDS, seed = 1 }: { rounds?: number; seed?: number } = {},
): Resampled {
  const sample = encode(outcomes)
  const n = outcomes.length
  const point = figuresOf(sample, new Int32Array(n).fill(1), precisions)
  const random = draws(seed)
  const weights = new Int32Array(n)
  const drawn = Array.from({ length: n === 0 ? 0 : rounds }, () => {
    weights.fill(0)
    for (let i = 0; i < n; i++) weights[Math.floor(random() * n)]!++
    return figuresOf(sample, weights, precisions)
  })
  const figures = point.map((value, f) =>
    centredInterval(
      value,
      drawn.map((all) => all[f]!),
      n,
    ),
  )
  const [macroF1, ece, brier, ...coverage] = figures
  return { macroF1: macroF1!, ece: ece!, brier: brier!, coverage }
}

type Sample = {
  /** Number of different values in labels and answers. */
  values: number
  expected: Int32Array
  /** -1: no answer. */
  given: Int32Array
  /** Highest first; NaN, at the end, for an answer without confidence. */
  confidence: Float64Array
}

function encode(outcomes: Outcome[]): Sample {
  const sorted = [...outcomes].sort((a, b) => (b.confidence ?? -1) - (a.confidence ?? -1))
  const codes = new Map<string, number>()
  const code = (value: string) => {
    if (!codes.has(value)) codes.set(value, codes.size)
    return codes.get(value)!
  }
  const expected = Int32Array.from(sorted, (outcome) => code(outcome.expected))
  const given = Int32Array.from(sorted, ({ value }) => (value === null ? -1 : code(value)))
  const confidence = Float64Array.from(sorted, (outcome) => outcome.confidence ?? Number.NaN)
  return { values: codes.size, expected, given, confidence }
}

/** Macro-F1, ECE, Brier, then coverage at each precision, as `metrics.ts` defines them. Ticket i counts `weights[i]` times. */
function figuresOf(
  { values, expected, given, confidence }: Sample,
  weights: Int32Array,
  precisions: number[],
): number[] {
  const n = new Float64Array(values)
  const predicted = new Float64Array(values)
  const rightOf = new Float64Array(values)
  const binN = new Float64Array(BINS)
  const binSum = new Float64Array(BINS)
  const coverage = precisions.map(() => 0)
  let withConfidence = 0
  let right = 0
  let squares = 0
  let all = 0
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!
    const isRight = expected[i] === given[i]
    const c = confidence[i]!
    if (w > 0) {
      all += w
      n[expected[i]!]! += w
      if (given[i]! >= 0) predicted[given[i]!]! += w
      if (isRight) rightOf[expected[i]!]! += w
      if (!Number.isNaN(c)) {
        withConfidence += w
        if (isRight) right += w
        squares += w * (c - (isRight ? 1 : 0)) ** 2
        const bin = Math.min(BINS - 1, Math.floor(c * BINS))
        binN[bin]! += w
        binSum[bin]! += w * (c - (isRight ? 1 : 0))
      }
    }
    // Tickets with the same confidence are applied together or not at all.
    if (withConfidence > 0 && confidence[i + 1] !== c)
      for (const [p, precision] of precisions.entries())
        if (right / withConfidence >= precision) coverage[p] = withConfidence
  }
  let f1 = 0
  let classes = 0
  for (let v = 0; v < values; v++) {
    if (n[v] === 0) continue
    classes++
    f1 += (2 * rightOf[v]!) / (n[v]! + predicted[v]!)
  }
  const gap = binSum.reduce((sum, each) => sum + Math.abs(each), 0)
  return [
    classes ? f1 / classes : 0,
    withConfidence ? gap / withConfidence : 0,
    withConfidence ? squares / withConfidence : 0,
    ...coverage.map((applied) => (all ? applied / all : 0)),
  ]
}

/**
 * The middle 95 % of the draws, shifted so that their mean is the figure itself. Drawing again makes some figures
 * systematically larger (a calibration error) or smaller, and the interval might not contain its figure.
 */
function centredInterval(value: number, drawn: number[], n: number): Figure {
  if (drawn.length === 0) return { value, low: 0, high: 1, n }
  const sorted = Float64Array.from(drawn).sort()
  const shift = value - drawn.reduce((sum, each) => sum + each, 0) / drawn.length
  const at = (place: number) => Math.min(1, Math.max(0, sorted[place]! + shift))
  const interval = { low: at(Math.floor(drawn.length * 0.025)), high: at(Math.ceil(drawn.length * 0.975) - 1) }
  if (value !== 0 && value !== 1) return { value, ...interval, n }
  // All correct or all wrong: drawing again gives nothing different, so Wilson's interval sets the width.
  const { low, high } = wilson(value * n, n)
  return { value, low: Math.min(low, interval.low), high: Math.max(high, interval.high), n }
}
