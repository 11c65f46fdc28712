/** Jobs that were given up: kept with the reason until a person requeues them. */
import type { PgBoss } from 'pg-boss'
import type { Database } from '../db/index.ts'
import type { Affected, DeadLetter, Queue } from './job.ts'
import { inTransaction } from './transaction.ts'

/** The queue that holds the dead letters. */
export const DEAD = 'dead'

/** A dead letter as it is stored. */
export type Letter = {
  kind: string
  data: object
  key: string | null | undefined
  priority: number
  message: string
  next: string
}

export async function listDeadLetters(boss: PgBoss, limit: number): Promise<DeadLetter[]> {
  const jobs = await boss.findJobs<Letter>(DEAD, { queued: true })
  return jobs.slice(0, limit).map(({ id, createdOn, data: letter }) => ({
    id,
    kind: letter.kind,
    data: letter.data as Record<string, unknown>,
    reason: letter.message,
    next: letter.next,
    at: new Date(createdOn).toISOString(),
  }))
}

/** Puts dead letters back: all of them, or those named. Returns the kind of each job that was sent. */
export async function requeueDeadLetters(
  { boss, database, send }: { boss: PgBoss; database: Database; send: Queue['send'] },
  ids?: string[],
): Promise<string[]> {
  const jobs = await boss.findJobs<Letter>(DEAD, { queued: true })
  const sent: string[] = []
  for (const { id, data: letter } of jobs.filter((job) => !ids || ids.includes(job.id)))
    await database.db.transaction(async (tx) => {
      // The process that deletes the letter sends the job: two that requeue at once create one job.
      const { affected } = (await boss.deleteJob(DEAD, id, { db: inTransaction(tx) })) as Affected
      if (affected === 0) return
      const { kind, data, key, priority } = letter
      await send(tx, kind, { ...data, again: true }, { key: key as string, priority })
      sent.push(kind)
    })
  return sent
}
