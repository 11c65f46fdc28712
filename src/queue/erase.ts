import { sql } from 'drizzle-orm'
import { rows, type Tx } from '../db/index.ts'
import { DEAD } from './dead-letters.ts'

/** What the jobs to erase are about: their keys, the ids of deliveries that they name, or a text in them or in their errors. */
type About = { keys: string[]; deliveries: string[]; holding: string[] }

/** Counts jobs and dead letters about something, in whatever state. */
export async function countJobs(db: Tx, about: About): Promise<number> {
  const [found] = await rows<{ n: number }>(db, sql`select count(*)::int as n from queue.job where ${isAbout(about)}`)
  return found!.n
}

/**
 * Deletes jobs and dead letters about something, finished ones with their errors too; returns how many. A job that runs
 * loses its place: it cannot settle, so that nothing of what it read is stored. The job `except` stays.
 */
export async function eraseJobs(tx: Tx, about: About, except?: string): Promise<number> {
  const others = except === undefined ? sql`true` : sql`id <> ${except}::uuid`
  return (await rows(tx, sql`delete from queue.job where ${isAbout(about)} and ${others} returning id`)).length
}

function isAbout({ keys, deliveries, holding }: About) {
  const key = sql`case when name = ${DEAD} then data->>'key' else group_id end`
  const delivery = sql`case when name = ${DEAD} then data->'data'->>'delivery' else data->>'delivery' end`
  const conditions = [
    ...(keys.length > 0 ? [sql`${key} in ${keys}`] : []),
    ...(deliveries.length > 0 ? [sql`${delivery} in ${deliveries}`] : []),
    ...holding.map((part) => sql`strpos(lower(data::text || coalesce(output::text, '')), ${part.toLowerCase()}) > 0`),
  ]
  return conditions.length > 0 ? sql`(${sql.join(conditions, sql` or `)})` : sql`false`
}
