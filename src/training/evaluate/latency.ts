/** How long answers took. Pure. */
type Quantile = { ms: number; low: number; high: number }
export type Latency = {
  n: number
  mean: number
  p50: Quantile
  p95: Quantile
  p99: Quantile
  max: number
  /** Bins of equal width on a logarithmic scale. */
  histogram: { from: number; to: number; n: number }[]
}

const BINS = 24

export function latencyOf(ms: number[]): Latency | null {
  if (ms.length === 0) return null
  const sorted = [...ms].sort((a, b) => a - b)
  return {
    n: sorted.length,
    mean: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1)!,
    histogram: histogram(sorted),
  }
}

/** The interval lies between two order statistics, found with the binomial distribution: no shape of the latency is assumed. */
function quantile(sorted: number[], p: number): Quantile {
  const n = sorted.length
  const reach = 1.959964 * Math.sqrt(n * p * (1 - p))
  const at = (rank: number) => sorted[Math.min(n - 1, Math.max(0, Math.ceil(rank) - 1))]!
  return { ms: at(n * p), low: at(n * p - reach), high: at(n * p + reach) }
}

function histogram(sorted: number[]): Latency['histogram'] {
  // The clock resolves microseconds at best; smaller values would only show its rounding.
  const first = Math.log(Math.max(0.001, sorted[0]!))
  const last = Math.max(first + 0.01, Math.log(Math.max(0.001, sorted.at(-1)!)))
  const width = (last - first) / BINS
  const bins = Array.from({ length: BINS }, (_, b) => ({
    from: Math.exp(first + b * width),
    to: Math.exp(first + (b + 1) * width),
    n: 0,
  }))
  for (const ms of sorted) {
    const place = Math.floor((Math.log(Math.max(0.001, ms)) - first) / width)
    bins[Math.min(BINS - 1, Math.max(0, place))]!.n++
  }
  return bins
}
