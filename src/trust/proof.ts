/** What handled tickets prove about one value of a field. Pure. */

/** How sure a proof is: 95 %, one-sided. */
const DOUBT = 0.05

export type Proof = {
  /** Handled tickets, and how many of them were right. */
  n: number
  right: number
  /** The share of right ones is at least this, with 95 % certainty (Clopper and Pearson). */
  low: number
  /** How many more handled tickets without a fault prove what is asked for; 0: it is proven. */
  missing: number
}

/** Is the value right in `asked` (0 to 1) of all tickets? 59 tickets without a fault prove 95 %. */
export function prove({ n, right }: { n: number; right: number }, asked: number): Proof {
  const wrong = n - right
  const isProven = (tickets: number) => tickets > 0 && atMost(wrong, tickets, 1 - asked) <= DOUBT
  return { n, right, low: lowerBound(n, wrong), missing: smallest((more) => isProven(n + more)) }
}

function lowerBound(n: number, wrong: number): number {
  if (n === wrong) return 0
  let [low, high] = [0, 1]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (atMost(wrong, n, 1 - middle) <= DOUBT) low = middle
    else high = middle
  }
  return low
}

/** The first number for which `holds`, which stays true from there on. */
function smallest(holds: (n: number) => boolean): number {
  if (holds(0)) return 0
  let high = 1
  while (!holds(high)) high *= 2
  let low = high / 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}

/** How likely `n` tickets have at most `k` faults, when each has one with the probability `p`. */
function atMost(k: number, n: number, p: number): number {
  if (p <= 0 || k >= n) return 1
  if (p >= 1) return 0
  let term = n * Math.log1p(-p)
  let sum = Math.exp(term)
  for (let i = 1; i <= k; i++) {
    term += Math.log((n - i + 1) / i) + Math.log(p / (1 - p))
    sum += Math.exp(term)
  }
  return Math.min(1, sum)
}
