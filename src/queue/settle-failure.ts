import type { PgBoss } from 'pg-boss'
import type { Database } from '../db/index.ts'
import type { Failure } from './after-failure.ts'
import { DEAD, type Letter } from './dead-letters.ts'
import type { Job, Task } from './job.ts'
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

function withoutCounts(data: object) {
  const { tries: _tries, waits: _waits, ...rest } = data as Record<string, unknown>
  return rest
}
