/**
 * Maps the raw confidence of a model to how often it is right, fitted on decisions with a known outcome. With too few of
 * them there is no curve: the confidence is then "not calibrated yet", and the raw number is never shown as calibrated.
 */
import { z } from 'zod'
import { fitLine, logit, sigmoid } from './line.ts'

/** One decision that a person checked: the model's confidence in its value, and whether the value was right. */
export type Sample = { p: number; right: boolean }

/** Measured with 300 tickets: raw ECE 0.077, Platt 0.031, isotonic 0.037; isotonic needs more tickets to be stable. */
export const PLATT_FROM = 100
const ISOTONIC_FROM = 500

/** A fitted curve, as it is stored. */
export const Curve = z.discriminatedUnion('kind', [
  /** p' = sigmoid(a * logit(p) + b) */
  z.strictObject({ kind: z.literal('platt'), a: z.number(), b: z.number(), n: z.number().int() }),
  /** Straight lines between points that rise in x and y. */
  z.strictObject({
    kind: z.literal('isotonic'),
    points: z.array(z.tuple([z.number(), z.number()])).min(1),
    n: z.number().int(),
  }),
])
export type Curve = z.infer<typeof Curve>

/** Fits a curve; null when there are too few samples. */
export function fitCurve(samples: Sample[]): Curve | null {
  const known = samples.filter(({ p }) => Number.isFinite(p))
  if (known.length < PLATT_FROM) return null
  return known.length < ISOTONIC_FROM ? fitPlatt(known) : fitIsotonic(known)
}

/** The calibrated confidence; null without a curve or without a raw confidence. */
export function applyCurve(curve: Curve | null | undefined, p: number | null): number | null {
  if (!curve || p === null) return null
  if (curve.kind === 'platt') return sigmoid(curve.a * logit(p) + curve.b)
  return interpolate(curve.points, p)
}

/** A weak pull towards the identity, so that a sample with only one outcome has a solution. */
const WEAK = 1e-3

/** With Platt's targets, so that a perfect sample does not give certainty. */
function fitPlatt(samples: Sample[]): Curve {
  const positive = samples.filter(({ right }) => right).length
  const high = (positive + 1) / (positive + 2)
  const low = 1 / (samples.length - positive + 2)
  const rows = samples.map(({ p, right }) => ({ x: logit(p), t: right ? high : low }))
  // the slope stays at or above zero: a surer model is never less right
  const { a, b } = fitLine(rows, { a: WEAK, b: WEAK })
  return a >= 0
    ? { kind: 'platt', a, b, n: samples.length }
    : { kind: 'platt', a: 0, b: fitLine(rows, { b: WEAK }).b, n: samples.length }
}

type Block = { p: number; right: number; n: number }

/** Pool adjacent violators; the share of each block is smoothed by one extra decision, so that it is never 0 or 1. */
function fitIsotonic(samples: Sample[]): Curve {
  const sorted = [...samples].sort((x, y) => x.p - y.p)
  const first: Block[] = []
  for (const { p, right } of sorted) {
    const last = first.at(-1)
    // equal confidences share a block, independent of their order
    if (last && last.p / last.n === p) pool(last, { p, right: right ? 1 : 0, n: 1 })
    else first.push({ p, right: right ? 1 : 0, n: 1 })
  }
  const share = ({ right, n }: Block) => (right + 0.5) / (n + 1)
  const blocks: Block[] = []
  for (const block of poolAdjacent(first, ({ right, n }) => right / n)) blocks.push(block)
  // smoothing can break the order of small neighbouring blocks
  const points = poolAdjacent(blocks, share).map((block): [number, number] => [block.p / block.n, share(block)])
  return { kind: 'isotonic', points, n: samples.length }
}

function poolAdjacent(blocks: Block[], share: (block: Block) => number): Block[] {
  const out: Block[] = []
  for (const block of blocks) {
    out.push({ ...block })
    while (out.length > 1 && share(out.at(-2)!) >= share(out.at(-1)!)) {
      const last = out.pop()!
      pool(out.at(-1)!, last)
    }
  }
  return out
}

function pool(into: Block, block: Block) {
  into.p += block.p
  into.right += block.right
  into.n += block.n
}

function interpolate(points: [number, number][], p: number): number {
  const next = points.findIndex(([x]) => x >= p)
  if (next === 0) return points[0]![1]
  if (next < 0) return points.at(-1)![1]
  const [x0, y0] = points[next - 1]!
  const [x1, y1] = points[next]!
  return y0 + ((y1 - y0) * (p - x0)) / (x1 - x0)
}
