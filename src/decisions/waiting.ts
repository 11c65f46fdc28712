/** What is not decided yet, and when the next attempt at what waits will be. */
import { type SQL, sql } from 'drizzle-orm'
import { rows, type Tx } from '../db/index.ts'
import type { DecisionFilter } from './filter.ts'

/** A created event that is not decided: it waits, or its job was given up. */
export type Undecided = {
  /** The delivery's id. */
  id: string
  connection: string
  ticket: { id: string | null; key: string; url: string | null; subject: string | null }
  at: Date
  outcome: 'waiting' | 'failed'
} & Attempts

/** The attempts of a job: `nextAttempt` is null while it runs, or when there is no job. */
export type Attempts = { reason: string | null; attempts: number; nextAttempt: Date | null }

type Filter = Pick<DecisionFilter, 'connection' | 'since' | 'until' | 'key'> & { reason?: string }

/** The filter, if a ticket that is not decided can match it; null: it asks for something of a decision. */
export function undecidedFilter(filter: DecisionFilter): Filter | null {
  const { connection, since, until, key, reason, outcome: _, newest: __, ...ofDecision } = filter
  const asksMore = Object.values(ofDecision).some((asked) => asked !== undefined)
  return asksMore ? null : { connection, since, until, key, reason }
}

/** Lists what is not decided, newest first; `before` is the id of the last one on the previous page. */
export async function listUndecided(
  db: Tx,
  state: Undecided['outcome'],
  filter: Filter,
  { limit, before }: { limit: number; before?: string },
): Promise<Undecided[]> {
  const found = await rows<Row>(db, sql`${pageOf(state, filter, before)} limit ${limit}`)
  return found.map(({ id, connection, at, settled, ticketId, key, url, subject, ...job }) => ({
    id,
    connection,
    ticket: { id: ticketId, key, url, subject },
    at: new Date(at),
    outcome: state,
    ...attemptsIn(job),
    ...(state === 'failed' ? { reason: settled, nextAttempt: null } : {}),
  }))
}

export async function countUndecided(db: Tx, state: Undecided['outcome'], filter: Filter): Promise<number> {
  const [row] = await rows<{ n: number }>(db, sql`select count(*)::int as n from (${pageOf(state, filter)}) as page`)
  return row?.n ?? 0
}

/** The attempts at these write-backs, by decision. */
export async function attemptsAt(db: Tx, decisions: string[]): Promise<Map<string, Attempts>> {
  if (decisions.length === 0) return new Map()
  const found = await rows<Job & { about: string }>(
    db,
    sql`select * from (${jobsOf('decision')}) as job where about in ${decisions}`,
  )
  return new Map(found.map(({ about, ...job }) => [about, attemptsIn(job)]))
}

type Job = { message: string | null; attempts: number | null; next: string | Date | null }
type Row = Job & {
  id: string
  connection: string
  at: string | Date
  settled: string | null
  ticketId: string | null
  key: string
  url: string | null
  subject: string | null
}

function pageOf(state: Undecided['outcome'], { connection, since, until, key, reason }: Filter, before?: string): SQL {
  return sql`with job as materialized (${jobsOf('delivery')})
    select d.id, c.name as connection, job.message, job.attempts, job.next, d.received_at as at, d.reason as settled, t.id as "ticketId",
      coalesce(t.key, d.ticket_id, '') as key, t.url, t.subject
    from deliveries d join connections c on c.id = d.connection_id
      left join tickets t on t.connection_id = d.connection_id and t.external_id = d.ticket_id
      left join job on job.about = d.id::text
    where d.event = 'created' and d.state = ${state}
      ${before === undefined ? sql`` : sql`and d.id < ${before}`}
      ${connection === undefined ? sql`` : sql`and c.name = ${connection}`}
      ${since ? sql`and d.received_at >= ${since.toISOString()}::timestamptz` : sql``}
      ${until ? sql`and d.received_at < ${until.toISOString()}::timestamptz` : sql``}
      ${key === undefined ? sql`` : sql`and (t.key = ${key} or d.ticket_id = ${key})`}
      ${
        reason === undefined ? sql`` : sql`and strpos(lower(coalesce(d.reason, job.message, '')), lower(${reason})) > 0`
      }
    order by d.id desc`
}

// Each of the few live jobs is read once, whatever the page: they have no index for what they are about.
function jobsOf(about: 'delivery' | 'decision'): SQL {
  return sql`select data->>${about} as about, output->>'message' as message, case when state = 'created' then 0 else retry_count + 1 end as attempts,
      case when state = 'active' then null else start_after end as next
    from queue.job where state <= 'active' and data ? ${about}`
}

function attemptsIn({ message, attempts, next }: Job): Attempts {
  return {
    reason: message ?? (attempts === null ? null : 'it waits for its turn'),
    attempts: attempts ?? 0,
    nextAttempt: next === null ? null : new Date(next),
  }
}
