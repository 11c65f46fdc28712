/** Every figure carries its n and its 95 % interval. Pure. */
import { wilson } from '../metrics.ts'

/** A value with its 95 % interval; `n` is the number of tickets that it was counted over. */
export type Figure = { value: number; low: number; high: number; n: number }

export function share(right: number, n: number): Figure {
  return { value: n ? right / n : 0, ...wilson(right, n), n }
}

/** The mean of amounts that cannot be negative. The interval needs at least two of them. */
export function mean(values: number[], z = 1.959964): Figure {
  const n = values.length
  const value = n ? values.reduce((sum, each) => sum + each, 0) / n : 0
  const spread = values.reduce((sum, each) => sum + (each - value) ** 2, 0)
  const reach = n > 1 ? z * Math.sqrt(spread / (n - 1) / n) : 0
  return { value, low: Math.max(0, value - reach), high: value + reach, n }
}

/** A share of weights. The interval uses Kish's effective sample size: the number of equally weighted tickets that would be as informative. */
export function weightedShare(tickets: { weight: number; counts: boolean }[]): Figure {
  const sum = (of: (ticket: (typeof tickets)[number]) => number) => tickets.reduce((all, each) => all + of(each), 0)
  const whole = sum(({ weight }) => weight)
  if (whole === 0) return share(0, 0)
  const value = sum(({ weight, counts }) => (counts ? weight : 0)) / whole
  const effective = whole ** 2 / sum(({ weight }) => weight ** 2)
  return { value, ...wilson(value * effective, effective), n: tickets.length }
}

/**
 * F1 is 2J / (1 + J), where J is the share of correct ones among all tickets whose label or answer is this value. It grows with
 * J, so Wilson's interval of J can be converted. Unlike a bootstrap it stays wide when three of three are correct.
 */
export function f1(right: number, n: number, predicted: number): Figure {
  const union = n + predicted - right
  const j = share(right, union)
  const of = (x: number) => (2 * x) / (1 + x)
  return { value: of(j.value), low: of(j.low), high: of(j.high), n: union }
}

/**
 * How much more often the second was correct than the first on the same tickets. Bonett and Price's interval: only tickets on
 * which the two differ count, and it keeps a width even when there are none.
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
