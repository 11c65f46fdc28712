import { and, desc, eq, sql } from 'drizzle-orm'
import { decisions, deliveries, type Tx, tickets } from '../db/index.ts'

/** A delivery with what became of it. */
export type Arrival = {
  id: string
  receivedAt: Date
  event: string
  repeats: number
  state: string
  reason: string | null
  /** Null: the event is about no ticket, or nothing is known of the ticket yet. */
  ticket: { key: string; subject: string; createdAt: Date } | null
  decision: { id: string; at: Date } | null
}

/** The last deliveries of a connection, newest first. `refused`: only those that could not be taken. */
export async function listArrivals(
  db: Tx,
  connectionId: string,
  { refused, limit }: { refused: boolean; limit: number },
): Promise<Arrival[]> {
  const found = await db
    .select({ delivery: deliveries, ticket: tickets, decision: { id: decisions.id, at: decisions.createdAt } })
    .from(deliveries)
    // Thin bodies name a ticket by its key: those are listed without it.
    .leftJoin(
      tickets,
      and(eq(tickets.connectionId, deliveries.connectionId), eq(tickets.externalId, deliveries.ticketId)),
    )
    .leftJoin(decisions, eq(decisions.cause, sql`'delivery:' || ${deliveries.id}`))
    .where(and(eq(deliveries.connectionId, connectionId), refused ? sql`${deliveries.event} = 'rejected'` : undefined))
    .orderBy(desc(deliveries.receivedAt))
    .limit(limit)
  return found.map(({ delivery: { id, receivedAt, event, repeats, state, reason }, ticket, decision }) => ({
    id,
    receivedAt,
    event,
    repeats,
    state,
    reason,
    ticket: ticket && { key: ticket.key, subject: ticket.subject, createdAt: ticket.createdAt },
    decision,
  }))
}
