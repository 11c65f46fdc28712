/** Empties and deletes tickets with their decisions and write-backs: when their time is over, and when they are erased. */
import { and, asc, eq, gt, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import { decisions, firstIdOf, rows, type Tx, tickets, writebacks } from '../db/index.ts'

/** A ticket as an erasure names it. */
export type NamedTicket = { id: string; connectionId: string; externalId: string; key: string }

const { id, connectionId, externalId, key } = tickets
const named = { id, connectionId, externalId, key }

/** Tickets of a requester, by a name (id or key) or with one of these patterns in their text; of one connection or of all. */
export async function ticketsToErase(
  db: Tx,
  wanted: { connection?: string; requester?: string; ticket?: string; holding?: string[] },
): Promise<NamedTicket[]> {
  const { connection, requester, ticket, holding = [] } = wanted
  const any: (SQL | undefined)[] = [
    requester === undefined ? undefined : eq(tickets.requesterId, requester),
    ticket === undefined ? undefined : or(eq(externalId, ticket), eq(key, ticket)),
    ...holding.map((part) => holds(part.toLowerCase())),
  ]
  if (any.every((condition) => condition === undefined)) return []
  return db
    .select(named)
    .from(tickets)
    .where(and(or(...any), connection === undefined ? undefined : eq(connectionId, connection)))
    .orderBy(asc(id))
}

/** Is the text in the ticket, in what was decided and written, or in what people made of it? */
function holds(part: string): SQL {
  const here = (...texts: SQL[]) => sql`strpos(lower(concat_ws(' ', ${sql.join(texts, sql`, `)})), ${part}) > 0`
  return sql`(${here(sql`tickets.subject`, sql`tickets.text`, sql`tickets.metadata`)}
    or exists (select 1 from decisions d left join writebacks w on w.decision_id = d.id where d.ticket_id = tickets.id
      and ${here(sql`d.reason`, sql`d.values`, sql`d.answers`, sql`d.trace`, sql`w.reason`, sql`w.written`, sql`w.held_back`, sql`w.before`)})
    or exists (select 1 from overrides o where o.ticket_id = tickets.id and ${here(sql`o.before`, sql`o.after`)})
    or exists (select 1 from labels l where l.ticket_id = tickets.id and ${here(sql`l.value`)}))`
}

/**
 * One batch of tickets last seen before a moment. Those with a label from a person are training data, and go only when
 * that label is from before `labelled`.
 */
export async function expiredTickets(
  db: Tx,
  { before, labelled, limit }: { before: Date | null; labelled: Date | null; limit: number },
): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`select t.id from tickets t
        left join lateral (select max(l.updated_at) as at from labels l
          where l.ticket_id = t.id and l.provenance in ('human', 'confirmed', 'imported')) taught on true
        where case when taught.at is null then t.seen_at < ${instant(before)}
            else greatest(t.seen_at, taught.at) < ${instant(labelled)} end
          and not exists (select 1 from deliveries d where d.connection_id = t.connection_id
            and d.ticket_id in (t.external_id, t.key) and d.state = 'waiting')
          and not exists (select 1 from decisions x join writebacks w on w.decision_id = x.id
            where x.ticket_id = t.id and w.state in ('waiting', 'sending'))
        order by t.seen_at limit ${limit}`,
  )
  return found.map((row) => row.id)
}

const instant = (moment: Date | null) => sql`${moment === null ? null : moment.toISOString()}::timestamptz`

/** How many rows of these tickets there are. */
export async function countTickets(db: Tx, ids: string[]): Promise<{ decisions: number; writebacks: number }> {
  const mine = inArray(decisions.ticketId, ids)
  return {
    decisions: await db.$count(decisions, mine),
    writebacks: await db.$count(writebacks, inArray(writebacks.decisionId, decisionIds(db, ids))),
  }
}

/** The decisions of these tickets, with what identifies their answers in the cache. */
export async function decisionsToErase(db: Tx, ids: string[]) {
  const { createdAt, ms, trace } = decisions
  const found = await db
    .select({ id: decisions.id, at: createdAt, ms, rationale: sql<string | null>`${trace}->>'rationale'` })
    .from(decisions)
    .where(inArray(decisions.ticketId, ids))
  return found.map((row) => ({ ...row, at: new Date(row.at) }))
}

/** Deletes tickets with their decisions and write-backs. Their labels and overrides must be deleted before. */
export async function dropTickets(tx: Tx, ids: string[]) {
  const written = await tx
    .delete(writebacks)
    .where(inArray(writebacks.decisionId, decisionIds(tx, ids)))
    .returning({ id: writebacks.decisionId })
  const decided = await tx.delete(decisions).where(inArray(decisions.ticketId, ids)).returning({ id: decisions.id })
  const gone = await tx.delete(tickets).where(inArray(tickets.id, ids)).returning({ id: tickets.id })
  return { tickets: gone.length, decisions: decided.length, writebacks: written.length }
}

/**
 * Empties the free text of one page of decisions and of their write-backs: reasons, words of the ticket, explanations,
 * entities, and the helpdesk's own values. Decided values, confidence and route stay for the reports.
 */
export async function emptyExplanations(
  db: Tx,
  { before, after, limit, entities }: { before: Date; after: string; limit: number; entities: string[] },
): Promise<{ count: number; last: string | null }> {
  const old = await db
    .select({ id: decisions.id })
    .from(decisions)
    .where(and(gt(decisions.id, after), lt(decisions.id, firstIdOf(before)), sql`${decisions.trace} <> '{}'::jsonb`))
    .orderBy(asc(decisions.id))
    .limit(limit)
  const ids = old.map((row) => row.id)
  if (ids.length > 0)
    await db.transaction(async (tx) => {
      await tx
        .update(decisions)
        .set({
          reason: 'the reason was removed when its time was over',
          trace: {},
          values: sql`${decisions.values} - ${textArray(entities)}`,
          answers: sql`(select coalesce(jsonb_object_agg(f, a - 'because' - 'span' - 'doubt'), '{}')
            from jsonb_each(${decisions.answers} - ${textArray(entities)}) as answer(f, a))`,
        })
        .where(inArray(decisions.id, ids))
      await tx
        .update(writebacks)
        .set({
          reason: null,
          before: {},
          written: sql`${writebacks.written} - ${textArray(entities)}`,
          heldBack: sql`(select coalesce(jsonb_object_agg(f, ''), '{}') from jsonb_object_keys(${writebacks.heldBack}) as f)`,
        })
        .where(and(inArray(writebacks.decisionId, ids), sql`${writebacks.state} not in ('waiting', 'sending')`))
    })
  return { count: ids.length, last: ids.length < limit ? null : ids.at(-1)! }
}

const decisionIds = (db: Tx, ids: string[]) =>
  db.select({ id: decisions.id }).from(decisions).where(inArray(decisions.ticketId, ids))

const textArray = (texts: string[]) =>
  texts.length === 0
    ? sql`'{}'::text[]`
    : sql`array[${sql.join(
        texts.map((text) => sql`${text}::text`),
        sql`, `,
      )}]`
