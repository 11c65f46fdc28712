import { recordAudit, type Tx, uuidv7 } from '../db/index.ts'
import { TRIAGE } from '../intake/index.ts'
import type { Queue } from '../queue/index.ts'
import { loadNewest } from './load.ts'

/** Decides the ticket again with the current rules, model and map; the result is a new decision with the returned cause. */
export async function retry(
  { db, queue }: { db: Tx; queue: Queue },
  decisionId: string,
  actor: string,
): Promise<{ cause: string }> {
  const { decision, ticket } = await loadNewest(db, decisionId)
  const cause = `retry:${uuidv7()}`
  await db.transaction(async (tx) => {
    const data = { ticket: ticket.externalId, connection: decision.connectionId, cause, actor }
    await queue.send(tx, TRIAGE, data, { key: `${decision.connectionId}:${ticket.externalId}`, priority: 5 })
    await recordAudit(tx, { actor, action: 'decision.retry', subject: `decision ${decisionId}` })
  })
  queue.wake(TRIAGE)
  return { cause }
}
