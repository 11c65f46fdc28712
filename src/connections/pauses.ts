/** Pauses that a helpdesk asks for. They are stored, so that they hold for all processes. */
import { and, eq, gt, sql } from 'drizzle-orm'
import type { Connection } from '../contract/index.ts'
import { connections, recordAudit, type Tx } from '../db/index.ts'
import { HelpdeskError } from '../errors.ts'
import { decrypt, findConnection, type Needs } from './find.ts'

/** Used when the helpdesk does not say how long to wait. */
const DEFAULT_PAUSE_MS = 2_000

/** The connection as it is now. Throws HelpdeskError `busy` while its account is paused, Rejected 404 without one. */
export async function findUnpaused({ db, vault }: Needs, connectionId: string): Promise<Connection> {
  const [row] = await db.select().from(connections).where(eq(connections.id, connectionId))
  if (!row) return findConnection({ db, vault }, connectionId) // throws the 404
  if (row.deletedAt)
    throw new HelpdeskError('gone', `The connection ${row.name} was deleted`, { next: 'Nothing to do.' })
  const waitMs = row.pausedUntil ? row.pausedUntil.getTime() - Date.now() : 0
  if (waitMs > 0)
    throw new HelpdeskError('busy', `The helpdesk of ${row.name} asked for a pause`, {
      next: 'Nothing to do: the job runs again after the pause.',
      retryAfterMs: waitMs,
    })
  return decrypt(vault, row)
}

/** Stores the pause that this error asks for; a longer one that is already stored stays. */
export async function pauseAccount({ db }: Pick<Needs, 'db'>, connectionId: string, error: HelpdeskError) {
  const until = new Date(Date.now() + (error.retryAfterMs ?? DEFAULT_PAUSE_MS)).toISOString()
  await db
    .update(connections)
    .set({ pausedUntil: sql`greatest(${connections.pausedUntil}, ${until}::timestamptz)` })
    .where(eq(connections.id, connectionId))
}

/** Until when the account of each paused connection is paused, by connection id. */
export async function listPauses(db: Tx): Promise<Map<string, { name: string; until: Date }>> {
  const { id, name, pausedUntil } = connections
  const found = await db.select({ id, name, pausedUntil }).from(connections).where(gt(pausedUntil, sql`now()`))
  return new Map(found.map((row) => [row.id, { name: row.name, until: row.pausedUntil! }]))
}

/** Ends the pause of a connection now, for all processes. Returns whether it was paused. */
export async function resumeConnection({ db, vault }: Needs, name: string, actor: string): Promise<boolean> {
  const { id } = await findConnection({ db, vault }, name)
  return db.transaction(async (tx) => {
    const ended = await tx
      .update(connections)
      .set({ pausedUntil: null })
      .where(and(eq(connections.id, id), gt(connections.pausedUntil, sql`now()`)))
      .returning({ id: connections.id })
    if (ended.length === 0) return false
    await recordAudit(tx, { actor, action: 'connection.resume', subject: `connection ${name}` })
    return true
  })
}
