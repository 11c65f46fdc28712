import { eq, sql } from 'drizzle-orm'
import type { Prepared, Ticket } from '../contract/index.ts'
import { type Tx, tickets, uuidv7 } from '../db/index.ts'

/** Our row of the ticket, made or brought up to date. */
export async function saveTicket(tx: Tx, connectionId: string, ticket: Ticket, prepared: Prepared): Promise<string> {
  const seen = {
    key: ticket.key,
    url: ticket.url,
    subject: prepared.subject,
    text: prepared.text,
    language: prepared.language.code,
    metadata: prepared.metadata,
    seenAt: sql`now()`,
  }
  const createdAt = ticket.createdAt ? new Date(ticket.createdAt) : new Date()
  const [row] = await tx
    .insert(tickets)
    .values({
      id: uuidv7(),
      connectionId,
      externalId: ticket.id,
      createdAt,
      status: ticket.status.done ? 'done' : 'open',
      ...seen,
    })
    .onConflictDoUpdate({ target: [tickets.connectionId, tickets.externalId], set: seen })
    .returning({ id: tickets.id })
  return row!.id
}

/** What a helpdesk said last of the state of a ticket; a reason only where it was removed. */
export async function markTicket(
  tx: Tx,
  ticketId: string,
  state: { status: 'open' | 'done' } | { status: 'removed'; removedWhy: string },
): Promise<void> {
  await tx
    .update(tickets)
    .set({ removedWhy: null, ...state })
    .where(eq(tickets.id, ticketId))
}
