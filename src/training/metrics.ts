/** Figures of a classifier from its answers and the correct labels. Pure; shares are 0 to 1. */

/** One field of one ticket. `value` null: the classifier gave no answer, which counts as wrong. */
export type Outcome = { expected: string; value: string | null; confidence: number | null }

export type Interval = { low: number; high: number }

export type ClassFigures = {
  value: string
  n: number
  predicted: number
  precision: number
  recall: number
  f1: number
}

export function accuracy(outcomes: Outcome[]): number {
  return outcomes.length ? outcomes.filter(isRight).length / outcomes.length : 0
}

/** Figures for each value that is a label or an answer, most frequent label first. */
export function perClass(outcomes: Outcome[]): ClassFigures[] {
  const tallies = new Map<string, { n: number; predicted: number; right: number }>()
  const tally = (value: string) => {
    let found = tallies.get(value)
    if (!found) {
      found = { n: 0, predicted: 0, right: 0 }
      tallies.set(value, found)
    }
    return found
  }
  for (const { expected, value } of outcomes) {
    tally(expected).n++
    if (value !== null) tally(value).predicted++
    if (value === expected) tally(expected).right++
  }
  return [...tallies]
    .map(([value, { n, predicted, right }]) => ({
      value,
      n,
      predicted,
      precision: predicted ? right / predicted : 0,
      recall: n ? right / n : 0,
      f1: n + predicted ? (2 * right) / (n + predicted) : 0,
    }))
    .sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1))
}

/** Mean F1 of the values that are labels in the test set: other values have no recall. */
export function macroF1(outcomes: Outcome[]): number {
  const classes = perClass(outcomes).filter(({ n }) => n > 0)
  return classes.length ? classes.reduce((sum, { f1 }) => sum + f1, 0) / classes.length : 0
}

export type Confusion = { expected: string; value: string; n: number }

/** Pairs of label and wrong answer, most frequent first; `value` is empty for no answer. */
export function confusion(outcomes: Outcome[]): Confusion[] {
  const pairs = new Map<string, Confusion>()
  for (const outcome of outcomes) {
    if (isRight(outcome)) continue
    const { expected, value } = outcome
    const key = JSON.stringify([expected, value])
    const pair = pairs.get(key)
    if (pair) pair.n++
    else pairs.set(key, { expected, value: value ?? '', n: 1 })
  }
  return [...pairs.values()].sort((a, b) => b.n - a.n)
}

export type Bin = { from: number; to: number; n: number; confidence: number; accuracy: number }

/** The reliability diagram: mean confidence and accuracy in bins of equal width. */
export function reliability(outcomes: Outcome[], bins = 15): Bin[] {
  const sums = Array.from({ length: bins }, () => ({ n: 0, confidence: 0, right: 0 }))
  for (const outcome of outcomes) {
    if (outcome.confidence === null) continue
    const sum = sums[Math.min(bins - 1, Math.floor(outcome.confidence * bins))]!
    sum.n++
    sum.confidence += outcome.confidence
    if (isRight(outcome)) sum.right++
  }
  return sums.map(({ n, confidence, right }, b) => ({
    from: b / bins,
    to: (b + 1) / bins,
    n,
    confidence: n ? confidence / n : 0,
    accuracy: n ? right / n : 0,
  }))
}

/** Expected calibration error; tickets without a confidence are left out. */
export function ece(outcomes: Outcome[], bins = 15): number {
  const all = reliability(outcomes, bins)
  const n = all.reduce((sum, bin) => sum + bin.n, 0)
  return n ? all.reduce((sum, bin) => sum + bin.n * Math.abs(bin.confidence - bin.accuracy), 0) / n : 0
}

/** Mean squared distance of the confidence from the result: 1 for correct, 0 for wrong. */
export function brier(outcomes: Outcome[]): number {
  const known = outcomes.filter(({ confidence }) => confidence !== null)
  const squares = known.map((outcome) => (outcome.confidence! - (isRight(outcome) ? 1 : 0)) ** 2)
  return known.length ? squares.reduce((sum, each) => sum + each, 0) / known.length : 0
}

export type Coverage = { threshold: number; share: number; precision: number; n: number }

/** The share applied at or above a threshold, and how much of it is correct. */
export function coverageAbove(outcomes: Outcome[], threshold: number): Coverage {
  const applied = outcomes.filter((o) => o.confidence !== null && o.confidence >= threshold)
  return {
    threshold,
    share: outcomes.length ? applied.length / outcomes.length : 0,
    precision: applied.length ? applied.filter(isRight).length / applied.length : 0,
    n: applied.length,
  }
}

/**
 * The largest share that can be applied at a precision, with the threshold that gives it; null when no threshold does. The
 * threshold is chosen on these tickets, so it must be measured on others.
 */
export function coverageAt(outcomes: Outcome[], precision: number): Coverage | null {
  const sorted = outcomes.filter((o) => o.confidence !== null).sort((a, b) => b.confidence! - a.confidence!)
  let right = 0
  let found: Coverage | null = null
  for (const [i, outcome] of sorted.entries()) {
    if (isRight(outcome)) right++
    if (sorted[i + 1]?.confidence === outcome.confidence) continue
    const n = i + 1
    if (right / n >= precision)
      found = { threshold: outcome.confidence!, share: n / outcomes.length, precision: right / n, n }
  }
  return found
}

/** Wilson's interval of a share; `z` 1.96 is 95 %, two-sided. */
export function wilson(right: number, n: number, z = 1.959964): Interval {
  if (n === 0) return { low: 0, high: 1 }
  const p = right / n
  const middle = p + (z * z) / (2 * n)
  const reach = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  const scale = 1 + (z * z) / n
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) }
}

/** 95 % interval of any figure by drawing tickets with replacement; the same seed gives the same interval. */
export function bootstrap(
  outcomes: Outcome[],
  figure: (outcomes: Outcome[]) => number,
  { rounds = 500, seed = 1 }: { rounds?: number; seed?: number } = {},
): Interval {
  if (outcomes.length === 0) return { low: 0, high: 1 }
  const random = draws(seed)
  const figures = Array.from({ length: rounds }, () =>
    figure(Array.from(outcomes, () => outcomes[Math.floor(random() * outcomes.length)]!)),
  ).sort((a, b) => a - b)
  return { low: figures[Math.floor(rounds * 0.025)]!, high: figures[Math.ceil(rounds * 0.975) - 1]! }
}

/** How well a score separates inside from outside: the probability that one from inside has the higher score. */
export function auroc(inside: number[], outside: number[]): number {
  const all = [...inside.map((score) => ({ score, in: true })), ...outside.map((score) => ({ score, in: false }))]
  all.sort((a, b) => a.score - b.score)
  let ranks = 0
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]!.score === all[from]!.score) to++
    // Equal scores get the mean of their ranks.
    for (let i = from; i < to; i++) if (all[i]!.in) ranks += (from + to + 1) / 2
    from = to
  }
  return (ranks - (inside.length * (inside.length + 1)) / 2) / (inside.length * outside.length)
}

const isRight = ({ expected, value }: Outcome) => expected === value

/** Pseudo-random numbers from 0 to 1; the same seed gives the same numbers. */
export function draws(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
}
