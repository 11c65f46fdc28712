/** Finds the changes that are overrides, and records them. */
import { and, eq, sql } from 'drizzle-orm'
import type { Change } from '../contract/index.ts'
import { overrides, type Tx, uuidv7 } from '../db/index.ts'
import { isOwnWrite } from '../writeback/index.ts'
import { judge } from './judge.ts'
import type { Known } from './known.ts'

/** A change by which a person corrected a decision. */
export type Override = { change: Change; before: string; after: string | null; minutesAfter: number }

/** Finds the changes that correct the decision, and those that agree with it. */
export function findOverrides(known: Known, changes: Change[]): { found: Override[]; agreed: Change[] } {
  const found: Override[] = []
  const agreed: Change[] = []
  for (const change of changes) {
    const judged = judge(change, known)
    if (judged.kind === 'agreed') agreed.push(change)
    if (judged.kind !== 'override') continue
    const { before, after } = judged
    const minutesAfter = Math.max(0, (Date.parse(change.at) - Date.parse(known.since)) / 60_000)
    found.push({ change, before, after, minutesAfter })
  }
  return { found, agreed }
}

/** Would these changes teach something, if a person made them? */
export function mayTeach(known: Known, changes: Change[]): boolean {
  return changes.some((change) => {
    if (change.by.kind === 'robot' || isOwnWrite(change, known.own)) return false
    return judge({ ...change, by: { ...change.by, kind: 'person' } }, known).kind !== 'none'
  })
}

/** Records the overrides that are new: a change may come in several events, and again in the history. */
export async function recordOverrides(tx: Tx, known: Known, found: Override[]): Promise<Override[]> {
  const recorded: Override[] = []
  for (const override of found) {
    const { change, before, after, minutesAfter } = override
    const duplicates = await tx
      .select({ id: overrides.id })
      .from(overrides)
      .where(
        and(
          eq(overrides.ticketId, known.ticket.id),
          eq(overrides.field, change.field),
          sql`${overrides.after} is not distinct from ${after}`,
          sql`abs(extract(epoch from ${overrides.at} - ${change.at}::timestamptz)) < 5`,
        ),
      )
    if (duplicates.length > 0) continue
    const inserted = await tx
      .insert(overrides)
      .values({
        id: uuidv7(),
        ticketId: known.ticket.id,
        decisionId: known.decision.id,
        field: change.field,
        before,
        after,
        who: change.by.id,
        at: new Date(change.at),
        minutesAfter,
        // The same event may come again under another id, but its action stays the same.
        changeKey: change.action ?? change.id ?? `${change.at}:${change.toRaw}`,
      })
      .onConflictDoNothing()
      .returning({ id: overrides.id })
    if (inserted.length > 0) recorded.push(override)
  }
  return recorded
}
