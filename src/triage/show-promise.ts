/** A promise as words for people. Pure. */
import type { Promised } from '../classifiers/index.ts'

/** `expected right in 96 % (n = 412)`; rounded down, so that nothing is said to be better than it is. */
export function saysExpected({ expected, n }: Promised): string {
  return expected ? `expected right in ${percent(expected.share)} (n = ${n})` : `nothing is proven yet (n = ${n})`
}

/** What it takes until values are applied. */
export function saysMissing({ asked, n, missing }: Promised): string {
  const precision = percent(asked)
  if (missing === null)
    return `${precision} right cannot be proven with ${n} handled tickets: the classifier is not sure enough yet`
  return `${precision} right is not proven yet: at least ${missing} more handled tickets are needed (n = ${n})`
}

/** Whole where it is whole: a precision of 99.9 % is not shown as 99 %. */
function percent(share: number): string {
  const tenths = Math.floor(Math.min(share, 0.9999) * 1000 + 1e-6) / 10
  return `${Number.isInteger(tenths) || tenths < 99 ? Math.floor(tenths + 1e-6) : tenths} %`
}
