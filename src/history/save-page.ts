import type { Connection } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { markTicket, saveTicket } from '../decisions/index.ts'
import { storeMissed } from '../intake/index.ts'
import { saveLabels } from '../labels/index.ts'
import type { Queue } from '../queue/index.ts'
import type { PageResult } from './page.ts'

/** Stores the tickets of a page with their labels, in the caller's transaction. Storing them again changes nothing. */
export async function savePage(
  tx: Tx,
  queue: Pick<Queue, 'send'>,
  connection: Connection,
  { tickets, missed }: Pick<PageResult, 'tickets' | 'missed'>,
): Promise<void> {
  const learnt: Parameters<typeof saveLabels>[1] = []
  for (const { ticket, prepared, labels, routed } of tickets) {
    const ticketId = await saveTicket(tx, connection.id, ticket, prepared)
    await markTicket(tx, ticketId, { status: 'done', ...(routed && { routed }) })
    learnt.push(...labels.map((label) => ({ ...label, ticketId, provenance: 'imported' as const })))
  }
  await saveLabels(tx, learnt)
  for (const ticket of missed) await storeMissed(tx, queue, connection.id, 'updated', ticket)
}
