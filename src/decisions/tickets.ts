import { eq, sql } from 'drizzle-orm'
import type { Prepared, Ticket } from '../contract/index.ts'
import { type Tx, tickets, uuidv7 } from '../db/index.ts'

/** Inserts the row of a ticket, or updates it; returns its id. */
export async function saveTicket(tx: Tx, connectionId: string, ticket: Ticket, prepared: Prepared): Promise<string> {
  const current = {
    key: ticket.key,
    url: ticket.url,
    subject: prepared.subject,
    text: prepared.text,
    language: prepared.language.code,
    metadata: prepared.metadata,
    requesterId: ticket.requester.id,
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
      ...current,
    })
    .onConflictDoUpdate({ target: [tickets.connectionId, tickets.externalId], set: current })
    .returning({ id: tickets.id })
  return row!.id
}

/** The key of a moved ticket, and its page: the id stays, and the key follows. */
export async function followKey(
  db: Tx,
  stored: Pick<typeof tickets.$inferSelect, 'id' | 'key' | 'url'>,
  now: Pick<Ticket, 'key' | 'url'>,
): Promise<void> {
  if (now.key === stored.key) return
  // A page whose address ends in the key keeps its host: an API may be reached under another one.
  const old = encodeURIComponent(stored.key)
  const url = stored.url.endsWith(`/${old}`) ? stored.url.slice(0, -old.length) + encodeURIComponent(now.key) : now.url
  await db.update(tickets).set({ key: now.key, url }).where(eq(tickets.id, stored.id))
}

/** Stores the state of a ticket in its helpdesk; a removed ticket has a reason. */
export async function markTicket(
  tx: Tx,
  ticketId: string,
  state:
    | { status: 'open' | 'done'; routed?: { first: string; last: string } }
    | { status: 'removed'; removedWhy: string },
): Promise<void> {
  await tx
    .update(tickets)
    .set({ removedWhy: null, ...state })
    .where(eq(tickets.id, ticketId))
}
