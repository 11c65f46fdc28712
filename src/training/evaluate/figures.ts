/** Shares with what they are worth: every figure carries its n and its 95 % interval. Pure. */
import { wilson } from '../metrics.ts'

/** `value` with its 95 % interval; `n` is what it was counted over. */
export type Figure = { value: number; low: number; high: number; n: number }

export function share(right: number, n: number): Figure {
  return { value: n ? right / n : 0, ...wilson(right, n), n }
}

/** Of amounts that cannot be negative; two of them at least tell how far they scatter. */
export function mean(values: number[], z = 1.959964): Figure {
  const n = values.length
  const value = n ? values.reduce((sum, each) => sum + each, 0) / n : 0
  const spread = values.reduce((sum, each) => sum + (each - value) ** 2, 0)
  const reach = n > 1 ? z * Math.sqrt(spread / (n - 1) / n) : 0
  return { value, low: Math.max(0, value - reach), high: value + reach, n }
}

/** A share of weights: as many tickets count as would tell as much if all weighed the same (Kish). */
export function weightedShare(tickets: { weight: number; counts: boolean }[]): Figure {
  const sum = (of: (ticket: (typeof tickets)[number]) => number) => tickets.reduce((all, each) => all + of(each), 0)
  const whole = sum(({ weight }) => weight)
  if (whole === 0) return share(0, 0)
  const value = sum(({ weight, counts }) => (counts ? weight : 0)) / whole
  const effective = whole ** 2 / sum(({ weight }) => weight ** 2)
  return { value, ...wilson(value * effective, effective), n: tickets.length }
}

/**
 * F1 is 2J / (1 + J) of the share J of right ones among all tickets that are, or were called, this value: it grows with J,
 * so Wilson's interval of J carries over. Unlike a bootstrap it knows that three right out of three prove little.
 */
export function f1(right: number, n: number, predicted: number): Figure {
  const union = n + predicted - right
  const j = share(right, union)
  const of = (x: number) => (2 * x) / (1 + x)
  return { value: of(j.value), low: of(j.low), high: of(j.high), n: union }
}

/**
 * How much more often the second was right than the first on the same tickets. Bonett and Price's interval: only tickets on
 * which the two differ count, and none of them does not mean certainty.
 */
export function pairedChange(first: boolean[], second: boolean[], z = 1.959964): Figure {
  const n = first.length
  let gained = 0
  let lost = 0
  for (let i = 0; i < n; i++) {
    if (second[i] && !first[i]) gained++
    if (first[i] && !second[i]) lost++
  }
  const up = (gained + 1) / (n + 2)
  const down = (lost + 1) / (n + 2)
  const middle = up - down
  const reach = z * Math.sqrt((up + down - middle ** 2) / (n + 2))
  return {
    value: n ? (gained - lost) / n : 0,
    low: Math.max(-1, middle - reach),
    high: Math.min(1, middle + reach),
    n,
  }
}
