/** Tries again all that a filter means. */
import { recordAudit, type Tx, uuidv7 } from '../db/index.ts'
import {
  type DecisionFilter,
  type DecisionRow,
  listDecisions,
  listUndecided,
  type Outcome,
  undecidedFilter,
} from '../decisions/index.ts'
import { TRIAGE } from '../intake/index.ts'
import type { Queue } from '../queue/index.ts'

type Many = { filter: DecisionFilter & { outcome: Outcome }; limit: number; dryRun: boolean; actor: string }

/**
 * What waits is tried now, what was given up is put back to work, and what was decided is decided again with the current
 * rules, model and map; only the newest decision of a ticket counts. `more`: the filter means more than `limit`.
 */
export async function retryMany(
  { db, queue }: { db: Tx; queue: Queue },
  { filter, limit, dryRun, actor }: Many,
): Promise<{ matched: number; retried: number; more: boolean }> {
  const { outcome } = filter
  const decided = await listDecisions(db, { ...filter, newest: true }, { limit: limit + 1 })
  const open = outcome === 'waiting' || outcome === 'failed' ? undecidedFilter(filter) : null
  const undecided = open ? await listUndecided(db, outcome as 'waiting' | 'failed', open, { limit: limit + 1 }) : []
  const more = decided.length + undecided.length > limit
  const mine = decided.slice(0, limit)
  const rest = undecided.slice(0, limit - mine.length)
  const matched = mine.length + rest.length
  if (dryRun || matched === 0) return { matched, retried: 0, more }
  const ids = [...mine.map(({ decision }) => decision.id), ...rest.map(({ id }) => id)]
  await db.transaction(async (tx) => {
    if (outcome === 'waiting') await queue.hurry(tx, { about: ids })
    else for (const row of mine) await sendAgain(tx, queue, row, actor)
    if (outcome === 'failed') await queue.requeue({ deliveries: rest.map(({ id }) => id) }, tx)
    await recordAudit(tx, { actor, action: 'decision.retry-many', subject: outcome, after: { filter, ids } })
  })
  queue.wakeAll()
  return { matched, retried: matched, more }
}

async function sendAgain(tx: Tx, queue: Queue, { decision, ticket }: DecisionRow, actor: string): Promise<void> {
  const { connectionId } = decision
  const data = { ticket: ticket.externalId, connection: connectionId, cause: `retry:${uuidv7()}`, actor }
  await queue.send(tx, TRIAGE, data, { key: `${connectionId}:${ticket.externalId}` })
}
