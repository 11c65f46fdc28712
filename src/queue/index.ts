/**
 * The durable queue: pg-boss on our own database, and a short loop of ours that fetches as many jobs as p-queue has free
 * places. Knows nothing of tickets: a kind is a name, a task is a function that throws, and it can run twice.
 */
import { sql } from 'drizzle-orm'
import { fromDrizzle, type JobWithMetadata, PgBoss } from 'pg-boss'
import type { Database, Tx } from '../db/index.ts'
import { rows, uuidv7 } from '../db/index.ts'
import { TriageError } from '../errors.ts'
import type { Failure } from './after-failure.ts'
import { type Loop, startLoop } from './loop.ts'

export { afterFailure, type Failure } from './after-failure.ts'

/** One attempt at a job. Settle it in the transaction that writes its result, by `queue.complete(job, tx)`. */
export type Job<Data = Record<string, unknown>> = {
  id: string
  kind: string
  data: Data
  /** 1 for the first one. */
  attempt: number
  createdAt: Date
  /** Aborted when the process stops and its grace time is over. */
  signal: AbortSignal
  fetched: JobWithMetadata<object>
}

export type Task<Data = never> = {
  /** How often to look for work that another process left, in milliseconds. Default: 1 second. */
  pollMs?: number
  run(job: Job<Data>): Promise<void>
  /** Writes, in the transaction that moves the job to the dead letters, what became of its subject. */
  giveUp(tx: Tx, job: Job<Data>, error: TriageError): Promise<void>
}

export type SendOptions = {
  /** At most one job of a key runs at a time. */
  key: string
  /** Higher goes first. */
  priority?: number
  startAfterSeconds?: number
}

export type DeadLetter = {
  id: string
  kind: string
  data: Record<string, unknown>
  reason: string
  next: string
  at: string
}

export type Queue = {
  /** Enqueues in the caller's transaction: both or neither. Call `wake(kind)` after the commit. */
  send(tx: Tx, kind: string, data: object, options: SendOptions): Promise<void>
  /**
   * pg-boss's own statement for one new job, to become part of a larger one: `$1` in `text` stands for `jobs`, a JSON
   * array. Call `wake(kind)` after it ran.
   */
  insertion(kind: string, data: object, options: SendOptions): Promise<{ text: string; jobs: string }>
  /** Look at once instead of at the next poll. */
  wake(kind: string): void
  /** Settles the job in the caller's transaction. Throws when another process has taken the job over. */
  complete(job: Job<never>, tx: Tx): Promise<void>
  /** Works until stopped. `concurrency` is the most that runs at once of each kind. */
  work(tasks: Record<string, Task>, concurrency: number): Workers
  /** Runs what is due until nothing is, in this call; `early` runs, once, what waits for a later time. Returns how many ran. */
  drain(tasks: Record<string, Task>, options?: { early?: boolean }): Promise<number>
  deadLetters(limit?: number): Promise<DeadLetter[]>
  /** Puts dead letters back to where they came from; all of them, or those named. Returns how many. */
  requeue(ids?: string[]): Promise<number>
  depth(): Promise<Record<string, { queued: number; active: number; oldestSeconds: number }>>
  /** Makes the job of a schedule due by cron expression; one process at a time fires it. */
  schedule(kind: string, cron: string): Promise<void>
  close(): Promise<void>
}

export type Workers = {
  /** Fetches no more, waits for what runs; after `graceMs` hands the rest back. */
  stop(graceMs: number): Promise<void>
}

const DEAD = 'dead'

export async function openQueue(
  database: Database,
  kinds: readonly string[],
  onError: (error: unknown) => void,
): Promise<Queue> {
  const boss = new PgBoss({
    db: database.boss,
    schema: 'queue',
    ...(database.kind === 'embedded' ? { backend: 'pglite' as const } : {}),
    superviseIntervalSeconds: 3,
    monitorIntervalSeconds: 3,
    maintenanceIntervalSeconds: 3600,
    persistWarnings: false,
  })
  boss.on('error', onError)
  try {
    await oneAtATime(database, () => setUp(boss, database, kinds))
  } catch (error) {
    await boss.stop({ graceful: false, close: false }) // its timers would keep the process alive
    throw error
  }

  const loops = new Set<Loop>()
  const inTx = (tx: Tx) => {
    const { executeSql } = fromDrizzle(tx as never, sql as never)
    return { executeSql: (text: string, values: unknown[] = []) => executeSql(text, values.map(asJson)) }
  }
  const dueFields = (options: SendOptions) => ({
    id: uuidv7(), // of one key the lowest id goes first
    group: { id: options.key },
    priority: options.priority ?? 0,
    ...(options.startAfterSeconds ? { startAfter: options.startAfterSeconds } : {}),
  })

  async function settle(job: Job<never>, task: Task, failure: Failure) {
    const { message, next } = failure.error
    await database.db.transaction(async (tx) => {
      const db = inTx(tx)
      if (failure.kind === 'retry') {
        await settled(boss.fail(job.kind, job.fetched, { message, next }, { db }))
        const data = { ...job.fetched.data, tries: failure.tries, waits: failure.waits }
        await boss.update(job.kind, data, {
          id: job.id,
          startAfter: Math.max(1, Math.ceil(failure.afterMs / 1000)),
          db,
        })
        return
      }
      await task.giveUp(tx, job, failure.error)
      const letter = {
        kind: job.kind,
        data: withoutCounts(job.fetched.data),
        key: job.fetched.groupId,
        priority: job.fetched.priority,
        message,
        next,
      }
      await boss.send(DEAD, letter, { db })
      await settled(boss.complete(job.kind, job.fetched, { failed: message }, { db }))
    })
  }

  const queue: Queue = {
    async send(tx, kind, data, options) {
      await boss.send(kind, data, { ...dueFields(options), db: inTx(tx) })
    },
    async insertion(kind, data, options) {
      let made = { text: '', jobs: '' }
      await boss.send(kind, data, {
        ...dueFields(options),
        db: {
          executeSql: async (text, values = []) => {
            made = { text, jobs: String(values[0]) }
            return { rows: [{ id: null }] }
          },
        },
      })
      return made
    },
    wake(kind) {
      for (const loop of loops) loop.wake(kind)
    },
    async complete(job, tx) {
      await settled(boss.complete(job.kind, job.fetched, null, { db: inTx(tx) }))
      ;(job as { settled?: boolean }).settled = true
    },
    work(tasks, concurrency) {
      const started = Object.entries(tasks).map(([kind, task]) =>
        startLoop({ boss, kind, task, concurrency, settle, onError }),
      )
      for (const loop of started) loops.add(loop)
      return {
        async stop(graceMs) {
          await Promise.all(started.map((loop) => loop.stop(graceMs)))
          for (const loop of started) loops.delete(loop)
        },
      }
    },
    async drain(tasks, { early = false } = {}) {
      let ran = 0
      for (let found = 1; found > 0; ) {
        found = 0
        for (const [kind, task] of Object.entries(tasks)) {
          const loop = startLoop({ boss, kind, task, concurrency: 4, settle, onError, once: true, early })
          found += await loop.finished
        }
        ran += found
        if (early) break // what failed again would be early for ever
      }
      return ran
    },
    async deadLetters(limit = 1000) {
      const jobs = await boss.findJobs<DeadLetter & { message: string }>(DEAD, { queued: true })
      return jobs.slice(0, limit).map((job) => ({
        id: job.id,
        kind: job.data.kind,
        data: job.data.data,
        reason: job.data.message,
        next: job.data.next,
        at: new Date(job.createdOn).toISOString(),
      }))
    },
    async requeue(ids) {
      const jobs = await boss.findJobs<{ kind: string; data: object; key: string; priority: number }>(DEAD, {
        queued: true,
      })
      const chosen = jobs.filter((job) => !ids || ids.includes(job.id))
      const back: string[] = []
      for (const { id, data: letter } of chosen)
        await database.db.transaction(async (tx) => {
          // Whoever deletes the letter sends the job: two who requeue at once make one job of it.
          const { affected } = (await boss.deleteJob(DEAD, id, { db: inTx(tx) })) as Settled
          if (affected === 0) return
          const { key, priority } = letter
          await queue.send(tx, letter.kind, { ...letter.data, again: true }, { key, priority })
          back.push(letter.kind)
        })
      for (const kind of new Set(back)) queue.wake(kind)
      return back.length
    },
    async depth() {
      const found = await rows<{ name: string; queued: number; active: number; oldest: number | null }>(
        database.db,
        sql`select name, count(*) filter (where state < 'active')::int as queued, count(*) filter (where state = 'active')::int as active,
            extract(epoch from now() - min(created_on) filter (where state <= 'active'))::float8 as oldest
            from queue.job where state <= 'active' group by name`,
      )
      const empty = { queued: 0, active: 0, oldestSeconds: 0 }
      const depth = Object.fromEntries([...kinds, DEAD].map((kind) => [kind, empty]))
      for (const row of found)
        if (row.name in depth)
          depth[row.name] = { queued: row.queued, active: row.active, oldestSeconds: row.oldest ?? 0 }
      return depth
    },
    async schedule(kind, cron) {
      await boss.schedule(kind, cron, { scheduled: true }, { group: { id: 'scheduled' } })
    },
    async close() {
      await boss.stop({ graceful: false, close: false })
    },
  }
  return queue
}

type Settled = { affected?: number }

// pg-boss answers how many rows it touched; none means that the job is no longer ours.
async function settled(done: Promise<Settled>) {
  const { affected } = await done
  if (affected === 0)
    throw new TriageError('The job was taken over by another process', {
      next: 'Nothing to do: that process settles it.',
      retry: false,
    })
}

// Several processes may start at once on an empty database, and pg-boss creates its schema only once.
async function oneAtATime(database: Database, work: () => Promise<void>) {
  if (database.kind === 'embedded') return work()
  await database.db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('pointsman queue'))`)
    await work()
  })
}

async function setUp(boss: PgBoss, database: Database, kinds: readonly string[]) {
  await boss.start()
  for (const kind of kinds)
    await boss.createQueue(kind, {
      policy: 'standard', // one of a key is active, which groups see to
      retryLimit: 1_000_000, // when to give up is for afterFailure to say
      retryDelay: 1,
      heartbeatSeconds: 15,
      expireInSeconds: 1800,
      retentionSeconds: 30 * 86_400,
      deleteAfterSeconds: 86_400,
    })
  await boss.createQueue(DEAD, { policy: 'standard', retentionSeconds: 365 * 86_400, retryLimit: 0 })
  // PGlite runs one statement at a time: a queue looked up from inside a transaction would wait for it for ever.
  for (const kind of [...kinds, DEAD]) await boss.fetch(kind, { batchSize: 1, minPriority: 2_000_000_000 })
  // pg-boss passes over the keys that are active when it fetches, so that none holds up the others, but two processes can
  // fetch two jobs of a key at the same moment: the slower one then finds nothing. (Its `singleton` policy has such an
  // index of its own, and passes over the keys that it counted up to a minute ago: jobs come late, and others wait behind
  // a busy key.)
  await database.db.execute(
    sql`create unique index if not exists one_of_a_key on queue.job (name, group_id) where state = 'active'`,
  )
  if (database.kind === 'embedded') await takeBack(database.db)
}

// The directory lock says that we are alone: whatever is active belonged to a process that is gone.
async function takeBack(db: Tx) {
  await db.execute(sql`update queue.job set state = 'retry', start_after = now() where state = 'active'`)
}

// drizzle keeps postgres.js from writing objects out as JSON: what came of a job would be "[object Object]".
function asJson(value: unknown): unknown {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  return isPlain ? JSON.stringify(value) : value
}

function withoutCounts(data: object) {
  const { tries: _tries, waits: _waits, ...rest } = data as Record<string, unknown>
  return rest
}
