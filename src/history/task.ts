/** The backfill job: reads a page, stores it, and leaves a job for the next one, all in the transaction of the page. */
import { and, eq, sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import { type Helpdesks, knownConnection, type Vault } from '../connections/index.ts'
import type { Connectors } from '../contract/index.ts'
import { backfills, type Database, type Tx } from '../db/index.ts'
import type { TriageError } from '../errors.ts'
import { FEEDBACK } from '../intake/index.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { TRAIN } from '../training/index.ts'
import { BACKFILL, pastOf } from './backfill.ts'
import { type PageResult, readPage } from './page.ts'
import { type BackfillRow, findBackfill } from './rows.ts'
import { savePage } from './save-page.ts'

export type BackfillNeeds = {
  database: Database
  vault: Vault
  connectors: Connectors
  helpdesks: Helpdesks
  queue: Pick<Queue, 'send' | 'complete' | 'wake'>
  log: Logger
}

/** The task of the backfill job. */
export const backfillTask = (needs: BackfillNeeds): Task<{ backfill: string }> => ({
  run: (job) => backfill(needs, job),
  giveUp: (tx, job, error) => fail(tx, job.data.backfill, error),
})

async function backfill(needs: BackfillNeeds, job: Job<{ backfill: string }>): Promise<void> {
  const { database, vault, connectors, queue, log } = needs
  const row = await findBackfill(database.db, job.data.backfill)
  if (row?.state !== 'running') return
  const connection = await knownConnection({ db: database.db, vault }, row.connectionId)
  const past = pastOf(connectors, connection)
  const started = Date.now()
  const page = await readPage(needs, connection, row)
  const waitMs = past.listEveryMs - (Date.now() - started)
  await database.db.transaction(async (tx) => {
    await savePage(tx, queue, connection, page)
    if (!(await advance(tx, row, page))) return // stopped meanwhile
    await queue.complete(job as Job<never>, tx)
    // What was read is learnt at once, not at the next time of the schedule.
    if (page.done) await queue.send(tx, TRAIN, { scheduled: true }, { key: 'scheduled' })
    else
      await queue.send(
        tx,
        BACKFILL,
        { backfill: row.id },
        { key: `backfill:${connection.id}`, ...(waitMs > 0 && { startAfterSeconds: Math.ceil(waitMs / 1000) }) },
      )
  })
  for (const kind of [FEEDBACK, page.done ? TRAIN : BACKFILL]) queue.wake(kind)
  if (page.done) log.info({ connection: connection.name, backfill: row.id }, 'backfill done')
}

/** Stores the place of the next page with the counts; false when the backfill does not run any more. */
async function advance(tx: Tx, row: BackfillRow, { cursor, done, total, counts, labels, outside }: PageResult) {
  const changed = await tx
    .update(backfills)
    .set({
      cursor,
      total: row.total ?? total,
      counts: plus(row.counts, counts),
      labels: plus(row.labels, labels),
      outside: plusEach(row.outside, outside),
      updatedAt: sql`now()`,
      ...(done && { state: 'done' as const, finishedAt: sql`now()` }),
    })
    .where(
      and(
        eq(backfills.id, row.id),
        eq(backfills.state, 'running'),
        sql`${backfills.cursor} is not distinct from ${row.cursor}`,
      ),
    )
    .returning({ id: backfills.id })
  return changed.length > 0
}

function plus<Key extends string>(a: Record<Key, number>, b: Record<Key, number>): Record<Key, number> {
  const sum = { ...a }
  for (const [key, n] of Object.entries(b) as [Key, number][]) sum[key] = (sum[key] ?? 0) + n
  return sum
}

function plusEach(a: BackfillRow['outside'], b: BackfillRow['outside']): BackfillRow['outside'] {
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return Object.fromEntries(fields.map((field) => [field, plus(a[field] ?? {}, b[field] ?? {})]))
}

async function fail(tx: Tx, id: string, error: TriageError): Promise<void> {
  await tx
    .update(backfills)
    .set({ state: 'failed', reason: `${error.message} ${error.next}`, finishedAt: sql`now()`, updatedAt: sql`now()` })
    .where(and(eq(backfills.id, id), eq(backfills.state, 'running')))
}
