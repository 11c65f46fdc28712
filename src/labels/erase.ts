/** Deletes labels and examples: when their time is over, and when a ticket is erased. */
import { and, eq, inArray, lt, or, sql } from 'drizzle-orm'
import { examples, firstIdOf, labels, type Tx } from '../db/index.ts'

/** How many labels these tickets have. */
export const countLabels = (db: Tx, tickets: string[]): Promise<number> =>
  db.$count(labels, inArray(labels.ticketId, tickets))

/** Deletes the labels of these tickets; returns how many. */
export async function eraseLabels(tx: Tx, tickets: string[]): Promise<number> {
  return (await tx.delete(labels).where(inArray(labels.ticketId, tickets)).returning({ field: labels.field })).length
}

/** Examples that were imported under one of these names, or that hold one of these texts. */
export async function findExamples(db: Tx, origins: string[], holding: string[]): Promise<string[]> {
  if (origins.length + holding.length === 0) return []
  const text = sql`lower(${examples.subject} || ' ' || ${examples.text} || ' ' || ${examples.metadata}::text)`
  const found = await db
    .select({ id: examples.id })
    .from(examples)
    .where(
      or(
        origins.length > 0 ? inArray(examples.origin, origins) : undefined,
        ...holding.map((part) => sql`strpos(${text}, ${part.toLowerCase()}) > 0`),
      ),
    )
  return found.map(({ id }) => id)
}

/** Deletes these examples; returns how many. */
export async function eraseExamples(tx: Tx, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0
  return (await tx.delete(examples).where(inArray(examples.id, ids)).returning({ id: examples.id })).length
}

/** Deletes at most `limit` imported examples from before a moment; synthetic ones concern nobody and stay. */
export async function purgeExamples(db: Tx, before: Date, limit: number): Promise<number> {
  const old = db
    .select({ id: examples.id })
    .from(examples)
    .where(and(eq(examples.provenance, 'imported'), lt(examples.id, firstIdOf(before))))
    .orderBy(examples.id)
    .limit(limit)
  return (await db.delete(examples).where(inArray(examples.id, old)).returning({ id: examples.id })).length
}
