/** Lists overrides. */
import { and, desc, eq, getTableColumns, gte, lt } from 'drizzle-orm'
import { connectionIdOf, connections, overrides, type Tx, tickets } from '../db/index.ts'

/** Which overrides a list shows; a filter that is left out matches all. */
export type OverrideFilter = { connection?: string; ticket?: string; field?: string; since?: Date; until?: Date }

/** Lists overrides, newest first; `before` is the id of the last override of the previous page. */
export async function listOverrides(
  db: Tx,
  filter: OverrideFilter,
  { limit, before }: { limit: number; before?: string },
) {
  const { connection, ticket, field, since, until } = filter
  return db
    .select({ override: getTableColumns(overrides), connection: connections.name, key: tickets.key, url: tickets.url })
    .from(overrides)
    .innerJoin(tickets, eq(tickets.id, overrides.ticketId))
    .innerJoin(connections, eq(connections.id, tickets.connectionId))
    .where(
      and(
        before === undefined ? undefined : lt(overrides.id, before),
        connection === undefined ? undefined : eq(tickets.connectionId, await connectionIdOf(db, connection)),
        ticket === undefined ? undefined : eq(overrides.ticketId, ticket),
        field === undefined ? undefined : eq(overrides.field, field),
        since && gte(overrides.at, since),
        until && lt(overrides.at, until),
      ),
    )
    .orderBy(desc(overrides.id))
    .limit(limit)
}
