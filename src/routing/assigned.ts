/** How many tickets count against the limits of people. */
import { sql } from 'drizzle-orm'
import { firstIdOf, rows, type Tx } from '../db/index.ts'
import { goalsOf, type MapDocument, peopleOf, type Row } from './map.ts'

/**
 * Counts, for each person of the row who has a limit, the open tickets that we assigned in the window of the limit. In a
 * transaction with `lock`, no other ticket is given to these people before it ends, so that none gets one too many.
 */
export async function countAssigned(
  db: Tx,
  { people = {} }: Pick<MapDocument, 'people'>,
  row: Row,
  now: Date,
  { lock }: { lock: boolean },
): Promise<Record<string, number>> {
  const named = new Set(goalsOf(row).flatMap(({ strategy }) => peopleOf(strategy)))
  const counted: Record<string, number> = {}
  // In one order for all, so that two tickets do not wait for each other.
  for (const name of [...named].sort()) {
    const limit = Object.hasOwn(people, name) ? people[name]!.limit : undefined
    if (!limit) continue
    if (lock) await db.execute(sql`select pg_advisory_xact_lock(hashtext(${`pointsman tickets of ${name}`}::text))`)
    counted[name] = await countOf(db, name, new Date(now.getTime() - limit.hours * 3_600_000))
  }
  return counted
}

async function countOf(db: Tx, name: string, since: Date): Promise<number> {
  const [found] = await rows<{ n: number }>(
    db,
    sql`select count(*)::int as n from decisions d join tickets t on t.id = d.ticket_id
        where d.route->>'assignee' = ${name} and d.id > ${firstIdOf(since)} and d.plan = 'apply'
          and t.status = 'open'
          and not exists (select from decisions later where later.ticket_id = d.ticket_id and later.id > d.id)
          and not exists (select from overrides o where o.decision_id = d.id and o.field = 'group')`,
  )
  return found!.n
}
