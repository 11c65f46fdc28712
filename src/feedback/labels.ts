import { sql } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'
import { labels } from '../db/schema.ts'

/** The final value of a field. A later one revises it; an older one that comes late does not. */
export async function saveLabel(tx: Tx, label: typeof labels.$inferInsert): Promise<void> {
  const { value, provenance, decisionId, who, at } = label
  await tx
    .insert(labels)
    .values(label)
    .onConflictDoUpdate({
      target: [labels.ticketId, labels.field],
      set: { value, provenance, decisionId, who, at, updatedAt: sql`now()` },
      setWhere: sql`${labels.at} <= excluded.at`,
    })
}
