/** Counts decisions by outcome: of a filter, and over time. */
import { eq, sql } from 'drizzle-orm'
import { OPEN_WRITEBACK_STATES } from '../contract/index.ts'
import { decisions, rows, type Tx, tickets, writebacks } from '../db/index.ts'
import { asksForTicket, type DecisionFilter, locate, matching, outcome } from './filter.ts'
import { OUTCOMES, type Outcome } from './ledger.ts'

type OutcomeCounts = Record<Outcome, number>

/** How many decisions match, by outcome; the filter's own outcome is ignored. */
export async function countDecisions(db: Tx, { outcome: _, ...filter }: DecisionFilter): Promise<OutcomeCounts> {
  const condition = matching(await locate(db, filter))
  if (!condition) return countAll(db)
  const counted = db
    .select({ outcome: outcome.as('outcome'), n: sql<number>`count(*)::int` })
    .from(decisions)
    .leftJoin(writebacks, eq(writebacks.decisionId, decisions.id))
    .$dynamic()
  // Every decision has a ticket: joining it without need reads the widest table for nothing.
  const joined = asksForTicket(filter) ? counted.innerJoin(tickets, eq(tickets.id, decisions.ticketId)) : counted
  return countsOf(await joined.where(condition).groupBy(sql`1`))
}

/** All of them, each table by its own index: held and skipped have no write-back, and what has neither is lost. */
async function countAll(db: Tx): Promise<OutcomeCounts> {
  const found = await rows<{ outcome: Outcome; n: number }>(
    db,
    sql`with planned as (
          select plan, count(*) as n from decisions where plan in ('hold', 'skip') group by plan
        ), written as (
          select state, count(*) as n from writebacks group by state
        ), counted as (
          select case plan when 'hold' then 'held' else 'skipped' end as outcome, n from planned union all
          select case when state in ${OPEN_WRITEBACK_STATES} then 'waiting' else state end, n from written union all
          select 'lost', (select count(*) from decisions) - (select coalesce(sum(n), 0) from planned)
            - (select coalesce(sum(n), 0) from written)
        )
        select outcome, sum(n)::int as n from counted group by outcome`,
  )
  return countsOf(found)
}

type Timeline = { seconds: number; items: ({ at: Date } & OutcomeCounts)[] }

/** The spans that a reader can name, in seconds. */
const STEPS = [5, 10, 30, 60, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 86_400, 7 * 86_400]

/**
 * Decisions by outcome over time, in the shortest steps that give at most `columns`. The steps begin at the first
 * decision, and steps without a decision are there too.
 */
export async function readTimeline(db: Tx, span: { since: Date; until: Date }, columns: number): Promise<Timeline> {
  const within = matching(span)
  const [ends] = await db
    .select({
      first: sql<string | null>`min(${decisions.createdAt})`,
      last: sql<string | null>`max(${decisions.createdAt})`,
    })
    .from(decisions)
    .where(within)
  if (!ends?.first || !ends.last) return { seconds: STEPS[0]!, items: [] }
  const [first, last] = [Date.parse(ends.first), Date.parse(ends.last)]
  const seconds = STEPS.find((step) => placeOf(last, step) - placeOf(first, step) < columns) ?? STEPS.at(-1)!
  const place = sql<number>`floor(extract(epoch from ${decisions.createdAt}) / ${sql.raw(String(seconds))})::int`
  const found = await db
    .select({ place: place.as('place'), outcome: outcome.as('outcome'), n: sql<number>`count(*)::int` })
    .from(decisions)
    .leftJoin(writebacks, eq(writebacks.decisionId, decisions.id))
    .where(within)
    .groupBy(sql`1`, sql`2`)
  const byPlace = Map.groupBy(found, (row) => row.place)
  const length = Math.min(columns, placeOf(last, seconds) - placeOf(first, seconds) + 1)
  const items = Array.from({ length }, (_, i) => {
    const at = placeOf(last, seconds) - length + 1 + i
    return { at: new Date(at * seconds * 1000), ...countsOf(byPlace.get(at) ?? []) }
  })
  return { seconds, items }
}

const placeOf = (at: number, seconds: number) => Math.floor(at / 1000 / seconds)

function countsOf(found: { outcome: Outcome; n: number }[]): OutcomeCounts {
  const zero = Object.fromEntries(OUTCOMES.map((each) => [each, 0])) as OutcomeCounts
  return Object.assign(zero, Object.fromEntries(found.map((row) => [row.outcome, row.n])))
}
