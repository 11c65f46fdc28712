import type { Change, Labels } from '../contract/index.ts'
import type { labels } from '../db/index.ts'
import type { Verdict } from '../trust/index.ts'
import type { Override } from './overrides.ts'

type Label = typeof labels.$inferInsert

/** What the person did with each decided value, the newest last; a value that was only left alone is no verdict. Pure. */
export function verdictsOf(
  { recorded, agreed, labels }: { recorded: Override[]; agreed: Change[]; labels: Label[] },
  decided: Labels,
): Verdict[] {
  const confirmed = labels.filter(
    ({ field, value, provenance }) => provenance === 'confirmed' && decided[field] === value,
  )
  const verdicts: Verdict[] = [
    ...recorded.map(({ change: { field, at } }) => ({
      field,
      kind: 'overridden' as const,
      right: false,
      at: new Date(at),
    })),
    ...agreed.map(({ field, at }) => ({ field, kind: 'confirmed' as const, right: true, at: new Date(at) })),
    ...confirmed.map(({ field, at }) => ({ field, kind: 'confirmed' as const, right: true, at })),
  ]
  return verdicts.toSorted((a, b) => a.at.getTime() - b.at.getTime())
}
