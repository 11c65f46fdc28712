/** Creates the queues before the first job. */
import { sql } from 'drizzle-orm'
import type { PgBoss } from 'pg-boss'
import { type Database, inTurn } from '../db/index.ts'
import { DEAD } from './dead-letters.ts'
import { RETENTION_SECONDS } from './job.ts'

/** Starts pg-boss and creates its schema, the queues and our index. Safe when several processes start at once. */
export async function setUp(boss: PgBoss, database: Database, kinds: readonly string[], keep: Keep): Promise<void> {
  if (database.kind === 'embedded') {
    await createQueues(boss, database, kinds, keep)
    // The directory lock says that we are alone: an active job belonged to a process that has died.
    await database.db.execute(sql`update queue.job set state = 'retry', start_after = now() where state = 'active'`)
    return
  }
  // pg-boss creates its schema only once: the processes take turns.
  await inTurn(database.db, 'pointsman queue', () => createQueues(boss, database, kinds, keep))
}

/** For how many days finished jobs, and jobs that were given up, are kept. */
export type Keep = { jobs: number; deadLetters: number }

const DAY_SECONDS = 86_400

async function createQueues(boss: PgBoss, database: Database, kinds: readonly string[], keep: Keep) {
  await boss.start()
  const deleteAfterSeconds = keep.jobs * DAY_SECONDS
  for (const kind of kinds) {
    await boss.createQueue(kind, {
      policy: 'standard', // groups allow only one active job of a key
      retryLimit: 1_000_000, // afterFailure decides when to give up
      retryDelay: 1,
      heartbeatSeconds: 15,
      expireInSeconds: 1800,
      retentionSeconds: RETENTION_SECONDS,
      deleteAfterSeconds,
    })
    // A queue that exists keeps the settings it was created with.
    await boss.updateQueue(kind, { deleteAfterSeconds })
  }
  const retentionSeconds = keep.deadLetters * DAY_SECONDS
  await boss.createQueue(DEAD, { policy: 'standard', retentionSeconds, retryLimit: 0 })
  await boss.updateQueue(DEAD, { retentionSeconds })
  // pg-boss looks a queue up once and remembers it. PGlite runs one statement at a time: a first look-up from inside a
  // transaction would wait for that transaction forever, so each queue is looked up here.
  for (const kind of [...kinds, DEAD]) await boss.fetch(kind, { batchSize: 1, minPriority: 2_000_000_000 })
  // pg-boss skips keys that are active when it fetches, but two processes can fetch two jobs of one key at the same
  // moment: with this index the slower one finds nothing. (pg-boss's `singleton` policy has such an index, but it skips
  // keys that it counted up to a minute ago: jobs run late, and others wait behind a busy key.)
  // Not by `database.db`: its only connection may hold the turn.
  await database.boss.executeSql(
    `create unique index if not exists one_of_a_key on queue.job (name, group_id) where state = 'active'`,
  )
}
