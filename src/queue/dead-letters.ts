/** Jobs that were given up: kept with the reason until a person requeues them. */
import { sql } from 'drizzle-orm'
import type { PgBoss } from 'pg-boss'
import { rows, type Tx } from '../db/index.ts'
import type { DeadLetter, Queue } from './job.ts'
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

/** The oldest dead letters. Not by pg-boss, which reads all of them: there are very many after a bad night. */
export async function listDeadLetters(db: Tx, limit: number): Promise<DeadLetter[]> {
  const letters = await rows<{ id: string; at: string | Date; data: Letter }>(
    db,
    sql`select id, created_on as at, data from queue.job where name = ${DEAD} and state < 'active' order by id limit ${limit}`,
  )
  return letters.map(({ id, at, data: letter }) => ({
    id,
    kind: letter.kind,
    data: letter.data as Record<string, unknown>,
    reason: letter.message,
    next: letter.next,
    at: new Date(at).toISOString(),
  }))
}

/** Which dead letters: with these ids, about these deliveries; neither: all. */
type Which = { ids?: string[]; deliveries?: string[] }

/** Puts dead letters back, in the caller's transaction. Returns the kind of each job that was sent. */
export async function requeueDeadLetters(
  { boss, send }: { boss: PgBoss; send: Queue['send'] },
  tx: Tx,
  { ids, deliveries }: Which,
): Promise<string[]> {
  if (ids?.length === 0 || deliveries?.length === 0) return []
  // Locked in one order: of two that requeue at once, the second waits and finds none of what the first sent.
  const letters = await rows<{ id: string; data: Letter }>(
    tx,
    sql`select id, data from queue.job where name = ${DEAD} and state < 'active'
        ${ids ? sql`and id in ${ids}` : sql``}
        ${deliveries ? sql`and data->'data'->>'delivery' in ${deliveries}` : sql``} order by id for update`,
  )
  for (const { id, data: letter } of letters) {
    const { kind, data, key, priority } = letter
    await boss.deleteJob(DEAD, id, { db: inTransaction(tx) })
    await send(tx, kind, { ...data, again: true }, { key: key as string, priority })
  }
  return letters.map(({ data }) => data.kind)
}
