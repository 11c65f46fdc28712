/** Starts and stops the reading of past tickets. */
import { and, eq, sql } from 'drizzle-orm'
import { findConnection, type Vault } from '../connections/index.ts'
import { type Connection, type Connectors, connectorOf, type Past } from '../contract/index.ts'
import { backfills, type Database, recordAudit, type Tx, uuidv7 } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import type { Queue } from '../queue/index.ts'
import { type BackfillRow, findBackfill, runningBackfill } from './rows.ts'

/** The job that reads one page and leaves one for the next. */
export const BACKFILL = 'backfill'

type StartNeeds = {
  database: Pick<Database, 'db'>
  vault: Vault
  connectors: Connectors
  queue: Pick<Queue, 'send' | 'wake'>
}

const NONE = { read: 0, labelled: 0, unlabelled: 0, open: 0, decided: 0, filtered: 0 }

/** Starts to read the tickets created since then; a backfill of the connection that runs already goes on instead. */
export async function startBackfill(
  { database: { db }, vault, connectors, queue }: StartNeeds,
  input: { connection: string; since: Date },
  actor: string,
): Promise<{ backfill: BackfillRow; resumed: boolean }> {
  const connection = await findConnection({ db, vault }, input.connection)
  pastOf(connectors, connection)
  if (input.since.getTime() >= Date.now())
    throw new Rejected(422, 'The backfill would begin in the future', { next: 'Give a time in the past as "since".' })
  const id = await db.transaction(async (tx) => {
    const row = { id: uuidv7(), connectionId: connection.id, since: input.since, state: 'running' as const, actor }
    const [made] = await tx
      .insert(backfills)
      .values({ ...row, counts: NONE, labels: {}, outside: {} })
      .onConflictDoNothing()
      .returning({ id: backfills.id })
    if (!made) return null
    await queue.send(tx, BACKFILL, { backfill: row.id }, { key: `backfill:${connection.id}` })
    await recordAudit(tx, {
      actor,
      action: 'backfill.start',
      subject: `connection ${connection.name}`,
      after: { backfill: row.id, since: input.since.toISOString() },
    })
    return row.id
  })
  queue.wake(BACKFILL)
  const backfill = id ? await findBackfill(db, id) : await runningBackfill(db, connection.id)
  if (backfill) return { backfill, resumed: id === null }
  throw new Rejected(409, `Another backfill of ${connection.name} ended just now`, { next: 'Start it again.' })
}

/** Stops it after the page that is being read; what was read stays. */
export async function stopBackfill(db: Tx, id: string, actor: string): Promise<BackfillRow> {
  await db.transaction(async (tx) => {
    const stopped = await tx
      .update(backfills)
      .set({ state: 'stopped', finishedAt: sql`now()`, updatedAt: sql`now()` })
      .where(and(eq(backfills.id, id), eq(backfills.state, 'running')))
      .returning({ id: backfills.id })
    if (stopped.length > 0) await recordAudit(tx, { actor, action: 'backfill.stop', subject: `backfill ${id}` })
  })
  const found = await findBackfill(db, id)
  if (found) return found
  throw new Rejected(404, `There is no backfill ${id}`, { next: 'GET /api/v1/backfills lists them.' })
}

/** How the adapter lists past tickets; Rejected 422 when it cannot. */
export function pastOf(connectors: Connectors, { kind, name }: Connection): Past {
  const { past } = connectorOf(connectors, kind)
  if (past) return past
  throw new Rejected(422, `The adapter ${kind} of ${name} cannot list past tickets`, {
    next: 'Export them there, and run: pointsman import FILE.',
  })
}
