import { ConnectionSettings, type Mode } from '../contract/index.ts'
import { recordAudit, type Tx, uuidv7 } from '../db/index.ts'
import { TRIAGE } from '../intake/index.ts'
import type { Queue } from '../queue/index.ts'
import { loadNewest } from './load.ts'

/**
 * Decides the ticket again with the current rules, model and map; the result is a new decision with the returned cause.
 * What is right already is not written again, unless it is forced; `will` says what is going to happen.
 */
export async function retry(
  { db, queue }: { db: Tx; queue: Queue },
  decisionId: string,
  actor: string,
  { force = false }: { force?: boolean } = {},
): Promise<{ cause: string; will: string[] }> {
  const { decision, ticket, mode, settings } = await loadNewest(db, decisionId)
  const cause = `retry:${uuidv7()}`
  await db.transaction(async (tx) => {
    const data = { ticket: ticket.externalId, connection: decision.connectionId, cause, actor, ...(force && { force }) }
    await queue.send(tx, TRIAGE, data, { key: `${decision.connectionId}:${ticket.externalId}`, priority: 5 })
    const subject = `decision ${decisionId}`
    await recordAudit(tx, { actor, action: 'decision.retry', subject, ...(force && { after: { force } }) })
  })
  queue.wake(TRIAGE)
  return { cause, will: whatFollows(mode, ConnectionSettings.parse(settings).note, force) }
}

/** What a retry does, in words, before it happens. Pure. */
function whatFollows(mode: Mode, note: boolean, force: boolean): string[] {
  const first = 'Decides the ticket again with the current rules, model and routing map.'
  switch (mode) {
    case 'observe':
      return [first, 'Writes nothing: the connection is in observe mode.']
    case 'suggest':
      return [
        first,
        force
          ? 'Adds an internal note, even if the last one says the same.'
          : 'Adds an internal note, unless the last one says the same.',
      ]
    case 'automate':
      return force
        ? [
            first,
            'Chooses the person anew, so the ticket may move to somebody else.',
            'Writes every field that differs and that nobody else has set.',
            ...(note ? ['Adds an internal note, even if nothing changes.'] : []),
          ]
        : [
            first,
            'Keeps the group and person if the routing map could choose them again.',
            'Writes every field that differs and that nobody else has set; if all is right, it writes nothing.',
          ]
    default:
      return mode satisfies never
  }
}
