import { and, desc, eq, gte, lt, sql } from 'drizzle-orm'
import { uuidv7 } from './id.ts'
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
