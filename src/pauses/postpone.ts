import { sql } from 'drizzle-orm'
import { type Database, rows } from '../db/index.ts'
import { Paused } from '../errors.ts'
import type { Job, Queue, Task } from '../queue/index.ts'

/** Looked at again after this long even if nobody ends the pause; the end of a pause makes the jobs due at once. */
const LOOK_AGAIN_SECONDS = 900

/** The task, with its jobs waiting for the end of a pause: that is no failure, and may take as long as it takes. */
export function afterPause<Data>(
  { database, queue }: { database: Pick<Database, 'db'>; queue: Pick<Queue, 'postpone'> },
  task: Task<Data>,
): Task<Data> {
  return {
    ...task,
    async run(job) {
      try {
        await task.run(job)
      } catch (error) {
        if (!(error instanceof Paused)) throw error
        await postpone({ database, queue }, job as Job<never>, error)
      }
    },
  }
}

// The rows are locked while the job is put off, and whoever ends a pause waits for that: no job is overlooked.
async function postpone(
  { database, queue }: { database: Pick<Database, 'db'>; queue: Pick<Queue, 'postpone'> },
  job: Job<never>,
  error: Paused,
): Promise<void> {
  await database.db.transaction(async (tx) => {
    const open = await rows(tx, sql`select id from pauses where ended_at is null for share`)
    const seconds = open.length === 0 ? 1 : LOOK_AGAIN_SECONDS
    await queue.postpone(job, tx, { seconds, message: error.message, next: error.next })
  })
}
