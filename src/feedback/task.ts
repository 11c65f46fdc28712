/** The feedback job: what later events of a ticket say of our decision. */
import type { Logger } from 'pino'
import { type Helpdesks, knownConnection, type Vault } from '../connections/index.ts'
import {
  accepts,
  type Connection,
  type Connectors,
  connectorOf,
  type FreshTicket,
  parseBody,
  type TicketEvent,
} from '../contract/index.ts'
import type { Database } from '../db/index.ts'
import { markTicket } from '../decisions/index.ts'
import { HelpdeskError } from '../errors.ts'
import {
  findDelivery,
  isCreationWaiting,
  isSettled,
  type StoredDelivery,
  settleDelivery,
  waitingFor,
} from '../intake/index.ts'
import { dropClosing, saveLabel } from '../labels/index.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask } from '../text/index.ts'
import { finalLabels } from './final-labels.ts'
import { findTicket } from './known.ts'
import { maskChanges, maskFresh } from './mask-changes.ts'
import { findOverrides, recordOverrides } from './overrides.ts'

export type FeedbackNeeds = {
  database: Database
  vault: Vault
  connectors: Connectors
  helpdesks: Helpdesks
  queue: Pick<Queue, 'complete'>
  events: { overridden(override: Overridden): void }
  log: Logger
}

export type Overridden = {
  connection: string
  key: string
  field: string
  before: string | null
  after: string | null
  minutesAfter: number
}

export const feedbackTask = (needs: FeedbackNeeds): Task<{ delivery: string }> => ({
  run: (job) => feedback(needs, job),
  giveUp: (tx, job, error) => settleDelivery(tx, job.data.delivery, 'failed', `${error.message}. ${error.next}`),
})

/** Works off everything that waits for the ticket, in the order it came: one job of a ticket runs at a time. */
async function feedback(needs: FeedbackNeeds, job: Job<{ delivery: string }>): Promise<void> {
  const { db } = needs.database
  const asked = await findDelivery(db, job.data.delivery)
  if (!asked || isSettled(asked)) return
  const connection = await knownConnection({ db, vault: needs.vault }, asked.connectionId)
  for (const row of await waitingFor(db, asked)) {
    const event = connectorOf(needs.connectors, connection.kind).read(parseBody(row.body), connection)
    await handle(needs, connection, row, event)
  }
}

async function handle(
  needs: FeedbackNeeds,
  connection: Connection,
  row: StoredDelivery,
  event: TicketEvent,
): Promise<void> {
  const { db } = needs.database
  const done = (state: 'done' | 'ignored', reason: string | null) => settleDelivery(db, row.id, state, reason)
  if (event.kind === 'ignored' || event.kind === 'created')
    return done('ignored', event.kind === 'ignored' ? event.reason : 'already triaged')
  const known = await findTicket(db, connection.id, event.ticketId)
  if (!known) return notOurs(needs, connection, event.ticketId, done)
  if (event.kind === 'commented') return done('done', 'a comment changes no field')
  if (event.kind === 'removed') {
    const removedWhy = event.why === 'spam' ? 'marked as spam' : event.why
    await db.transaction(async (tx) => {
      await markTicket(tx, known.ticket.id, { status: 'removed', removedWhy })
      // Merging closes a ticket, which looks like work done on it.
      if (event.why === 'merged') await dropClosing(tx, known.ticket.id)
      await settleDelivery(tx, row.id, 'done', `the ticket was ${removedWhy}`)
    })
    return
  }
  const removed = known.ticket.status === 'removed'
  if (removed && known.ticket.removedWhy === 'merged') return done('ignored', 'the ticket was merged')
  // Thin bodies do not say what changed or who did it, and final values are read, not guessed.
  const thin = event.changes === null || event.by.kind === 'unknown' || removed
  const shown = thin || event.kind === 'resolved' ? await read(needs, connection, known.ticket.externalId) : null
  if (shown === 'gone') return done('ignored', 'the ticket is gone')
  const taxonomy = await currentTaxonomy(db)
  const ours = known.decision.values
  const hide = deskMask(connection.settings, shown ? shown.requester : undefined)
  const fresh = shown && maskFresh(shown, taxonomy, ours, hide)
  const changes = maskChanges((thin ? shown?.history : event.changes) ?? [], taxonomy, ours, hide)
  const { found, agreed } = findOverrides(known, changes)
  // Were they quicker than our write, or did they answer to it? That is told when it is settled.
  if (known.writeback?.state === 'sending' && (found.length > 0 || event.kind === 'resolved'))
    throw notYet('The ticket is being written')
  const resolved = fresh?.status.done ? finalLabels(taxonomy, known, fresh, event) : []
  const recorded = await db.transaction(async (tx) => {
    const recorded = await recordOverrides(tx, known, found)
    for (const change of [...recorded.map((override) => override.change), ...agreed]) {
      const field = taxonomy.fields.find((f) => f.id === change.field)
      if (field && change.to !== null && accepts(field, change.to))
        await saveLabel(tx, {
          ticketId: known.ticket.id,
          field: change.field,
          value: change.to,
          provenance: 'human',
          decisionId: known.decision.id,
          who: change.by.id,
          at: new Date(change.at),
        })
    }
    for (const label of resolved) await saveLabel(tx, label)
    if (fresh) await markTicket(tx, known.ticket.id, { status: fresh.status.done ? 'done' : 'open' })
    await settleDelivery(tx, row.id, 'done', found.length === 0 ? 'no field of ours was corrected' : null)
    return recorded
  })
  for (const { change, before, after, minutesAfter } of recorded)
    needs.events.overridden({
      connection: connection.name,
      key: known.ticket.key,
      field: change.field,
      before,
      after,
      minutesAfter,
    })
}

/** A ticket we never decided, unless its created event is still waiting: then this one waits for it. */
async function notOurs(
  needs: FeedbackNeeds,
  connection: Connection,
  ticketId: string,
  done: (state: 'ignored', reason: string) => Promise<void>,
) {
  if (!(await isCreationWaiting(needs.database.db, connection.id, ticketId)))
    return done('ignored', 'the ticket was never ours')
  throw notYet('The ticket is not decided yet')
}

function notYet(message: string) {
  return new HelpdeskError('busy', message, { next: 'Nothing to do: the event waits for that.', retryAfterMs: 1_000 })
}

async function read(needs: FeedbackNeeds, connection: Connection, ticketId: string): Promise<FreshTicket | 'gone'> {
  try {
    return await needs.helpdesks.call(connection.id, (connector, c) => connector.fetch(c, ticketId))
  } catch (error) {
    if (error instanceof HelpdeskError && error.fault === 'gone') return 'gone'
    throw error
  }
}
