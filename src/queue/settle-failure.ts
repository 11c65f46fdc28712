import type { PgBoss } from 'pg-boss'
import type { Database, Tx } from '../db/index.ts'
import type { Failure } from './after-failure.ts'
import { DEAD, type Letter } from './dead-letters.ts'
import { type Job, RETENTION_SECONDS, type Task } from './job.ts'
import { inTransaction, mustOwn } from './transaction.ts'

/** Settles a job whose attempt failed: it runs again later, or becomes a dead letter with what its task records. */
export async function settleFailure(
  { boss, database }: { boss: PgBoss; database: Database },
  job: Job<never>,
  task: Task,
  failure: Failure,
): Promise<void> {
  const { message, next } = failure.error
  await database.db.transaction(async (tx) => {
    const db = inTransaction(tx)
    if (failure.kind === 'retry') {
      await mustOwn(boss.fail(job.kind, job.fetched, { message, next }, { db }))
      const data = { ...job.fetched.data, tries: failure.tries, waits: failure.waits }
      const startAfter = Math.max(1, Math.ceil(failure.afterMs / 1000))
      await boss.update(job.kind, data, { id: job.id, startAfter, db })
      return
    }
    await task.giveUp(tx, job, failure.error)
    const letter: Letter = {
      kind: job.kind,
      data: withoutCounts(job.fetched.data),
      key: job.fetched.groupId,
      priority: job.fetched.priority,
      message,
      next,
    }
    await boss.send(DEAD, letter, { db })
    await mustOwn(boss.complete(job.kind, job.fetched, { failed: message }, { db }))
  })
}

/** Puts a job off in the transaction. It counts as waiting, and its age begins anew. */
export async function postponeJob(
  boss: PgBoss,
  job: Job<never>,
  tx: Tx,
  { seconds, message, next }: { seconds: number; message: string; next: string },
): Promise<void> {
  const db = inTransaction(tx)
  await mustOwn(boss.fail(job.kind, job.fetched, { message, next }, { db }))
  const { waits = 0, ...data } = job.fetched.data as { waits?: number }
  const postponed = new Date().toISOString()
  // What is kept for a pause must not be deleted for its age.
  const options = { id: job.id, startAfter: seconds, retentionSeconds: RETENTION_SECONDS, db }
  await boss.update(job.kind, { ...data, waits: waits + 1, postponed }, options)
}

function withoutCounts(data: object) {
  const { tries: _tries, waits: _waits, postponed: _postponed, ...rest } = data as Record<string, unknown>
  return rest
}
