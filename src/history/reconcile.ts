/**
 * Compares each connection with its helpdesk at intervals: tickets whose webhook never came, and changes of decided tickets
 * that were missed, become events like any other. A webhook that was refused as too large is among them.
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Helpdesks, knownConnection, type Vault } from '../connections/index.ts'
import { type Connection, ConnectionSettings, type Connectors, connectorOf, type Ticket } from '../contract/index.ts'
import { connections, type Database, reconciliations, rows, type Tx } from '../db/index.ts'
import { decidedAmong } from '../decisions/index.ts'
import { FEEDBACK, knownEvents, outsideFilters, storeMissed, TRIAGE } from '../intake/index.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { READ_LAST } from './page.ts'

/** The job: with a connection it reads a page, without one it looks which connections are due. */
export const RECONCILE = 'reconcile'

/** A webhook may be on its way for so long; what changed since then is looked at the next time. */
const GRACE_MS = 2 * 60_000
/** The first time, so far back: webhooks may have been lost while the service was updated. */
const FIRST_MS = 60 * 60_000

export type ReconcileNeeds = {
  database: Database
  vault: Vault
  connectors: Connectors
  helpdesks: Helpdesks
  queue: Pick<Queue, 'send' | 'complete' | 'wake'>
  events: { reconciled(found: Reconciled): void }
}

/** What a page of a connection brought to light. */
export type Reconciled = { connection: string; created: number; updated: number }

type Row = typeof reconciliations.$inferSelect

export const reconcileTask = (needs: ReconcileNeeds): Task<{ connection?: string }> => ({
  pollMs: 15_000,
  run: (job) => (job.data.connection === undefined ? sendDue(needs) : reconcile(needs, job, job.data.connection)),
  // The next time goes on from the stored place; the dead letter says what was wrong.
  giveUp: async () => {},
})

/** One job for each connection whose interval is over and that has none yet. */
async function sendDue({ database: { db }, connectors, queue }: ReconcileNeeds): Promise<void> {
  const found = await db
    .select({ id: connections.id, kind: connections.kind, settings: connections.settings, row: reconciliations })
    .from(connections)
    .leftJoin(reconciliations, eq(reconciliations.connectionId, connections.id))
    .where(
      and(
        isNull(connections.deletedAt),
        sql`not exists (select 1 from queue.job j where j.name = ${RECONCILE} and j.state <= 'active'
          and j.data->>'connection' = ${connections.id}::text)`,
      ),
    )
  for (const { id, kind, settings, row } of found) {
    const { reconcileMinutes } = ConnectionSettings.parse(settings)
    const isDue = !row || row.startedAt.getTime() <= Date.now() - reconcileMinutes * 60_000
    if (reconcileMinutes === 0 || !isDue || !connectorOf(connectors, kind).past) continue
    await queue.send(db, RECONCILE, { connection: id }, { key: `reconcile:${id}` })
  }
  queue.wake(RECONCILE)
}

async function reconcile(needs: ReconcileNeeds, job: Job, connectionId: string): Promise<void> {
  const { database, vault, connectors, helpdesks, queue, events } = needs
  const connection = await knownConnection({ db: database.db, vault }, connectionId)
  const { past } = connectorOf(connectors, connection.kind)
  if (!past) return
  const now = new Date()
  const row = await placeOf(database.db, connection, now)
  const wanted = { by: 'updated' as const, since: row.since.toISOString(), cursor: row.cursor }
  // Only adapters that can list are asked.
  const page = await helpdesks.call(
    connection.id,
    (connector, current) => connector.past!.list(current, wanted),
    READ_LAST,
  )
  const missed = await missedAmong(
    needs,
    connection,
    row,
    page.tickets.map(({ ticket }) => ticket),
    now,
  )
  const found = { created: 0, updated: 0 }
  await database.db.transaction(async (tx) => {
    for (const { event, ticket } of missed)
      if (await storeMissed(tx, queue, connection.id, event, ticket)) found[event]++
    await advance(tx, row, page, found)
    await queue.complete(job as Job<never>, tx)
    if (!page.done)
      await queue.send(
        tx,
        RECONCILE,
        { connection: connection.id },
        { key: `reconcile:${connection.id}`, startAfterSeconds: Math.ceil(past.listEveryMs / 1000) },
      )
  })
  for (const kind of [TRIAGE, FEEDBACK, RECONCILE]) queue.wake(kind)
  if (found.created + found.updated > 0) events.reconciled({ connection: connection.name, ...found })
}

/** Where the connection is: in the middle of a pass, or at the beginning of the next one. */
async function placeOf(db: Tx, connection: Connection, now: Date): Promise<Row> {
  const [stored] = await db.select().from(reconciliations).where(eq(reconciliations.connectionId, connection.id))
  // A pass that broke off is not over, also before its first page.
  if (stored && stored.finishedAt === null) return stored
  if (stored) {
    // What was too young in the pass before is read again.
    const since = new Date(stored.startedAt.getTime() - GRACE_MS)
    const next = { since, startedAt: now, finishedAt: null }
    await db.update(reconciliations).set(next).where(eq(reconciliations.connectionId, connection.id))
    return { ...stored, ...next }
  }
  const [{ at } = { at: now.toISOString() }] = await rows<{ at: string | Date }>(
    db,
    sql`select created_at as at from connections where id = ${connection.id}`,
  )
  const since = new Date(Math.max(new Date(at).getTime(), now.getTime() - FIRST_MS))
  const first = { connectionId: connection.id, since, startedAt: now }
  const [made] = await db.insert(reconciliations).values(first).onConflictDoNothing().returning()
  return made ?? placeOf(db, connection, now)
}

async function advance(
  tx: Tx,
  row: Row,
  { cursor, done }: { cursor: string; done: boolean },
  { created, updated }: { created: number; updated: number },
): Promise<void> {
  await tx
    .update(reconciliations)
    .set({
      cursor: done ? null : cursor,
      finishedAt: done ? sql`now()` : null,
      created: sql`${reconciliations.created} + ${created}`,
      updated: sql`${reconciliations.updated} + ${updated}`,
    })
    .where(eq(reconciliations.connectionId, row.connectionId))
}

type Missed = { event: 'created' | 'updated'; ticket: Ticket }

async function missedAmong(
  { database: { db }, connectors }: ReconcileNeeds,
  connection: Connection,
  { since }: Row,
  listed: Ticket[],
  now: Date,
): Promise<Missed[]> {
  const { filters } = connectorOf(connectors, connection.kind)
  const young = new Date(now.getTime() - GRACE_MS).toISOString()
  const inside = listed.filter(({ place }) => !outsideFilters(place, connection.filters, filters))
  const known = await knownEvents(db, connectors, connection, inside)
  const decided = await decidedAmong(
    db,
    connection.id,
    inside.map(({ id }) => id),
  )
  return inside.flatMap((ticket): Missed[] => {
    const { created, current } = known.get(ticket.id)!
    const { createdAt, updatedAt } = ticket
    if (decided.has(ticket.id)) return !current && (updatedAt ?? '') <= young ? [{ event: 'updated', ticket }] : []
    // An older one had its pass. It may have been erased here since, or never was to be decided.
    const isExpected = createdAt !== null && createdAt >= since.toISOString() && createdAt <= young
    return isExpected && !created ? [{ event: 'created', ticket }] : []
  })
}
