/** Writes a decision: with its ticket, its write-back and the job for it, and the settling of what asked for it. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Prepared, Ticket } from '../contract/index.ts'
import { uuidv7 } from '../db/id.ts'
import { rows, type Tx } from '../db/index.ts'
import { decisions, deliveries, tickets, writebacks } from '../db/schema.ts'
import type { Queue } from '../queue/index.ts'

/** The job kind that carries a decision into the helpdesk. */
export const WRITEBACK = 'writeback'

export type NewDecision = Omit<typeof decisions.$inferInsert, 'id' | 'createdAt' | 'ticketId' | 'connectionId'>

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

/** Urgent decisions are written back first. */
const URGENT = ['urgent', 'critical', 'highest']

/**
 * Appends the decision unless its cause has one already; null then. With a plan that writes, leaves the write-back and
 * its job.
 */
export async function recordDecision(
  tx: Tx,
  queue: Pick<Queue, 'send'>,
  where: { ticketId: string; connectionId: string },
  decision: NewDecision,
): Promise<string | null> {
  const [row] = await tx
    .insert(decisions)
    .values({ id: uuidv7(), ...where, ...decision })
    .onConflictDoNothing({ target: decisions.cause })
    .returning({ id: decisions.id })
  if (!row) return null
  if (decision.plan === 'apply' || decision.plan === 'suggest') {
    await tx.insert(writebacks).values({ decisionId: row.id, state: 'waiting', written: {}, heldBack: {}, before: {} })
    await queue.send(
      tx,
      WRITEBACK,
      { decision: row.id },
      {
        key: `${where.connectionId}:${where.ticketId}`,
        priority: URGENT.includes(decision.values.priority ?? '') ? 10 : 0,
      },
    )
  }
  return row.id
}

/** What became of a delivery. One that failed may still be decided, when its dead letter is requeued. */
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

/** The newest decision of a ticket, by the vendor's id. */
export async function newestDecision(
  db: Tx,
  connectionId: string,
  externalId: string,
): Promise<{ id: string; ticketId: string } | null> {
  const [row] = await rows<{ id: string; ticketId: string }>(
    db,
    sql`select d.id, d.ticket_id as "ticketId" from decisions d join tickets t on t.id = d.ticket_id
        where t.connection_id = ${connectionId} and t.external_id = ${externalId} order by d.created_at desc, d.id desc limit 1`,
  )
  return row ?? null
}
