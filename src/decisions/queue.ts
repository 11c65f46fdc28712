/** What waits for a person: held decisions, the most urgent and then the oldest first, and after them the sampled ones. */
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { decisions, type Tx, tickets, writebacks } from '../db/index.ts'
import { type DecisionFilter, isNewest, locate, matching } from './filter.ts'
import { type DecisionRow, select } from './list.ts'

/** Why a decision is in the queue. */
type QueueKind = 'held' | 'sampled'
type QueueFilter = Omit<DecisionFilter, 'outcome' | 'newest'> & { kind?: QueueKind }
/** The last row of a page: the part of the queue that it was in, and its id. */
type QueuePlace = { part: number; id: string }

/** One page of the queue. `priorities`: the values of the priority, the most urgent first. */
export async function listQueue(
  db: Tx,
  { kind, ...filter }: QueueFilter,
  priorities: string[],
  { limit, after }: { limit: number; after?: QueuePlace },
): Promise<(DecisionRow & { kind: QueueKind; part: number })[]> {
  const matches = matching(await locate(db, filter))
  const found: (DecisionRow & { kind: QueueKind; part: number })[] = []
  for (const [part, { of, where }] of partsOf(priorities).entries()) {
    if (found.length >= limit || (kind && kind !== of) || part < (after?.part ?? 0)) continue
    const page = await select(db)
      .where(and(where, matches, part === after?.part ? gt(decisions.id, after.id) : undefined))
      .orderBy(asc(decisions.id))
      .limit(limit - found.length)
    found.push(...page.map((row) => ({ ...row, kind: of, part })))
  }
  return found
}

/** How many decisions of each kind are in the queue. */
export async function countQueue(db: Tx, filter: Omit<QueueFilter, 'kind'>): Promise<Record<QueueKind, number>> {
  const matches = matching(await locate(db, filter))
  const count = async (where: SQL) => {
    const [row] = await db
      .select({ n: sql<number>`count(*)::int` })
      .from(decisions)
      .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
      .leftJoin(writebacks, eq(writebacks.decisionId, decisions.id))
      .where(and(where, matches))
    return row!.n
  }
  const [held, sampled] = await Promise.all([count(HELD), count(SAMPLED)])
  return { held, sampled }
}

/** Somebody has solved the ticket, or it is gone: then nobody needs to know where it belongs. */
const HELD = sql`${decisions.plan} = 'hold' and ${tickets.status} = 'open' and ${isNewest}`

/** Untouched: where a person changed a value already, the truth is known. */
const SAMPLED = sql`${decisions.sample} is not null and ${tickets.status} <> 'removed' and ${isNewest}
  and (${decisions.plan} = 'skip' or ${writebacks.state} in ('applied', 'suggested'))
  and not exists (select 1 from overrides o where o.ticket_id = ${decisions.ticketId})`

// Each part has an index with its rows in the order of their ids.
function partsOf(priorities: string[]): { of: QueueKind; where: SQL }[] {
  const priority = sql`(${decisions.values}->>'priority')`
  const others = priorities.length > 0 ? sql`(${priority} is null or ${priority} not in ${priorities})` : sql`true`
  return [
    ...[...priorities.map((one) => sql`${priority} = ${one}`), others].map((where) => ({
      of: 'held' as const,
      where: sql`${HELD} and ${where}`,
    })),
    { of: 'sampled', where: SAMPLED },
  ]
}
