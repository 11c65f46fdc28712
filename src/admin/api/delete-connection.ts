import { forgetConnections, retireConnection, type SaveNeeds } from '../../connections/index.ts'
import { endWritebacks } from '../../decisions/index.ts'
import { endDeliveries } from '../../intake/index.ts'
import type { Queue } from '../../queue/index.ts'
import { recordDead } from '../../routing/index.ts'

/** Deletes a connection and ends what waits for it, in one transaction. */
export async function deleteConnection(
  { database, vault, queue }: Pick<SaveNeeds, 'database' | 'vault'> & { queue: Pick<Queue, 'hurry' | 'wakeAll'> },
  name: string,
  actor: string,
): Promise<{ deliveries: number; writebacks: number }> {
  const reason = `the connection was deleted by ${actor}`
  const ended = await database.db.transaction(async (tx) => {
    const id = await retireConnection({ db: tx, vault }, name, actor)
    await recordDead(tx, id, [])
    const counts = {
      deliveries: await endDeliveries(tx, id, reason),
      writebacks: await endWritebacks(tx, id, reason),
    }
    await queue.hurry(tx, 'postponed') // a job that a pause holds ends too
    return counts
  })
  forgetConnections()
  queue.wakeAll()
  return ended
}
