/** Finds a decided ticket with its decision. */
import { and, desc, eq, sql } from 'drizzle-orm'
import { followAll, isWritten, type Labels, mergesOf, withRoute } from '../contract/index.ts'
import { decisions, type Tx, tickets, writebacks } from '../db/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { ownWritesOf } from '../writeback/index.ts'

export type Known = Exclude<Awaited<ReturnType<typeof findTicket>>, null>

/**
 * Finds a ticket with its current decision, and what all of its decisions wrote. The current decision is the newest one in the
 * helpdesk: a later one that was held or skipped changed nothing there.
 */
export async function findTicket(db: Tx, connectionId: string, externalId: string) {
  const found = await db
    .select({ ticket: tickets, decision: decisions, writeback: writebacks })
    .from(tickets)
    .innerJoin(decisions, eq(decisions.ticketId, tickets.id))
    .leftJoin(writebacks, eq(writebacks.decisionId, decisions.id))
    .where(
      and(
        eq(tickets.connectionId, connectionId),
        sql`(${tickets.externalId} = ${externalId} or ${tickets.key} = ${externalId})`,
      ),
    )
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
  const isInHelpdesk = ({ writeback }: (typeof found)[number]) =>
    writeback !== null && (writeback.state === 'sending' || isWritten(writeback.state))
  const current = found.find(isInHelpdesk) ?? found[0]
  if (!current) return null
  return {
    ...current,
    // The helpdesk's own value of a merged one is read as the one that took its place.
    decided: followAll(mergesOf(await currentTaxonomy(db)), decidedFields(current)),
    since: (current.writeback?.writtenAt ?? current.decision.createdAt).toISOString(),
    own: ownWritesOf(found.map((f) => ({ id: f.decision.id, written: f.writeback?.written ?? null }))),
  }
}

// What a person can correct: values that were written, already there, or suggested in a note, but not those held back.
function decidedFields({
  decision,
  writeback,
}: {
  decision: typeof decisions.$inferSelect
  writeback: typeof writebacks.$inferSelect | null
}): Labels {
  if (!writeback || writeback.state === 'failed') return {}
  if (!isWritten(writeback.state)) return writeback.written
  const all = withRoute(decision.values, decision.route)
  return Object.fromEntries(Object.entries(all).filter(([field]) => !Object.hasOwn(writeback.heldBack, field)))
}
