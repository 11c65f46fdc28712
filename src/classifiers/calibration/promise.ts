/**
 * From which confidence on the values of a field are as often right as was asked for, as far as handled tickets prove it.
 * Pure: every classifier and mode answers to the same rule.
 */
import type { Handled, TrackRecord } from '../../contract/index.ts'
import { PLATT_FROM } from './curve.ts'
import { fitLine, type Line, logit, sigmoid } from './line.ts'

/** What may be promised. Shares are 0 to 1. */
export type Promised = {
  /** The precision that was asked for. */
  asked: number
  /** Values with this confidence or a higher one are applied; null: nothing is proven yet. */
  threshold: number | null
  /** How often values above the threshold are expected to be right, with its interval; null: nothing is proven yet. */
  expected: { share: number; low: number; high: number } | null
  /** The handled tickets behind it: those above the threshold, or all where nothing is proven yet. */
  n: number
  /** How many more handled tickets it takes at least; null: more of the same do not help, the classifier must be surer. */
  missing: number | null
  /** Set where only so many of the newest handled tickets count: they were right less often than the older ones promised. */
  newest?: number
}

/**
 * How far a calibrated confidence may be off from one desk to another, as standard deviations of slope and level. Narrower
 * ones applied no more on 210 draws of 50 to 1,000 labels, and broke the promise where new tickets are unlike the examples.
 */
const PRIOR = { a: 1, b: 1 / 1.5 ** 2 }
/** One-sided 90 %: the promise may be broken at one desk of ten. */
const Z = 1.2815515655446004
/** How far the plain count of right tickets may leave the precision open: it knows nothing of the confidences. */
const OPEN = 0.03

/**
 * The lowest threshold at which the lower bound of the expected precision reaches what was asked for. The bound is that of
 * the calibrated confidences, adjusted to what people found: a few lucky tickets do not move it, so that it can be known
 * from few. The plain count of right tickets must not contradict it.
 */
export function promise({ handled: all, calibrated }: TrackRecord, asked: number): Promised {
  const handled = sinceDrift(all)
  const drift = handled.length < all.length ? { newest: handled.length } : {}
  const unproven = { asked, threshold: null, expected: null, n: handled.length, ...drift }
  if (!calibrated) return { ...unproven, missing: Math.max(PLATT_FROM - handled.length, 1) }
  const sorted = handled.toSorted((x, y) => y.confidence - x.confidence)
  const steps = stepsOf(sorted)
  let found: Step | null = null
  for (const step of steps) if (step.low >= asked && lowerBound(step.right, step.n) >= asked - OPEN) found = step
  if (!found) return { ...unproven, missing: missing(steps, asked) }
  const { threshold, n, share, low, high } = found
  return { asked, threshold, expected: { share, low, high }, n, missing: 0, ...drift }
}

/** How many of the newest tickets are compared with all before them, the most first. */
const WINDOWS = [400, 200, 100, 50]
/** One-sided 99 %: at a desk where nothing changes, a promise shrinks without need in one of some fifty looks. */
const DRIFT_Z = 2.326

/**
 * The newest tickets, where they were right clearly less often than the older ones let expect at the same confidences. The
 * longest stretch counts: it is the surest, and shorter ones are part of it.
 */
function sinceDrift(handled: Handled[]): Handled[] {
  for (const size of WINDOWS) {
    const older = handled.slice(0, -size)
    if (older.length < size) continue
    const line = lineOf(older)
    let expected = 0
    let variance = 0
    let right = 0
    const newest = handled.slice(-size)
    for (const ticket of newest) {
      const p = sigmoid(line.a * logOdds(ticket.confidence) + line.b)
      expected += p
      variance += p * (1 - p)
      if (isRight(ticket)) right++
    }
    // what is expected comes from tickets too
    if (expected - right > DRIFT_Z * Math.sqrt(variance * (1 + size / older.length))) return newest
  }
  return handled
}

/** All tickets with at least the confidence `threshold`. */
type Step = { threshold: number; n: number; right: number; share: number; low: number; high: number; reach: number }

/** One step for each different confidence, the highest first. */
function stepsOf(sorted: Handled[]): Step[] {
  const line = lineOf(sorted)
  const steps: Step[] = []
  let right = 0
  let sum = 0
  let bend = 0
  let pull = 0
  for (const [i, ticket] of sorted.entries()) {
    const x = logOdds(ticket.confidence)
    const p = sigmoid(line.a * x + line.b)
    if (isRight(ticket)) right++
    sum += p
    bend += p * (1 - p)
    pull += p * (1 - p) * x
    const n = i + 1
    if (sorted[n]?.confidence === ticket.confidence) continue
    const share = sum / n
    // the delta method: how far the mean moves with the line
    const variance = (pull ** 2 * line.varA + 2 * pull * bend * line.cov + bend ** 2 * line.varB) / n ** 2
    const reach = Z * Math.sqrt(Math.max(0, variance))
    steps.push({
      threshold: ticket.confidence,
      n,
      right,
      share,
      low: share - reach,
      high: Math.min(1, share + reach),
      reach,
    })
  }
  return steps
}

function lineOf(sorted: Handled[]): Line {
  const rows = sorted.map((ticket) => ({ x: logOdds(ticket.confidence), t: isRight(ticket) ? 1 : 0 }))
  const line = fitLine(rows, PRIOR)
  // a surer classifier is never less right
  return line.a >= 0 ? line : fitLine(rows, { b: PRIOR.b })
}

const isRight = ({ value, expected }: Handled) => value === expected

/** A confidence of 1 is a rounded one: it must not count without limit. */
const logOdds = (confidence: number) => logit(Math.min(Math.max(confidence, 1e-4), 1 - 1e-4))

const NO_END = 100_000

/** If all further tickets were right: as many as the count needs, and as many as make the bound narrow enough. */
function missing(steps: Step[], asked: number): number | null {
  const byCount = (right: number, n: number) => {
    let more = 0
    for (let stride = 1 << 16; stride >= 1; stride >>= 1)
      if (lowerBound(right + more + stride - 1, n + more + stride - 1) < asked - OPEN) more += stride
    return more
  }
  if (steps.length === 0) return byCount(0, 0)
  const needed = steps.map(({ n, right, share, reach }) => {
    if (share <= asked) return NO_END
    const byBound = Math.ceil(n * ((reach / (share - asked)) ** 2 - 1))
    return Math.max(byCount(right, n), byBound, 1)
  })
  const fewest = needed.reduce((a, b) => Math.min(a, b), NO_END)
  return fewest < NO_END ? fewest : null
}

/** Wilson's lower bound of a share, one-sided. */
function lowerBound(right: number, n: number): number {
  if (n === 0) return 0
  const p = right / n
  return (p + (Z * Z) / (2 * n) - Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))) / (1 + (Z * Z) / n)
}
