/** The best of the candidates, and how sure it is. Pure. */
import type { Candidate, Confidence } from './types.ts'

const MOST = 0.8
const HALF = 0.5

/** Best first: what is used, what covers our values, what has the right name. Those that cover too little are out. */
export function ranked(candidates: Candidate[]): Candidate[] {
  const good = candidates.filter(({ coverage }) => coverage >= HALF)
  return good.sort((a, b) => {
    const keys = [a, b].map((one) => [
      one.doubts.length > 0 ? 0 : 1,
      one.rare ? 0 : 1,
      one.coverage >= MOST ? 1 : 0,
      one.named ? 1 : 0,
      one.coverage,
    ])
    const differ = keys[0]!.findIndex((value, i) => value !== keys[1]![i])
    return differ < 0 ? 0 : keys[1]![differ]! - keys[0]![differ]!
  })
}

/** Another candidate that is as good: only a person can tell which one is meant. */
export function rivalOf(best: Candidate, others: Candidate[]): Candidate | undefined {
  return others.find(
    (other) =>
      other !== best &&
      other.named === best.named &&
      other.rare === best.rare &&
      other.doubts.length === best.doubts.length &&
      Math.abs(other.coverage - best.coverage) < 0.01,
  )
}

export function confidenceOf(best: Candidate, rival: Candidate | undefined): Confidence {
  if (best.coverage < HALF) return 'no'
  // A field that nobody uses may be new, and made for this; half of the values may match by chance. The name must say so.
  const isDoubtful = (best.rare && best.target.to === 'field') || best.coverage < MOST
  return best.doubts.length > 0 || (isDoubtful && !best.named) || rival ? 'ask' : 'propose'
}
