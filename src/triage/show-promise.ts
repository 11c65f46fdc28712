/** A promise as words for people. Pure. */
import type { Promised } from '../classifiers/index.ts'

/** `expected right in 96 % (n = 412)`; rounded down, so that nothing is said to be better than it is. */
export function saysExpected({ expected, n, newest }: Promised): string {
  if (!expected) return `nothing is proven yet (n = ${n})`
  return `expected right in ${percent(expected.share)} (n = ${n})${sinceDrift(newest)}`
}

/** What it takes until values are applied. */
export function saysMissing({ asked, n, missing, newest }: Promised): string {
  const precision = percent(asked)
  if (missing === null)
    return `${precision} right cannot be proven with ${n} handled tickets: the classifier is not sure enough yet${sinceDrift(newest)}`
  return `${precision} right is not proven yet: at least ${missing} more handled tickets are needed (n = ${n})${sinceDrift(newest)}`
}

/** Why a promise shrank by itself. */
const sinceDrift = (newest: number | undefined) =>
  newest === undefined
    ? ''
    : `; only the last ${newest} handled tickets count: they were right less often than those before`

/** Whole where it is whole: a precision of 99.9 % is not shown as 99 %. */
function percent(share: number): string {
  const tenths = Math.floor(Math.min(share, 0.9999) * 1000 + 1e-6) / 10
  return `${Number.isInteger(tenths) || tenths < 99 ? Math.floor(tenths + 1e-6) : tenths} %`
}
