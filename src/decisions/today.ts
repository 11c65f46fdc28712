/** What a support lead looks at first, besides the ledger. */
import { sql } from 'drizzle-orm'
import { rows, type Tx } from '../db/index.ts'

/** Seconds from the webhook to the write into the helpdesk; null: nothing was written. */
export type Latency = { p50: number | null; p95: number | null; n: number }
export type Waiting = { decision: string; key: string; subject: string; receivedAt: Date; priority: string }
export type Change = { field: string; before: string; after: string; n: number }
export type Traffic = {
  name: string
  kind: string
  mode: string
  pausedUntil: Date | null
  /** Deliveries from then on, and the newest one of all. */
  deliveries: number
  refused: number
  lastAt: Date | null
}

/** The newest ones tell enough: those of a year would take seconds to read. */
const LATEST = 5000

export async function readLatency(db: Tx, since: Date): Promise<Latency> {
  const [found] = await rows<Latency>(
    db,
    sql`select percentile_cont(0.5) within group (order by seconds) as p50,
        percentile_cont(0.95) within group (order by seconds) as p95, count(*)::int as n
      from (
        select extract(epoch from w.written_at - d.received_at)::float as seconds
        from decisions x
        join writebacks w on w.decision_id = x.id
        join deliveries d on d.id = substring(x.cause from 10)::uuid
        where x.created_at >= ${since.toISOString()}::timestamptz and x.cause like 'delivery:%' and w.written_at is not null
        order by x.created_at desc, x.id desc limit ${LATEST}
      ) as written`,
  )
  return found!
}

/** The ticket with this priority that has waited longest for a person; null: none waits. */
export async function oldestHeld(db: Tx, priority: string): Promise<Waiting | null> {
  const [found] = await rows<{ decision: string; key: string; subject: string; at: Date | string }>(
    db,
    sql`select x.id as decision, t.key, t.subject, x.created_at as at
      from decisions x join tickets t on t.id = x.ticket_id
      where x.plan = 'hold' and x.values->>'priority' = ${priority} and t.status = 'open'
        and not exists (select 1 from decisions newer where newer.ticket_id = x.ticket_id
          and (newer.created_at, newer.id) > (x.created_at, x.id))
      order by x.id limit 1`,
  )
  return found ? { ...found, receivedAt: new Date(found.at), priority } : null
}

/** Which value people changed into which, most often first. */
export async function frequentChanges(db: Tx, since: Date, limit: number): Promise<Change[]> {
  return rows<Change>(
    db,
    sql`select field, before, after, count(*)::int as n from overrides
      where created_at >= ${since.toISOString()}::timestamptz and before is not null and after is not null
      group by 1, 2, 3 order by n desc, 1, 2, 3 limit ${limit}`,
  )
}

export async function readTraffic(db: Tx, since: Date): Promise<Traffic[]> {
  const found = await rows<
    Omit<Traffic, 'lastAt' | 'pausedUntil'> & Record<'lastAt' | 'pausedUntil', Date | string | null>
  >(
    db,
    sql`select c.name, c.kind, c.mode, c.paused_until as "pausedUntil", today.deliveries, today.refused,
        (select d.received_at from deliveries d where d.connection_id = c.id order by d.received_at desc limit 1) as "lastAt"
      from connections c,
        lateral (select count(*)::int as deliveries, count(*) filter (where d.event = 'rejected')::int as refused
          from deliveries d where d.connection_id = c.id and d.received_at >= ${since.toISOString()}::timestamptz) as today
      where c.deleted_at is null
      order by c.name`,
  )
  const dated = (at: Date | string | null) => (at === null ? null : new Date(at))
  return found.map((row) => ({ ...row, lastAt: dated(row.lastAt), pausedUntil: dated(row.pausedUntil) }))
}
