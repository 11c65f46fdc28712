/** Whether a pause holds a job, read from the database at the moment of use: a pause holds for all processes at once. */
import { sql } from 'drizzle-orm'
import type { Labels } from '../contract/index.ts'
import { rows, type Tx } from '../db/index.ts'
import { Paused } from '../errors.ts'

type Found = { who: string; why: string; field: string | null; value: string | null; since: string }

/**
 * Throws Paused when everything or the connection is paused, or a field or value of these labels. Call it again right
 * before each write into a helpdesk.
 */
export async function refusePaused(db: Tx, connectionId: string, labels: Labels = {}): Promise<void> {
  const found = await rows<Found>(
    db,
    sql`select who, why, field, value, to_char(created_at at time zone 'utc', 'YYYY-MM-DD HH24:MI "UTC"') as since
        from pauses where ended_at is null and (connection_id is null or connection_id = ${connectionId})`,
  )
  const holds = found.find(
    ({ field, value }) => field === null || (field in labels && (value === null || labels[field] === value)),
  )
  if (holds) throw new Paused(describe(holds), { next: 'Nothing to do: it goes on when the pause is ended.' })
}

function describe({ who, why, field, value, since }: Found): string {
  const what = field === null ? 'Paused' : `${field}${value === null ? '' : ` ${value}`} is paused`
  return `${what} by ${who} since ${since}${why ? `: ${why}` : ''}`
}
