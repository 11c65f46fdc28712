/** Labels as the API lists them. */
import { and, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm'
import type { Provenance } from '../contract/index.ts'
import { connectionIdOf, connections, labels, type Tx, tickets } from '../db/index.ts'

/** Which labels to list. */
type LabelListFilter = {
  connection?: string
  ticket?: string
  field?: string
  value?: string
  provenance?: Provenance
  since?: Date
  until?: Date
}

/** Lists labels, last changed first. `before` is the last row of the previous page. A label that changes between two pages moves to the front. */
export async function listLabels(
  db: Tx,
  filter: LabelListFilter,
  { limit, before }: { limit: number; before?: { updatedAt: string; ticket: string; field: string } },
) {
  const { connection, ticket, field, value, provenance, since, until } = filter
  const { updatedAt, ...shown } = getTableColumns(labels)
  return db
    .select({
      // With microseconds: a Date would confuse two labels of the same millisecond.
      label: {
        ...shown,
        updatedAt: sql<string>`to_char(${updatedAt} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
      },
      connection: connections.name,
      key: tickets.key,
      url: tickets.url,
    })
    .from(labels)
    .innerJoin(tickets, eq(tickets.id, labels.ticketId))
    .innerJoin(connections, eq(connections.id, tickets.connectionId))
    .where(
      and(
        before &&
          sql`(${updatedAt}, ${labels.ticketId}, ${labels.field}) < (${before.updatedAt}::timestamptz, ${before.ticket}::uuid, ${before.field})`,
        connection === undefined ? undefined : eq(tickets.connectionId, await connectionIdOf(db, connection)),
        ticket === undefined ? undefined : eq(labels.ticketId, ticket),
        field === undefined ? undefined : eq(labels.field, field),
        value === undefined ? undefined : eq(labels.value, value),
        provenance === undefined ? undefined : eq(labels.provenance, provenance),
        since && gte(labels.at, since),
        until && lt(labels.at, until),
      ),
    )
    .orderBy(desc(updatedAt), desc(labels.ticketId), desc(labels.field))
    .limit(limit)
}
