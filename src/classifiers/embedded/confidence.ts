/**
 * How far an answer is to be trusted: the chance that it is right, learnt from tickets that were judged by a model which
 * had not seen them; and how strange the ticket is, by its rank among known tickets.
 */
import { fitLogistic, logistic, logit } from './logistic.ts'

/** What a field's model says of one ticket, before calibration. */
export type Signs = {
  /** Probability of the chosen value. */
  probability: number
  /** Its one-vs-rest score: low when the ticket is like no class, whatever the probabilities say. */
  score: number
  /** Share of words never seen. */
  unknown: number
}

/** A held-out ticket: its signs, and whether the choice was right. */
export type Judged = Signs & { right: boolean }

export type Confidence = {
  coefficients: number[]
  /** Quantiles of `homeliness` among known tickets, from strange to plain. */
  home: Float32Array
  /** Held-out tickets as confidence (15 bits) and outcome (lowest bit), in order of confidence. */
  curve: Uint16Array
}

/**
 * Known scores and known words both say that a ticket is at home: AUROC 95 and 90 alone on texts from outside a desk, 96
 * together. The lead over the second value and the likeness to the nearest known ticket add nothing to them.
 */
export const homeliness = ({ score, unknown }: Signs) => score - 1.5 * unknown

const inputsOf = (signs: Signs) => [logit(signs.probability), signs.unknown]
const PRIOR = [1, 0, 0]
const QUANTILES = 100
/** Steps of a stored confidence. */
const LEVELS = 32767

export function fitConfidence(judged: Judged[]): Confidence {
  const samples = judged.map((j) => ({ inputs: inputsOf(j), outcome: j.right ? 1 : 0, weight: 1 }))
  let coefficients = fitLogistic(samples, PRIOR, 1)
  // Unknown words never speak for an answer; where a small desk seems to say so, they are left out.
  if (coefficients[1]! > 0) {
    const [slope, shift] = fitLogistic(
      samples.map((sample) => ({ ...sample, inputs: sample.inputs.slice(0, 1) })),
      [1, 0],
      1,
    )
    coefficients = [slope!, 0, shift!]
  }
  const sorted = Float64Array.from(judged, homeliness).sort()
  const home = Float32Array.from({ length: QUANTILES + 1 }, (_, q) =>
    sorted.length ? sorted[Math.round((q / QUANTILES) * (sorted.length - 1))]! : 0,
  )
  return { coefficients, home, curve: curveOf(coefficients, judged) }
}

/** The chance that the chosen value is right. */
export function calibrate({ coefficients }: Confidence, signs: Signs): number {
  return logistic(coefficients, inputsOf(signs))
}

/** Share of known tickets that are more at home than this one: 0.99 is stranger than nearly all. */
export function strangeness({ home }: Confidence, signs: Signs): number {
  const value = homeliness(signs)
  let low = 0
  let high = home.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (home[middle]! < value) low = middle + 1
    else high = middle
  }
  return 1 - low / home.length
}

/** What training promised counts as much as this many handled tickets. */
const PROMISED = 50
/** From so many handled tickets on they say by themselves how steep the curve is, and where the threshold lies. */
const ENOUGH_FOR_SLOPE = 200

/**
 * Moves the calibration to tickets that agents handled. Each of them is counted twice: with what came out, and with what
 * was promised for it; without the promise, 50 tickets from another stream made the calibration worse, not better. Few of
 * them only lower or lift all chances alike: a slope fitted to 50 outcomes is luck.
 */
export function recalibrate(confidence: Confidence, handled: Judged[]): Confidence {
  const weight = Math.min(1, PROMISED / handled.length)
  const enough = handled.length >= ENOUGH_FOR_SLOPE
  const promised = handled.map((ticket) => calibrate(confidence, ticket))
  const [slope, shift] = enough ? fitSlope(handled, promised, weight) : [1, fitShift(handled, promised, weight)]
  const coefficients = confidence.coefficients.map((c) => c * slope)
  coefficients[coefficients.length - 1]! += shift
  const now = curveOf(coefficients, handled)
  if (enough) return { ...confidence, coefficients, curve: now }
  const moved = Array.from(confidence.curve, (point) => logistic([slope, shift], [logit((point >> 1) / LEVELS)]))
  return { ...confidence, coefficients, curve: Uint16Array.from([...expectedOf(moved), ...now]).sort() }
}

function fitSlope(handled: Judged[], promised: number[], weight: number): [number, number] {
  const samples = handled.flatMap(({ right }, k) => {
    const inputs = [logit(promised[k]!)]
    return [
      { inputs, outcome: right ? 1 : 0, weight: 1 },
      { inputs, outcome: promised[k]!, weight },
    ]
  })
  const [slope, shift] = fitLogistic(samples, [1, 0], 0.1)
  return [slope!, shift!]
}

/** Log odds to add to every promise, so that together they come to what is expected of the handled tickets. */
function fitShift(handled: Judged[], promised: number[], weight: number): number {
  const right = handled.filter((ticket) => ticket.right).length
  const all = promised.reduce((sum, p) => sum + p, 0)
  const wanted = (right + weight * all) / (1 + weight)
  let low = -10
  let high = 10
  for (let round = 0; round < 40; round++) {
    const shift = (low + high) / 2
    if (promised.reduce((sum, p) => sum + logistic([1, shift], [logit(p)]), 0) < wanted) low = shift
    else high = shift
  }
  return (low + high) / 2
}

/**
 * Tickets with these chances, as many of them right as the chances say: how the held-out tickets of training came out no longer
 * counts where handled ones came out otherwise.
 */
function expectedOf(chances: number[]): number[] {
  let carry = 0
  return chances
    .toSorted((a, b) => a - b)
    .map((chance) => {
      carry += chance
      const right = carry >= 1
      if (right) carry -= 1
      return (Math.floor(chance * LEVELS) << 1) | (right ? 1 : 0)
    })
}

/** None of a few held-out tickets may be wrong by luck alone: as if so many more had been. */
const UNLUCKY = 2
/** How far the held-out tickets may speak against the promise: what lies within is their own noise. */
const LEEWAY = 0.02

/**
 * The lowest confidence above which `precision` of the held-out tickets were right, half by their outcomes, half by their
 * calibrated chances, and the share of them above it. The chances are a smooth curve that a handful of lucky tickets does not
 * move: by outcomes alone half of all desks with 100 tickets and three in ten with 300 were promised 95 % and got less than
 * 94. `safe`: by the Wilson lower bound of the outcomes, one-sided 90 %. Null when no confidence is enough.
 */
export function thresholdFor(
  { curve }: Confidence,
  precision: number,
  safe = false,
): { threshold: number; share: number } | null {
  let right = 0
  let promised = 0
  let found: { threshold: number; share: number } | null = null
  for (let i = curve.length - 1; i >= 0; i--) {
    right += curve[i]! & 1
    promised += (curve[i]! >> 1) / LEVELS
    const n = curve.length - i
    if (i > 0 && curve[i]! >> 1 === curve[i - 1]! >> 1) continue
    const kept = (promised + right) / (2 * n) >= precision && right / (n + UNLUCKY) >= precision - LEEWAY
    if (kept && (!safe || wilsonLower(right, n) >= precision))
      found = { threshold: (curve[i]! >> 1) / LEVELS, share: n / curve.length }
  }
  return found
}

/** One-sided 90 %. */
function wilsonLower(right: number, n: number): number {
  const z = 1.2815515655446004
  const p = right / n
  return (p + (z * z) / (2 * n) - z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n)
}

function curveOf(coefficients: number[], judged: Judged[]): Uint16Array {
  return Uint16Array.from(judged, (j) => {
    const level = Math.floor(logistic(coefficients, inputsOf(j)) * LEVELS)
    return (level << 1) | (j.right ? 1 : 0)
  }).sort()
}
