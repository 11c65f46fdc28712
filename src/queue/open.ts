import { type SQL, sql } from 'drizzle-orm'
import { PgBoss } from 'pg-boss'
import { type Database, rows, type Tx, uuidv7 } from '../db/index.ts'
import { DEAD, listDeadLetters, requeueDeadLetters } from './dead-letters.ts'
import type { Late, Queue, SendOptions, Task } from './job.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'
import { type Keep, setUp } from './set-up.ts'
import { postponeJob, settleFailure } from './settle-failure.ts'
import { inTransaction, mustOwn } from './transaction.ts'

/**
 * Opens the queue on our own database. `onError` hears of every attempt that failed, and of pg-boss's own errors. `keep`:
 * for how many days finished jobs and dead letters are kept.
 */
export async function openQueue(
  database: Database,
  kinds: readonly string[],
  onError: LoopOptions['onError'],
  keep: Keep = { jobs: 1, deadLetters: 90 },
): Promise<Queue> {
  const boss = await startBoss(database, kinds, onError, keep)
  const loops = new Set<Loop>()
  const settle: LoopOptions['settle'] = (...failed) => settleFailure({ boss, database }, ...failed)
  const startLoopOf = (kind: string, task: Task, options: Pick<LoopOptions, 'concurrency' | 'once' | 'early'>) =>
    startLoop({ boss, kind, task, settle, onError, ...options })

  const queue: Queue = {
    async send(tx, kind, data, options) {
      await boss.send(kind, data, { ...jobFields(options), db: inTransaction(tx) })
    },
    insertion: (kind, data, options) => statementFor(boss, kind, data, options),
    wake: (kind) => loops.forEach((loop) => void loop.wake(kind)),
    async complete(job, tx) {
      await mustOwn(boss.complete(job.kind, job.fetched, null, { db: inTransaction(tx) }))
      ;(job as { settled?: boolean }).settled = true
    },
    async postpone(job, tx, how) {
      await postponeJob(boss, job, tx, how)
      ;(job as { settled?: boolean }).settled = true
    },
    async hurry(tx, which) {
      await tx.execute(
        sql`update queue.job set start_after = now() where state < 'active' and start_after > now() and ${isOneOf(which)}`,
      )
    },
    wakeAll: () => kinds.forEach((kind) => void queue.wake(kind)),
    work(tasks, concurrency) {
      const started = Object.entries(tasks).map(([kind, task]) => startLoopOf(kind, task, { concurrency }))
      for (const loop of started) loops.add(loop)
      return {
        async stop(graceMs) {
          await Promise.all(started.map((loop) => loop.stop(graceMs)))
          for (const loop of started) loops.delete(loop)
        },
      }
    },
    async drain(tasks, { early = false } = {}) {
      const runDue = async () => {
        let found = 0
        for (const [kind, task] of Object.entries(tasks))
          found += await startLoopOf(kind, task, { concurrency: 4, once: true, early }).finished
        return found
      }
      let ran = await runDue()
      // With `early`, a job that failed again would be early again, without end.
      for (let found = ran; found > 0 && !early; ran += found) found = await runDue()
      return ran
    },
    deadLetters: (limit = 1000) => listDeadLetters(database.db, limit),
    async requeue(which = {}, tx) {
      const putBack = (tx: Tx) => requeueDeadLetters({ boss, send: queue.send }, tx, which)
      const sent = await (tx ? putBack(tx) : database.db.transaction(putBack))
      if (!tx) for (const kind of new Set(sent)) queue.wake(kind)
      return sent.length
    },
    depth: () => depthOf(database, [...kinds, DEAD]),
    async schedule(kind, cron) {
      await boss.schedule(kind, cron, { scheduled: true }, { group: { id: 'scheduled' } })
    },
    async close() {
      await boss.stop({ graceful: false, close: false })
    },
  }
  return queue
}

function isOneOf(which: Late): SQL {
  if (which === 'postponed') return sql`data ? 'postponed'`
  if ('kind' in which) return sql`name = ${which.kind}`
  return sql`(data->>'delivery' in ${which.about} or data->>'decision' in ${which.about})`
}

async function startBoss(database: Database, kinds: readonly string[], onError: LoopOptions['onError'], keep: Keep) {
  const boss = new PgBoss({
    db: database.boss,
    schema: 'queue',
    ...(database.kind === 'embedded' ? { backend: 'pglite' as const } : {}),
    superviseIntervalSeconds: 3,
    monitorIntervalSeconds: 3,
    maintenanceIntervalSeconds: 3600,
    persistWarnings: false,
  })
  boss.on('error', (error) => onError(error))
  try {
    await setUp(boss, database, kinds, keep)
  } catch (error) {
    await boss.stop({ graceful: false, close: false }) // its timers would keep the process alive
    throw error
  }
  return boss
}

function jobFields(options: SendOptions) {
  return {
    id: uuidv7(), // of the jobs of one key, the lowest id runs first
    group: { id: options.key },
    priority: options.priority ?? 0,
    ...(options.startAfterSeconds ? { startAfter: options.startAfterSeconds } : {}),
  }
}

// Catches the statement that pg-boss would run, instead of running it.
async function statementFor(boss: PgBoss, kind: string, data: object, options: SendOptions) {
  let statement = { text: '', jobs: '' }
  await boss.send(kind, data, {
    ...jobFields(options),
    db: {
      executeSql: async (text, values = []) => {
        statement = { text, jobs: String(values[0]) }
        return { rows: [{ id: null }] }
      },
    },
  })
  return statement
}

async function depthOf({ db }: Database, names: string[]): ReturnType<Queue['depth']> {
  const found = await rows<{ name: string; queued: number; active: number; oldest: number | null }>(
    db,
    sql`select name, count(*) filter (where state < 'active')::int as queued, count(*) filter (where state = 'active')::int as active,
        extract(epoch from now() - min(created_on) filter (where state <= 'active'))::float8 as oldest
        from queue.job where state <= 'active' group by name`,
  )
  const depth = Object.fromEntries(names.map((name) => [name, { queued: 0, active: 0, oldestSeconds: 0 }]))
  for (const { name, queued, active, oldest } of found)
    if (name in depth) depth[name] = { queued, active, oldestSeconds: oldest ?? 0 }
  return depth
}
