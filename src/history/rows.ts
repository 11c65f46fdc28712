/** Backfills as they are stored. */
import { and, desc, eq, lt } from 'drizzle-orm'
import { backfills, connections, type Tx } from '../db/index.ts'

export type BackfillRow = typeof backfills.$inferSelect & { connection: string }

const shown = (db: Tx) =>
  db
    .select({ backfill: backfills, connection: connections.name })
    .from(backfills)
    .innerJoin(connections, eq(connections.id, backfills.connectionId))

const asRow = ({ backfill, connection }: { backfill: typeof backfills.$inferSelect; connection: string }) => ({
  ...backfill,
  connection,
})

/** The backfill with this id, or null. */
export async function findBackfill(db: Tx, id: string): Promise<BackfillRow | null> {
  const [found] = await shown(db).where(eq(backfills.id, id))
  return found ? asRow(found) : null
}

/** The backfill of this connection that runs, or null. */
export async function runningBackfill(db: Tx, connectionId: string): Promise<BackfillRow | null> {
  const [found] = await shown(db).where(and(eq(backfills.connectionId, connectionId), eq(backfills.state, 'running')))
  return found ? asRow(found) : null
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function listBackfills(db: Tx, limit: number, before?: string): Promise<BackfillRow[]> {
  const found = await shown(db)
    .where(before === undefined ? undefined : lt(backfills.id, before))
    .orderBy(desc(backfills.id))
    .limit(limit)
  return found.map(asRow)
}
