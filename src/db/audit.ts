import { and, desc, eq, gte, inArray, isNotNull, lt, or, sql } from 'drizzle-orm'
import { firstIdOf, uuidv7 } from './id.ts'
import { audit } from './schema.ts'
import type { Tx } from './types.ts'

/** Records who changed what, in the transaction of the change. Never pass a secret or a ticket's text. */
export async function recordAudit(
  tx: Tx,
  entry: { actor: string; action: string; subject: string; before?: unknown; after?: unknown },
): Promise<void> {
  await tx.insert(audit).values({ id: uuidv7(), ...entry })
}

type AuditFilter = { actor?: string; action?: string; since?: Date; until?: Date }

/** Newest first; `before` is the id of the last row that was seen. `action` may be the start of one: `decision.`. */
export async function listAudit(
  db: Tx,
  { actor, action, since, until }: AuditFilter,
  { limit, before }: { limit: number; before?: string },
) {
  return db
    .select()
    .from(audit)
    .where(
      and(
        actor === undefined ? undefined : eq(audit.actor, actor),
        action === undefined ? undefined : sql`starts_with(${audit.action}, ${action})`,
        since && gte(audit.at, since),
        until && lt(audit.at, until),
        before === undefined ? undefined : lt(audit.id, before),
      ),
    )
    .orderBy(desc(audit.id))
    .limit(limit)
}

/** Empties what the rows of these subjects say about before and after; who did what and when stays. Returns how many. */
export async function eraseAudit(tx: Tx, subjects: string[]): Promise<number> {
  const emptied = await tx
    .update(audit)
    .set({ before: null, after: null })
    .where(and(inArray(audit.subject, subjects), or(isNotNull(audit.before), isNotNull(audit.after))))
    .returning({ id: audit.id })
  return emptied.length
}

/** Deletes at most `limit` rows from before a moment, the oldest first; returns how many. */
export async function purgeAudit(db: Tx, before: Date, limit: number): Promise<number> {
  const old = db
    .select({ id: audit.id })
    .from(audit)
    .where(lt(audit.id, firstIdOf(before)))
    .orderBy(audit.id)
  return (
    await db
      .delete(audit)
      .where(inArray(audit.id, old.limit(limit)))
      .returning({ id: audit.id })
  ).length
}
