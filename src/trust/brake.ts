/**
 * Ends the automation of a value that is wrong too often. Pure. A sequential test: it looks after every ticket, and may
 * do so without end.
 */

/** A value that is wrong this many times as often as was allowed is what the test is made to find. */
const WORSE = 3
/**
 * When the tickets speak this much more for the worse value. Simulated at 95 %: a value that is wrong in 2.5 % of its
 * tickets is stopped within 1,000 of them in 2 of 100 cases; one that is wrong in 10 % after 91 tickets (median), in
 * 25 % after 20. A single fault never stops it, nor do three in a row.
 */
const ENOUGH = 60

/** After which of these tickets, in their order, the value has to be stopped; null: it goes on. */
export function brakeAt(rights: boolean[], asked: number): number | null {
  const allowed = 1 - asked
  const worse = Math.min(0.95, WORSE * allowed)
  let speaks = 1
  for (const [i, right] of rights.entries()) {
    const ratio = right ? (1 - worse) / (1 - allowed) : worse / allowed
    // never below 1: a good year must not hide a bad week
    speaks = Math.max(1, speaks * ratio)
    if (speaks >= ENOUGH) return i
  }
  return null
}
