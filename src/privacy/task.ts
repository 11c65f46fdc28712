/** The erase job: what the helpdesk deleted for good is erased here too. */
import type { Logger } from 'pino'
import { knownConnection } from '../connections/index.ts'
import { eventOf, findDelivery } from '../intake/index.ts'
import type { Job, Task } from '../queue/index.ts'
import { type Erasable, erase } from './erase.ts'

/** What the erase job needs. */
export type EraseTaskNeeds = Erasable & { log: Logger }

/** The task of the erase job, which the event of the deletion leaves. */
export const eraseTask = (needs: EraseTaskNeeds): Task<{ delivery: string }> => ({
  run: (job) => eraseDeleted(needs, job),
  giveUp: async (_tx, job, error) =>
    needs.log.error({ delivery: job.data.delivery, reason: error.message, next: error.next }, 'nothing was erased'),
})

async function eraseDeleted(needs: EraseTaskNeeds, job: Job<{ delivery: string }>): Promise<void> {
  const { db } = needs.database
  const row = await findDelivery(db, job.data.delivery)
  if (!row || row.body === '') return // erased by an attempt before this one
  const connection = await knownConnection({ db, vault: needs.vault }, row.connectionId)
  const event = eventOf(needs.connectors, connection, row)
  const by = { actor: `helpdesk ${connection.name}`, job: job.id }
  if (event.kind === 'forgotten') await erase(needs, { connection: connection.name, requester: event.person }, by)
  if (event.kind === 'removed' && event.permanent)
    await erase(needs, { connection: connection.name, ticket: event.ticketId }, by)
}
