/** A ticket of ours with what we decided for it. */
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Labels } from '../contract/index.ts'
import { decisions, type Tx, tickets, writebacks } from '../db/index.ts'
import { ourWrites } from '../writeback/index.ts'

export type Known = Exclude<Awaited<ReturnType<typeof findTicket>>, null>

/**
 * The ticket with the decision in force, and what all of its decisions wrote. In force is the newest that stands in the
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
  const carried = ['sending', 'applied', 'suggested']
  const inForce = found.find(({ writeback }) => writeback && carried.includes(writeback.state)) ?? found[0]
  if (!inForce) return null
  return {
    ...inForce,
    decided: decidedFields(inForce),
    since: (inForce.writeback?.writtenAt ?? inForce.decision.createdAt).toISOString(),
    ours: ourWrites(found.map((f) => ({ id: f.decision.id, written: f.writeback?.written ?? null }))),
  }
}

// What a person could have corrected: what we wrote, found there already or suggested in a note; not what was held back.
function decidedFields({
  decision,
  writeback,
}: {
  decision: typeof decisions.$inferSelect
  writeback: typeof writebacks.$inferSelect | null
}): Labels {
  if (!writeback || writeback.state === 'failed') return {}
  if (writeback.state !== 'applied' && writeback.state !== 'suggested') return writeback.written
  const { group, assignee } = decision.route ?? {}
  const all = { ...decision.values, ...(group ? { group } : {}), ...(assignee ? { assignee } : {}) }
  return Object.fromEntries(Object.entries(all).filter(([field]) => !Object.hasOwn(writeback.heldBack, field)))
}
