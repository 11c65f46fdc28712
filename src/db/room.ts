import { sql } from 'drizzle-orm'
import { rows } from './rows.ts'
import type { Tx } from './types.ts'

/** How many connections the server gives, to this database and this user, and how many of them are taken by others. */
export type Room = { limit: number; others: number }

export async function connectionRoom(db: Tx): Promise<Room> {
  const [row] = await rows<Room>(
    db,
    sql`select least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true)::int, 0),
        (select nullif(datconnlimit, -1) from pg_database where datname = current_database()),
        (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user)) as limit,
      (select count(*)::int from pg_stat_activity
        where usesysid is not null and datid is not null and application_name <> 'pointsman') as others`,
  )
  return row!
}
