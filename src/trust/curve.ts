/** What a classifier's handled tickets say of it: how reliable its confidences are, and what each asked precision would automate. Pure. */
import { type Promised, promise } from '../classifiers/index.ts'
import type { Handled, TrackRecord } from '../contract/index.ts'

const ASKED = [0.8, 0.85, 0.9, 0.92, 0.95, 0.97, 0.98, 0.99]
const BINS = 10

/** Of the tickets with a confidence between `from` and `to`: how sure the classifier was, and how many were right. */
export type Bin = { from: number; to: number; n: number; right: number; confidence: number }

/** Equally wide bins; those without a ticket are left out. */
export function reliability(handled: Handled[]): Bin[] {
  return Array.from({ length: BINS }, (_, i) => {
    const [from, to] = [i / BINS, (i + 1) / BINS]
    const own = handled.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === i)
    const right = own.filter(({ value, expected }) => value === expected).length
    const confidence = own.reduce((sum, one) => sum + one.confidence, 0) / own.length
    return { from, to, n: own.length, right, confidence }
  }).filter(({ n }) => n > 0)
}

/** What would be automated if so much were asked: the share of all handled tickets, and of those of each value. */
export type Step = Promised & { automated: number; byValue: Record<string, number> }

/** One step for each precision that may be asked for, the lowest first; `asked` is one of them. */
export function ladder(record: TrackRecord, asked: number): Step[] {
  const steps = [...new Set([...ASKED, asked])].sort((a, b) => a - b)
  const values = [...new Set(record.handled.map(({ value }) => value))].sort()
  return steps.map((asked) => {
    const promised = promise(record, asked)
    const share = (handled: Handled[]) => {
      const { threshold } = promised
      if (threshold === null || handled.length === 0) return 0
      return handled.filter(({ confidence }) => confidence >= threshold).length / handled.length
    }
    const byValue = values.map((value) => [value, share(record.handled.filter((one) => one.value === value))])
    return { ...promised, automated: share(record.handled), byValue: Object.fromEntries(byValue) }
  })
}
