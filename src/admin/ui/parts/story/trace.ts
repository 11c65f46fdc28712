/** The parts of a decision's trace that the story shows. It is stored as it was, so that old ones may lack something. */
import type { Story } from '../../api.ts'

export type Gate = {
  field: string
  confidence: number | null
  /** Null: nothing is proven yet. */
  threshold: number | null
  passed: boolean
  why?: string
  /** Absent: the threshold is a setting. */
  promise?: {
    asked: number
    expected: { share: number; low: number; high: number } | null
    n: number
    missing: number | null
  }
}
type Trace = {
  prepared?: { dropped?: { what: string; characters: number }[]; masked?: string[] }
  rules?: {
    decided?: Record<string, { value: string; rule: string }>
    guards?: { rule?: string; field?: string }[]
    skip?: { reason: string; rule: string } | null
    flags?: string[]
  }
  gates?: Gate[]
  signs?: unknown[]
}

export function traceOf(trace: Story['trace']) {
  const { prepared = {}, rules = {}, gates = [], signs = [] } = trace as Trace
  const decided = Object.entries(rules.decided ?? {}).map(([field, { rule, value }]) => ({ field, rule, value }))
  const guards = (rules.guards ?? []).flatMap(({ rule }) => rule ?? [])
  return {
    dropped: prepared.dropped ?? [],
    masked: prepared.masked?.length ?? 0,
    decided,
    others: [...new Set([...guards, ...(rules.flags ?? []), ...(rules.skip ? [rules.skip.rule] : [])])],
    gates: new Map(gates.map((gate) => [gate.field, gate])),
    signs: signs.length,
  }
}
