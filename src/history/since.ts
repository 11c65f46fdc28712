import { Rejected } from '../errors.ts'

const SPAN_MS: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/** `180d`, `12h`, `26w` before now, or an ISO 8601 time. Throws Rejected 422 for anything else. Pure. */
export function sinceOf(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text.trim()) ?? []
  if (count !== undefined && unit !== undefined) return new Date(now.getTime() - Number(count) * SPAN_MS[unit]!)
  const at = /^\d{4}-\d\d-\d\d([T ]|$)/.test(text) ? new Date(text) : new Date(Number.NaN)
  if (!Number.isNaN(at.getTime())) return at
  const message = `${text.slice(0, 40)} is neither a span nor a time`
  throw new Rejected(422, message, {
    next: 'Give hours, days or weeks, such as 180d, or a time such as 2026-01-31T00:00:00Z.',
    faults: [{ path: 'since', message }],
  })
}
