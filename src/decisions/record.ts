/** Records a decision, with its write-back and the job for it. */
import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { isCarried, queuePriority } from '../contract/index.ts'
import { decisions, rows, type Tx, uuidv7, writebacks } from '../db/index.ts'
import type { Queue } from '../queue/index.ts'
import { planWriteback } from './writebacks.ts'

/** The job kind that carries a decision into the helpdesk. */
export const WRITEBACK = 'writeback'

/** A decision to record; its id, time, ticket and connection are added. */
export type NewDecision = Omit<typeof decisions.$inferInsert, 'id' | 'createdAt' | 'ticketId' | 'connectionId'>

/**
 * Appends a decision and returns its id; null when its cause already has a decision. When the plan writes into the
 * helpdesk, also adds the write-back and its job.
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
  if (isCarried(decision.plan)) {
    await planWriteback(tx, row.id)
    await queue.send(
      tx,
      WRITEBACK,
      { decision: row.id },
      {
        key: `${where.connectionId}:${where.ticketId}`,
        priority: queuePriority(decision.values.priority),
      },
    )
  }
  return row.id
}

/** What the newest decision that reached the helpdesk says of this ticket; null: none did. */
export async function lastWritten(
  db: Tx,
  ticketId: string,
): Promise<Pick<typeof decisions.$inferSelect, 'values' | 'route'> | null> {
  const [row] = await db
    .select({ values: decisions.values, route: decisions.route })
    .from(decisions)
    .innerJoin(writebacks, eq(writebacks.decisionId, decisions.id))
    .where(and(eq(decisions.ticketId, ticketId), inArray(writebacks.state, ['applied', 'suggested'])))
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
    .limit(1)
  return row ?? null
}

/** Which of these tickets, by the vendor's ids, have a decision. */
export async function decidedAmong(db: Tx, connectionId: string, externalIds: string[]): Promise<Set<string>> {
  if (externalIds.length === 0) return new Set()
  const found = await rows<{ id: string }>(
    db,
    sql`select t.external_id as id from tickets t where t.connection_id = ${connectionId}
        and t.external_id in ${externalIds} and exists (select 1 from decisions d where d.ticket_id = t.id)`,
  )
  return new Set(found.map(({ id }) => id))
}

/** Finds the newest decision of a ticket by the vendor's ticket id. */
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
