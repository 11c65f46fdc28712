/** The count that must balance: created events in = applied + suggested + held + skipped + failed + waiting. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { rows, type Tx } from '../db/index.ts'

export type Ledger = {
  /** Created events that were acknowledged, without those ignored for a recorded reason. */
  events: number
  applied: number
  suggested: number
  held: number
  skipped: number
  failed: number
  /** Not decided or not written yet, with a job that will see to it. */
  waiting: number
  /** Waiting without a job: must be zero, always. */
  lost: number
  ignored: number
  duplicates: number
  overrides: number
  balanced: boolean
}

/** What became of a decision. `lost`: it should be written and nothing will do it; must not be. */
export const OUTCOMES = ['applied', 'suggested', 'held', 'skipped', 'failed', 'waiting', 'lost'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** The outcome of a decision from its plan and the state of its write-back. */
export function outcomeOf(plan: SQLWrapper, written: SQLWrapper): SQL<Outcome> {
  return sql<Outcome>`case
    when ${plan} = 'hold' then 'held'
    when ${plan} = 'skip' then 'skipped'
    when ${written} in ('waiting', 'sending') then 'waiting'
    when ${written} is not null then ${written}
    else 'lost' end`
}

/** Counts afresh from the rows, each side by itself. `since` limits it to events received from then on. */
export async function readLedger(db: Tx, since: Date = new Date(0)): Promise<Ledger> {
  const [row] = await rows<Record<keyof Omit<Ledger, 'balanced'>, number>>(
    db,
    sql`
    with event as (
      select d.id, d.state, d.connection_id, d.ticket_id, x.id as decision, x.plan, w.state as written
      from deliveries d
      left join decisions x on x.cause = 'delivery:' || d.id
      left join writebacks w on w.decision_id = x.id
      where d.event = 'created' and d.received_at >= ${since.toISOString()}::timestamptz
    ), outcome as (
      select *, case
        when state in ('ignored', 'failed', 'waiting') then state
        else ${outcomeOf(sql`plan`, sql`written`)} end as became
      from event
    ), alive as (
      select name, data->>'delivery' as delivery, data->>'decision' as decision from queue.job where state <= 'active'
    )
    select
      count(*) filter (where became <> 'ignored')::int as events,
      count(*) filter (where became = 'applied')::int as applied,
      count(*) filter (where became = 'suggested')::int as suggested,
      count(*) filter (where became = 'held')::int as held,
      count(*) filter (where became = 'skipped')::int as skipped,
      count(*) filter (where became = 'failed')::int as failed,
      count(*) filter (where became = 'waiting')::int as waiting,
      count(*) filter (where became = 'lost' or (became = 'waiting' and not exists (
        select 1 from alive where alive.delivery = outcome.id::text or alive.decision = outcome.decision::text)))::int as lost,
      count(*) filter (where became = 'ignored')::int as ignored,
      (select coalesce(sum(repeats), 0)::int from deliveries where received_at >= ${since.toISOString()}::timestamptz) as duplicates,
      (select count(*)::int from overrides where created_at >= ${since.toISOString()}::timestamptz) as overrides
    from outcome`,
  )
  const l = row!
  const settled = l.applied + l.suggested + l.held + l.skipped + l.failed + l.waiting
  return { ...l, balanced: l.events === settled && l.lost === 0 }
}
