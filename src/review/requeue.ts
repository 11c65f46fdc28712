import { recordAudit, type Tx } from '../db/index.ts'
import type { Queue } from '../queue/index.ts'

/** Puts dead letters back to work: all of them, or those with these ids. Returns how many. */
export async function requeue(
  { db, queue }: { db: Tx; queue: Queue },
  ids: string[] | undefined,
  actor: string,
): Promise<number> {
  const requeued = await db.transaction(async (tx) => {
    const requeued = await queue.requeue({ ids }, tx)
    const after = { ids: ids ?? 'all', requeued }
    await recordAudit(tx, { actor, action: 'dead-letters.requeue', subject: 'dead letters', after })
    return requeued
  })
  queue.wakeAll()
  return requeued
}
