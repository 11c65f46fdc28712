/** The count that must balance: created events in = applied + suggested + held + skipped + failed + waiting. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { OPEN_WRITEBACK_STATES } from '../contract/index.ts'
import { rows, type Tx } from '../db/index.ts'

/** The counts of a period. `balanced`: every event is counted under exactly one outcome, and none is lost. */
export type Ledger = {
  /** Created events that were acknowledged, without those that were ignored for a stored reason. */
  events: number
  applied: number
  suggested: number
  held: number
  skipped: number
  failed: number
  /** Not decided or not written yet. */
  waiting: number
  /** Waiting without a job that will finish it: must always be 0. */
  lost: number
  ignored: number
  duplicates: number
  overrides: number
  balanced: boolean
}

/** The outcomes of a decision. `lost`: it must be written but has no write-back, which must never happen. */
export const OUTCOMES = ['applied', 'suggested', 'held', 'skipped', 'failed', 'waiting', 'lost'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** SQL for the outcome of a decision, from its plan and the state of its write-back. */
export function outcomeOf(plan: SQLWrapper, writebackState: SQLWrapper): SQL<Outcome> {
  return sql<Outcome>`case
    when ${plan} = 'hold' then 'held'
    when ${plan} = 'skip' then 'skipped'
    when ${writebackState} in ${OPEN_WRITEBACK_STATES} then 'waiting'
    when ${writebackState} is not null then ${writebackState}
    else 'lost' end`
}

/** Counts events and outcomes from the rows, independently of each other. `since`: only events received from then on. */
export async function readLedger(db: Tx, since: Date = new Date(0)): Promise<Ledger> {
  const [row] = await rows<Record<keyof Omit<Ledger, 'balanced'>, number>>(
    db,
    sql`
    with event as (
      select d.id, d.state, x.id as decision, x.plan, w.state as writeback_state
      from deliveries d
      left join decisions x on x.cause = 'delivery:' || d.id
      left join writebacks w on w.decision_id = x.id
      where d.event = 'created' and d.received_at >= ${since.toISOString()}::timestamptz
    ), counted as (
      select *, case
        when state in ('ignored', 'failed', 'waiting') then state
        else ${outcomeOf(sql`plan`, sql`writeback_state`)} end as outcome
      from event
    ), live_job as (
      select name, data->>'delivery' as delivery, data->>'decision' as decision from queue.job where state <= 'active'
    )
    select
      count(*) filter (where outcome <> 'ignored')::int as events,
      count(*) filter (where outcome = 'applied')::int as applied,
      count(*) filter (where outcome = 'suggested')::int as suggested,
      count(*) filter (where outcome = 'held')::int as held,
      count(*) filter (where outcome = 'skipped')::int as skipped,
      count(*) filter (where outcome = 'failed')::int as failed,
      count(*) filter (where outcome = 'waiting')::int as waiting,
      count(*) filter (where outcome = 'lost' or (outcome = 'waiting' and not exists (
        select 1 from live_job j where j.delivery = counted.id::text or j.decision = counted.decision::text)))::int as lost,
      count(*) filter (where outcome = 'ignored')::int as ignored,
      (select coalesce(sum(repeats), 0)::int from deliveries where received_at >= ${since.toISOString()}::timestamptz) as duplicates,
      (select count(*)::int from overrides where created_at >= ${since.toISOString()}::timestamptz) as overrides
    from counted`,
  )
  const counts = row!
  const { applied, suggested, held, skipped, failed, waiting } = counts
  const accounted = applied + suggested + held + skipped + failed + waiting
  return { ...counts, balanced: counts.events === accounted && counts.lost === 0 }
}
