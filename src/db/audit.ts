import { and, desc, eq, gte, ilike, inArray, isNotNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { firstIdOf, uuidv7 } from './id.ts'
import { rows } from './rows.ts'
import { audit } from './schema.ts'
import type { Tx } from './types.ts'

/** What an audit row says that empties or deletes others; the chain is checked against these. */
export const EMPTIED = 'audit.empty'
export const PURGED = 'audit.purge'

/** Records who changed what, in the transaction of the change. Never pass a secret or a ticket's text. */
export async function recordAudit(
  tx: Tx,
  entry: { actor: string; action: string; subject: string; before?: unknown; after?: unknown },
): Promise<void> {
  await tx.insert(audit).values({ id: uuidv7(), ...entry })
}

/** `action` may be the start of one: `decision.`. `subject` is a part of one, in any case of letters. */
export type AuditFilter = { actor?: string; action?: string; subject?: string; since?: Date; until?: Date }
export type AuditRow = typeof audit.$inferSelect

/** Newest first; `before` is the id of the last row that was seen. */
export async function listAudit(
  db: Tx,
  filter: AuditFilter,
  { limit, before }: { limit: number; before?: string },
): Promise<AuditRow[]> {
  return db
    .select()
    .from(audit)
    .where(and(...conditionsOf(filter), before === undefined ? undefined : lt(audit.id, before)))
    .orderBy(desc(audit.id))
    .limit(limit)
}

// The list is read by its ids, which begin with the time of making: with a day to spare, as clocks differ and changes last.
const DAY_MS = 86_400_000

function conditionsOf({ actor, action, subject, since, until }: AuditFilter): (SQL | undefined)[] {
  return [
    actor === undefined ? undefined : eq(audit.actor, actor),
    action === undefined ? undefined : sql`starts_with(${audit.action}, ${action})`,
    subject === undefined ? undefined : ilike(audit.subject, `%${subject.replace(/[\\%_]/g, '\\$&')}%`),
    since && and(gte(audit.at, since), gte(audit.id, firstIdOf(new Date(since.getTime() - DAY_MS)))),
    until && and(lt(audit.at, until), lt(audit.id, firstIdOf(new Date(until.getTime() + DAY_MS)))),
  ]
}

/** Everyone who changed something, and everything that was done: what the list can be filtered by. */
export async function auditFacets(db: Tx): Promise<{ actors: string[]; actions: string[] }> {
  const [actors, actions] = [await distinct(db, sql`actor`), await distinct(db, sql`action`)]
  return { actors, actions }
}

// From one value to the next by the index: a plain `distinct` reads every row.
async function distinct(db: Tx, column: SQL): Promise<string[]> {
  const found = await rows<{ value: string }>(
    db,
    sql`with recursive known as (
        (select ${column} as value from audit order by ${column} using ~<~ limit 1)
        union all
        select (select ${column} from audit where ${column} ~>~ known.value order by ${column} using ~<~ limit 1)
        from known where known.value is not null)
      select value from known where value is not null order by value`,
  )
  return found.map(({ value }) => value)
}

/**
 * Empties what the rows of these subjects say about before and after; who did what and when stays, and the chain holds.
 * `by` goes into the row that names them. Returns how many.
 */
export async function eraseAudit(tx: Tx, subjects: string[], by: { actor: string; subject: string }): Promise<number> {
  const emptied = await tx
    .update(audit)
    .set({ before: null, after: null, salt: null })
    .where(and(inArray(audit.subject, subjects), or(isNotNull(audit.before), isNotNull(audit.after))))
    .returning({ id: audit.id })
  const ids = emptied.map(({ id }) => id)
  if (ids.length > 0) await recordAudit(tx, { ...by, action: EMPTIED, after: { ids } })
  return ids.length
}

/**
 * Deletes at most `limit` rows from before a moment, from the beginning of the chain, and records where it begins now;
 * returns how many.
 */
export async function purgeAudit(db: Tx, before: Date, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const deleted = await rows<{ seq: string; hash: string }>(
      tx,
      sql`with oldest as (select seq, at from audit order by seq limit ${limit}),
          kept as (select min(seq) as seq from oldest where at >= ${before.toISOString()}::timestamptz)
        delete from audit where seq in (select seq from oldest)
          and seq < coalesce((select seq from kept), 9223372036854775807)
        returning seq, hash`,
    )
    if (deleted.length === 0) return 0
    const last = deleted.reduce((one, other) => (Number(one.seq) > Number(other.seq) ? one : other))
    const after = { rows: deleted.length, until: Number(last.seq), hash: last.hash }
    await recordAudit(tx, { actor: 'pointsman', action: PURGED, subject: 'audit', after })
    return deleted.length
  })
}
