import { and, eq } from 'drizzle-orm'
import { labels, type Tx } from '../db/index.ts'

/** A label as it was. */
export type Label = Omit<typeof labels.$inferSelect, 'ticketId' | 'updatedAt'>

/** All labels of a ticket. */
export async function labelsOf(db: Tx, ticketId: string): Promise<Label[]> {
  const { field, value, provenance, decisionId, who, at } = labels
  return db.select({ field, value, provenance, decisionId, who, at }).from(labels).where(eq(labels.ticketId, ticketId))
}

/** Takes back the labels that were saved at this moment, and puts back those of before. What was saved since stays. */
export async function putBackLabels(tx: Tx, ticketId: string, at: Date, before: Label[]): Promise<void> {
  const gone = await tx
    .delete(labels)
    .where(and(eq(labels.ticketId, ticketId), eq(labels.at, at)))
    .returning({ field: labels.field })
  for (const label of before)
    if (gone.some(({ field }) => field === label.field)) await tx.insert(labels).values({ ticketId, ...label })
}
