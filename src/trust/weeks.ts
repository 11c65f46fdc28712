import { and, eq, gte, sql } from 'drizzle-orm'
import { evidence, type Tx } from '../db/index.ts'

/** Handled tickets of a field in one week, and how many were right. `week`: its Monday, as `2026-01-05`. */
export type Week = { field: string; week: string; n: number; right: number }

/** What people found, by field and week, the oldest first. */
export async function weeksOf(db: Tx, connectionId: string, since: Date): Promise<Week[]> {
  const week = sql<string>`to_char(date_trunc('week', ${evidence.at} at time zone 'UTC'), 'YYYY-MM-DD')`
  return db
    .select({
      field: evidence.field,
      week,
      n: sql<number>`count(*)::int`,
      right: sql<number>`count(*) filter (where ${evidence.right})::int`,
    })
    .from(evidence)
    .where(and(eq(evidence.connectionId, connectionId), gte(evidence.at, since)))
    .groupBy(evidence.field, week)
    .orderBy(evidence.field, week)
}
