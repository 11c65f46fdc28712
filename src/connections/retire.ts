import { eq, sql } from 'drizzle-orm'
import { connections, recordAudit, type Tx } from '../db/index.ts'
import { findConnection, type Needs } from './find.ts'
import { redact } from './redact.ts'
import { sealed } from './store.ts'

/**
 * Deletes a connection in the caller's transaction: its credentials and secrets are destroyed, and its row stays for the
 * history. Call `forgetConnections` after the commit. Returns its id.
 */
export async function retireConnection(
  { db: tx, vault }: Needs & { db: Tx },
  name: string,
  actor: string,
): Promise<string> {
  const before = await findConnection({ db: tx, vault }, name)
  const nothing = sealed(vault, before.id, { credentials: { kind: 'deleted' }, secrets: [] })
  await tx
    .update(connections)
    .set({ ...nothing, mode: 'observe', pausedUntil: null, deletedAt: sql`now()`, updatedAt: sql`now()` })
    .where(eq(connections.id, before.id))
  await recordAudit(tx, {
    actor,
    action: 'connection.delete',
    subject: `connection ${before.name}`,
    before: redact(before),
  })
  return before.id
}
