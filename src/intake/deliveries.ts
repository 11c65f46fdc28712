/** Reads stored deliveries and settles them. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { type Connection, type Connectors, connectorOf, parseBody, type TicketEvent } from '../contract/index.ts'
import { deliveries, type Tx } from '../db/index.ts'

export type StoredDelivery = typeof deliveries.$inferSelect

export async function findDelivery(db: Tx, id: string): Promise<StoredDelivery | null> {
  const [row] = await db.select().from(deliveries).where(eq(deliveries.id, id))
  return row ?? null
}

/** Is it settled? A failed one is not: its dead letter may be requeued. */
export const isSettled = ({ state }: StoredDelivery): boolean => state === 'done' || state === 'ignored'

/**
 * What a stored delivery means. When its time is over, a body is emptied: then only the kind of event and the ticket are
 * known, and the ticket itself is read.
 */
export function eventOf(connectors: Connectors, connection: Connection, row: StoredDelivery): TicketEvent {
  if (row.body !== '') return connectorOf(connectors, connection.kind).read(parseBody(row.body), connection)
  const { event: kind, ticketId } = row
  const happened = { at: null, by: { id: null, kind: 'unknown' as const } }
  if (ticketId !== null && kind === 'created') return { kind, ticketId, ticket: null, ...happened }
  if (ticketId !== null && (kind === 'updated' || kind === 'resolved'))
    return { kind, ticketId, changes: null, ticket: null, ...happened }
  return { kind: 'ignored', ticketId, reason: 'its body was removed when its time was over' }
}

/** All later events of a ticket that are not settled, in the order in which they arrived. */
export async function waitingFor(db: Tx, asked: StoredDelivery): Promise<StoredDelivery[]> {
  const waiting = await db
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.connectionId, asked.connectionId),
        asked.ticketId === null ? eq(deliveries.id, asked.id) : eq(deliveries.ticketId, asked.ticketId),
        inArray(deliveries.event, ['updated', 'commented', 'resolved', 'removed', 'forgotten']),
        eq(deliveries.state, 'waiting'),
      ),
    )
    .orderBy(asc(deliveries.receivedAt), asc(deliveries.id))
  return asked.state === 'failed' ? [asked, ...waiting] : waiting
}

/** Does the event that announced this ticket still wait to be decided? `names`: its id, and keys that it may have had. */
export async function isCreationWaiting(db: Tx, connectionId: string, names: string[]): Promise<boolean> {
  const [waiting] = await db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.connectionId, connectionId),
        inArray(deliveries.ticketId, names),
        eq(deliveries.event, 'created'),
        eq(deliveries.state, 'waiting'),
      ),
    )
  return waiting !== undefined
}

/** Counts a waiting event as that of a new ticket: the ticket was moved here, and its triage takes the event. */
export async function takeAsCreated(tx: Tx, id: string): Promise<void> {
  await tx
    .update(deliveries)
    .set({ event: 'created' })
    .where(and(eq(deliveries.id, id), eq(deliveries.state, 'waiting')))
}

/** Ends all deliveries of a connection that are not settled. Returns how many. */
export async function endDeliveries(tx: Tx, connectionId: string, reason: string): Promise<number> {
  const ended = await tx
    .update(deliveries)
    .set({ state: 'ignored', reason, settledAt: sql`now()` })
    .where(and(eq(deliveries.connectionId, connectionId), inArray(deliveries.state, ['waiting', 'failed'])))
    .returning({ id: deliveries.id })
  return ended.length
}

/** Stores the outcome of a delivery. A failed one may still be decided when its dead letter is requeued. */
export async function settleDelivery(
  tx: Tx,
  id: string,
  state: 'done' | 'ignored' | 'failed',
  reason: string | null = null,
) {
  await tx
    .update(deliveries)
    .set({ state, reason, settledAt: sql`now()` })
    .where(and(eq(deliveries.id, id), inArray(deliveries.state, ['waiting', 'failed'])))
}
