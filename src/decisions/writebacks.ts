/** The write-backs of decisions: planned with the decision, marked before the call, settled after it. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Labels, SettledState } from '../contract/index.ts'
import { type Tx, writebacks } from '../db/index.ts'

export type WritebackResult = {
  state: SettledState
  reason?: string | null
  written?: Labels
  heldBack?: Record<string, string>
  before?: Record<string, string | null>
  changeId?: string | null
  noteId?: string | null
  /** When it was written, by the helpdesk's clock. */
  at?: string
}

/** Leaves the write-back of a new decision. */
export async function planWriteback(tx: Tx, decisionId: string): Promise<void> {
  await tx.insert(writebacks).values({ decisionId, state: 'waiting', written: {}, heldBack: {}, before: {} })
}

/** Before the call: what is about to be written, so that a crash in the middle is recognised. */
export async function markSending(
  db: Tx,
  decisionId: string,
  { set, heldBack, before }: Pick<typeof writebacks.$inferSelect, 'heldBack' | 'before'> & { set: Labels },
) {
  await db
    .update(writebacks)
    .set({
      state: 'sending',
      written: set,
      heldBack,
      before,
      attempts: sql`${writebacks.attempts} + 1`,
      updatedAt: sql`now()`,
    })
    .where(eq(writebacks.decisionId, decisionId))
}

/** What became of a write-back; one that is over already stays as it is. */
export async function settleWriteback(tx: Tx, decisionId: string, result: WritebackResult) {
  await tx
    .update(writebacks)
    .set({
      state: result.state,
      reason: result.reason ?? null,
      // A failure does not tell how far it came: what was about to be written stays noted, to know it again by.
      ...(result.state === 'failed' ? {} : { written: result.written ?? {}, heldBack: result.heldBack ?? {} }),
      ...(result.before ? { before: result.before } : {}),
      changeId: result.changeId ?? null,
      noteId: result.noteId ?? null,
      writtenAt: result.state === 'applied' || result.state === 'suggested' ? new Date(result.at ?? Date.now()) : null,
      updatedAt: sql`now()`,
    })
    .where(and(eq(writebacks.decisionId, decisionId), inArray(writebacks.state, ['waiting', 'sending', 'failed'])))
}
