/** Overrides and labels for people. */
import { and, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'
import { connections, labels, overrides, tickets } from '../db/schema.ts'

export type OverrideFilter = { connection?: string; ticket?: string; field?: string; since?: Date; until?: Date }

/** Newest first; `before` is the id of the last one that was seen. */
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
        connection === undefined ? undefined : eq(connections.name, connection),
        ticket === undefined ? undefined : eq(overrides.ticketId, ticket),
        field === undefined ? undefined : eq(overrides.field, field),
        since && gte(overrides.at, since),
        until && lt(overrides.at, until),
      ),
    )
    .orderBy(desc(overrides.id))
    .limit(limit)
}

type Provenance = (typeof labels.$inferSelect)['provenance']
export type LabelFilter = {
  connection?: string
  ticket?: string
  field?: string
  value?: string
  provenance?: Provenance
  since?: Date
  until?: Date
}

/** Last changed first; `before` names the last row that was seen. A label that is revised meanwhile moves to the front. */
export async function listLabels(
  db: Tx,
  filter: LabelFilter,
  { limit, before }: { limit: number; before?: { updatedAt: string; ticket: string; field: string } },
) {
  const { connection, ticket, field, value, provenance, since, until } = filter
  const { updatedAt, ...shown } = getTableColumns(labels)
  return db
    .select({
      // Whole microseconds: a Date would lose the place between two labels of one millisecond.
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
        connection === undefined ? undefined : eq(connections.name, connection),
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
