import { desc, eq } from 'drizzle-orm'
import { connections, decisions, type Tx, tickets } from '../db/index.ts'
import { Rejected } from '../errors.ts'

export type Reviewed = Awaited<ReturnType<typeof loadNewest>>

/** Loads a decision to review. Throws Rejected 404 when there is none, 409 when the ticket has a newer one. */
export async function loadNewest(db: Tx, decisionId: string) {
  const [row] = await db
    .select({ decision: decisions, ticket: tickets, mode: connections.mode, settings: connections.settings })
    .from(decisions)
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .innerJoin(connections, eq(connections.id, decisions.connectionId))
    .where(eq(decisions.id, decisionId))
  if (!row) throw new Rejected(404, `There is no decision ${decisionId}`, { next: 'GET /api/v1/decisions lists them.' })
  const [newest] = await db
    .select({ id: decisions.id })
    .from(decisions)
    .where(eq(decisions.ticketId, row.ticket.id))
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
    .limit(1)
  if (newest && newest.id !== decisionId)
    throw new Rejected(409, 'The ticket has a newer decision', { next: `See /api/v1/decisions/${newest.id}.` })
  return row
}
