/** Which decisions are meant: one filter for lists, counts and reports. */
import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import type { Labels, Plan, Source, WritebackState } from '../contract/index.ts'
import { connectionIdOf, decisions, overrides, type Tx, tickets, writebacks } from '../db/index.ts'
import { type Outcome, outcomeOf } from './ledger.ts'

/** A filter that is left out matches all. */
export type DecisionFilter = {
  outcome?: Outcome
  /** Connection name. */
  connection?: string
  since?: Date
  until?: Date
  /** Decided values; the decision must have all of them. */
  values?: Labels
  /** The ticket's key in the helpdesk. */
  key?: string
  /** In the subject or the prepared text, or the beginning of the key; in any case. */
  text?: string
  language?: string
  model?: string
  /** Version of the routing map that routed it. */
  map?: number
  /** At least one value has this source. */
  source?: Source
  group?: string
  assignee?: string
  /** A person changed this field after the decision; `any`: one of them. */
  overridden?: string
  /** In the reason of the outcome, in any case. */
  reason?: string
  /** Only the newest decision of each ticket: what the review queue shows. */
  newest?: boolean
}

export const outcome = outcomeOf(decisions.plan, writebacks.state)

export const isNewest = sql<boolean>`not exists (select 1 from ${decisions} newer where newer.ticket_id = ${decisions.ticketId}
  and (newer.created_at, newer.id) > (${decisions.createdAt}, ${decisions.id}))`

/** A filter with the id of its connection: only a value that the planner sees tells it how many rows there are of it. */
export type LocatedFilter = Omit<DecisionFilter, 'connection'> & { connectionId?: string }

/** Looks up the connection; the id of one that does not exist matches nothing. */
export async function locate(db: Tx, { connection, ...filter }: DecisionFilter): Promise<LocatedFilter> {
  if (connection === undefined) return filter
  return { ...filter, connectionId: await connectionIdOf(db, connection) }
}

/**
 * The filter as parts that no decision matches twice, each with an index that has its rows in the order of their ids: an
 * outcome is in two tables, and a condition on both would read every decision where few or none match.
 */
export function partsOf({ outcome: wanted, ...filter }: LocatedFilter): (SQL | undefined)[] {
  if (wanted === undefined) return [matching(filter)]
  return PARTS[wanted].map((part) => and(part, matching(filter)))
}

const planned = (plan: Plan) => sql`${decisions.plan} = ${plan}`
// only what is carried has a write-back
const written = (state: WritebackState) => sql`${writebacks.state} = ${state}`
const PARTS: Record<Outcome, SQL[]> = {
  applied: [written('applied')],
  suggested: [written('suggested')],
  held: [planned('hold')],
  skipped: [planned('skip'), written('skipped')],
  failed: [written('failed')],
  waiting: [written('waiting'), written('sending')],
  // There must be none, so they are looked for first: by the order of the list, every decision would be read.
  lost: [
    sql`${decisions.id} = any(array(select carried.id from ${decisions} carried where carried.plan not in ('hold', 'skip')
      and not exists (select from ${writebacks} written where written.decision_id = carried.id)))`,
  ],
}

/** For a query of decisions with their tickets and write-backs. */
export function matching(filter: LocatedFilter): SQL | undefined {
  const { since, until, values } = filter
  const when = <T>(given: T | undefined, condition: (given: T) => SQL) =>
    given === undefined ? undefined : condition(given)
  return and(
    when(filter.connectionId, (id) => eq(decisions.connectionId, id)),
    when(filter.outcome, (wanted) => sql`${outcome} = ${wanted}`),
    since && gte(decisions.createdAt, since),
    until && lt(decisions.createdAt, until),
    values && sql`${decisions.values} @> ${JSON.stringify(values)}::jsonb`,
    when(filter.key, (key) => eq(tickets.key, key)),
    when(filter.text, contains),
    when(filter.language, (language) => eq(tickets.language, language)),
    when(filter.model, (model) => eq(decisions.model, model)),
    when(filter.map, (version) => eq(decisions.mapVersion, version)),
    when(
      filter.source,
      (source) =>
        sql`jsonb_path_exists(${decisions.sources}, '$.* ? (@ == $source)', ${JSON.stringify({ source })}::jsonb)`,
    ),
    when(filter.group, (group) => sql`${decisions.route}->>'group' = ${group}`),
    when(filter.assignee, (person) => sql`${decisions.route}->>'assignee' = ${person}`),
    when(
      filter.reason,
      (words) => sql`strpos(lower(coalesce(${writebacks.reason}, ${decisions.reason})), lower(${words})) > 0`,
    ),
    when(filter.overridden, wasOverridden),
    filter.newest ? isNewest : undefined,
  )
}

/** Whether the condition is about the ticket, and not of the decision alone. */
export const asksForTicket = ({ key, text, language }: DecisionFilter): boolean =>
  [key, text, language].some((asked) => asked !== undefined)

function contains(text: string): SQL {
  const escaped = text.replace(/[\\%_]/g, '\\$&')
  return sql`(${tickets.subject} ilike ${`%${escaped}%`} or ${tickets.text} ilike ${`%${escaped}%`} or ${tickets.key} ilike ${`${escaped}%`})`
}

function wasOverridden(field: string): SQL {
  const one = field === 'any' ? undefined : sql` and ${overrides.field} = ${field}`
  return sql`exists (select 1 from ${overrides} where ${overrides.decisionId} = ${decisions.id}${one ?? sql``})`
}
