/** The rows of write-backs: added with the decision, marked before the call to the helpdesk, settled after it. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import { isWritten, type Labels, OPEN_WRITEBACK_STATES, type SettledState } from '../contract/index.ts'
import { type Tx, writebacks } from '../db/index.ts'

/** The result of a write-back, as it is stored. */
export type WritebackResult = {
  state: SettledState
  reason?: string | null
  written?: Labels
  heldBack?: Record<string, string>
  before?: Record<string, string | null>
  changeId?: string | null
  noteId?: string | null
  /** The time of the write by the helpdesk's clock. */
  at?: string
}

/** Adds the write-back of a new decision. */
export async function planWriteback(tx: Tx, decisionId: string): Promise<void> {
  await tx.insert(writebacks).values({ decisionId, state: 'waiting', written: {}, heldBack: {}, before: {} })
}

/** Stores, before the call, what is about to be written, so that a crash during the call is recognised. */
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

/** Ends all write-backs of a connection that are not settled. Returns how many. */
export async function endWritebacks(tx: Tx, connectionId: string, reason: string): Promise<number> {
  const ended = await tx
    .update(writebacks)
    .set({
      state: 'skipped',
      reason: sql`case when ${writebacks.state} = 'sending' then ${`${reason} during the write, which may have arrived`} else ${reason} end`,
      updatedAt: sql`now()`,
    })
    .where(
      and(
        inArray(writebacks.state, [...OPEN_WRITEBACK_STATES]),
        sql`exists (select 1 from decisions d where d.id = ${writebacks.decisionId} and d.connection_id = ${connectionId})`,
      ),
    )
    .returning({ id: writebacks.decisionId })
  return ended.length
}

/** Stores the result of a write-back. One that has already ended without failing does not change. */
export async function settleWriteback(tx: Tx, decisionId: string, result: WritebackResult) {
  await tx
    .update(writebacks)
    .set({
      state: result.state,
      reason: result.reason ?? null,
      // After a failure it is unknown what was written: the stored values stay, so that our own changes are recognised.
      ...(result.state === 'failed' ? {} : { written: result.written ?? {}, heldBack: result.heldBack ?? {} }),
      ...(result.before ? { before: result.before } : {}),
      changeId: result.changeId ?? null,
      noteId: result.noteId ?? null,
      writtenAt: isWritten(result.state) ? new Date(result.at ?? Date.now()) : null,
      updatedAt: sql`now()`,
    })
    .where(and(eq(writebacks.decisionId, decisionId), inArray(writebacks.state, [...OPEN_WRITEBACK_STATES, 'failed'])))
}
