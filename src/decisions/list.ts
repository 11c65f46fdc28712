/** Reads decisions, alone or in lists, each with its ticket, connection and write-back. */
import { and, desc, eq, getTableColumns, lt, type SQL, sql } from 'drizzle-orm'
import type { Labels } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { connections, decisions, rows, tickets, writebacks } from '../db/index.ts'
import { type DecisionFilter, isNewest, locate, outcome, partsOf } from './filter.ts'

const shown = {
  decision: getTableColumns(decisions),
  outcome: outcome.as('outcome'),
  newest: isNewest.as('newest'),
  connection: connections.name,
  ticket: getTableColumns(tickets),
  writeback: getTableColumns(writebacks),
}

/** Decisions as they are listed. */
export function select(db: Tx) {
  return db
    .select(shown)
    .from(decisions)
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .innerJoin(connections, eq(connections.id, decisions.connectionId))
    .leftJoin(writebacks, eq(writebacks.decisionId, decisions.id))
}

/** A decision with its outcome, ticket, connection name and write-back. */
export type DecisionRow = Awaited<ReturnType<typeof listDecisions>>[number]

/** Lists decisions, newest first; `before` is the id of the last decision of the previous page. */
export async function listDecisions(
  db: Tx,
  filter: DecisionFilter,
  { limit, before }: { limit: number; before?: string },
) {
  const older = before === undefined ? undefined : lt(decisions.id, before)
  const page = (part: SQL | undefined) => select(db).where(and(older, part)).orderBy(desc(decisions.id)).limit(limit)
  const found = await Promise.all(partsOf(await locate(db, filter)).map(page))
  if (found.length === 1) return found[0]!
  return found
    .flat()
    .sort((a, b) => (a.decision.id < b.decision.id ? 1 : -1))
    .slice(0, limit)
}

/** Reads one decision; null: there is none with this id. */
export async function readDecision(db: Tx, id: string): Promise<DecisionRow | null> {
  const [row] = await select(db).where(eq(decisions.id, id))
  return row ?? null
}

/** Lists the decisions of a ticket, newest first, at most 200. */
export async function decisionsOf(db: Tx, ticketId: string): Promise<DecisionRow[]> {
  return select(db)
    .where(eq(decisions.ticketId, ticketId))
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
    .limit(200)
}

type SampledDecision = { id: string; key: string; subject: string; values: Labels; createdAt: Date }

/** Reads the values of the last decisions, to preview another routing map on them. */
export async function lastDecisions(db: Tx, limit: number): Promise<SampledDecision[]> {
  return db
    .select({
      id: decisions.id,
      key: tickets.key,
      subject: tickets.subject,
      values: decisions.values,
      createdAt: decisions.createdAt,
    })
    .from(decisions)
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .where(sql`${decisions.values} <> '{}'::jsonb`)
    .orderBy(desc(decisions.id))
    .limit(limit)
}

type SampledTicket = {
  decision: string
  key: string
  subject: string
  text: string
  language: string
  metadata: Record<string, string>
}

/** Reads the last decided tickets as they were prepared, each with its newest decision, to try other rules on them. */
export async function lastTickets(db: Tx, limit: number): Promise<SampledTicket[]> {
  return rows<SampledTicket>(
    db,
    sql`select d.id as decision, t.key, t.subject, t.text, t.language, t.metadata
        from (select * from tickets where status <> 'removed' order by id desc limit ${limit}) t
        join lateral (select id from decisions where ticket_id = t.id order by created_at desc, id desc limit 1) d on true
        order by t.id desc`,
  )
}
