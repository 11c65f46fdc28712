/** The feedback job: learns from the later events of a decided ticket. */
import type { Logger } from 'pino'
import { type Helpdesks, knownConnection, type Vault } from '../connections/index.ts'
import {
  accepts,
  type Connection,
  type Connectors,
  type FreshTicket,
  type Taxonomy,
  type TicketEvent,
} from '../contract/index.ts'
import type { Database, Tx } from '../db/index.ts'
import { followKey, markTicket } from '../decisions/index.ts'
import { HelpdeskError } from '../errors.ts'
import {
  eventOf,
  findDelivery,
  isCreationWaiting,
  isSettled,
  type StoredDelivery,
  settleDelivery,
  waitingFor,
} from '../intake/index.ts'
import { dropClosing, saveLabel } from '../labels/index.ts'
import { refusePaused } from '../pauses/index.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask } from '../text/index.ts'
import { type Demoted, recordEvidence } from '../trust/index.ts'
import { finalLabels, routedOf } from './final-labels.ts'
import type { Known } from './known.ts'
import { decideMoved, locate, readTicket } from './locate.ts'
import { maskChanges, maskFresh } from './mask-changes.ts'
import { findOverrides, mayTeach, type Override, recordOverrides } from './overrides.ts'
import { verdictsOf } from './verdicts.ts'

/** What the feedback job needs. */
export type FeedbackNeeds = {
  database: Database
  vault: Vault
  connectors: Connectors
  helpdesks: Helpdesks
  queue: Pick<Queue, 'complete' | 'send' | 'wake'>
  events: { overridden(override: Overridden): void; demoted(demoted: Demoted): void }
  log: Logger
}

/** The job that erases what the helpdesk deleted for good. */
export const ERASE = 'erase'

/** A recorded override, for logs and metrics. */
export type Overridden = {
  delivery: string
  /** The helpdesk's id. */
  ticket: string
  decision: string
  connection: string
  key: string
  field: string
  before: string | null
  after: string | null
  minutesAfter: number
}

/** The task of the feedback job. */
export const feedbackTask = (needs: FeedbackNeeds): Task<{ delivery: string }> => ({
  run: (job) => feedback(needs, job),
  giveUp: (tx, job, error) => settleDelivery(tx, job.data.delivery, 'failed', `${error.message}. ${error.next}`),
})

/** Handles every waiting event of the ticket, in the order of arrival. Only one job of a ticket runs at a time. */
async function feedback(needs: FeedbackNeeds, job: Job<{ delivery: string }>): Promise<void> {
  const { db } = needs.database
  const asked = await findDelivery(db, job.data.delivery)
  if (!asked || isSettled(asked)) return
  job.about.ticket = asked.ticketId
  const connection = await knownConnection({ db, vault: needs.vault }, asked.connectionId)
  for (const row of await waitingFor(db, asked)) {
    await handle(needs, connection, row, eventOf(needs.connectors, connection, row))
  }
}

async function handle(
  needs: FeedbackNeeds,
  connection: Connection,
  row: StoredDelivery,
  event: TicketEvent,
): Promise<void> {
  const { db } = needs.database
  const settle = (state: 'done' | 'ignored', reason: string | null) => settleDelivery(db, row.id, state, reason)
  if (event.kind === 'ignored') return settle('ignored', event.reason)
  if (event.kind === 'created') return settle('ignored', 'the ticket is already triaged')
  if (event.kind === 'forgotten' || (event.kind === 'removed' && event.permanent)) return leaveErasure(needs, row)
  const { known, names, fresh } = await locate(needs, connection, event)
  if (!known) {
    if (await isCreationWaiting(db, connection.id, names))
      throw await notYet(db, connection.id, 'The ticket is not decided yet')
    if (event.moved?.decide) return decideMoved(needs, connection, row, event)
    return settle('ignored', 'the ticket was never decided here')
  }
  if (event.kind === 'commented') return settle('done', 'a comment changes no field')
  if (event.kind === 'removed') return remove(needs, known, row, event)
  if (known.ticket.status === 'removed' && known.ticket.removedWhy === 'merged')
    return settle('ignored', 'the ticket was merged')
  const seen = await observe(needs, connection, known, event, fresh)
  if (!seen) return settle('ignored', 'the ticket cannot be found')
  // Until the write-back is settled, it is unknown whether the person changed the field before or after it.
  if (known.writeback?.state === 'sending' && (seen.found.length > 0 || event.kind === 'resolved'))
    throw await notYet(db, connection.id, 'The write-back of the ticket has not finished')
  const { recorded, demoted } = await record(needs, connection, known, row, seen)
  for (const { change, before, after, minutesAfter } of recorded)
    needs.events.overridden({
      delivery: row.id,
      ticket: known.ticket.externalId,
      decision: known.decision.id,
      connection: connection.name,
      key: known.ticket.key,
      field: change.field,
      before,
      after,
      minutesAfter,
    })
  for (const one of demoted) needs.events.demoted(one)
}

/** The ticket may never have been decided: its deliveries are stored all the same. */
async function leaveErasure({ database, queue }: FeedbackNeeds, row: StoredDelivery): Promise<void> {
  await database.db.transaction(async (tx) => {
    await queue.send(tx, ERASE, { delivery: row.id }, { key: `erase:${row.connectionId}` })
    await settleDelivery(tx, row.id, 'done', 'the helpdesk deleted it for good')
  })
}

// While a pause holds what it waits for, it waits as long as the pause.
async function notYet(db: Tx, connectionId: string, message: string) {
  await refusePaused(db, connectionId)
  return new HelpdeskError('busy', message, {
    next: 'Nothing to do: the event is handled as soon as that is done.',
    retryAfterMs: 1_000,
  })
}

async function remove(
  { database }: FeedbackNeeds,
  { ticket }: Known,
  row: StoredDelivery,
  { why }: Extract<TicketEvent, { kind: 'removed' }>,
): Promise<void> {
  const removedWhy = why === 'spam' ? 'marked as spam' : why
  await database.db.transaction(async (tx) => {
    await markTicket(tx, ticket.id, { status: 'removed', removedWhy })
    // Merging closes a ticket, which must not look like solved work.
    if (why === 'merged') await dropClosing(tx, ticket.id)
    await settleDelivery(tx, row.id, 'done', `the ticket was ${removedWhy}`)
  })
}

/** What an event and the ticket show: overrides, changes that agree with the decision, and the final labels. */
type Seen = ReturnType<typeof findOverrides> & {
  taxonomy: Taxonomy
  /** The ticket as it is now; null where the event alone was enough. */
  fresh: FreshTicket | null
  labels: ReturnType<typeof finalLabels>
}

/** Finds out what changed, from the event or from the ticket itself; null: the ticket cannot be found. */
async function observe(
  needs: FeedbackNeeds,
  connection: Connection,
  known: Known,
  event: Extract<TicketEvent, { kind: 'updated' | 'resolved' }>,
  read: FreshTicket | null,
): Promise<Seen | null> {
  // Some events do not contain what changed or who changed it; final values are always read from the ticket.
  const taxonomy = await currentTaxonomy(needs.database.db)
  const decided = known.decision.values
  const told = maskChanges(event.changes ?? [], taxonomy, decided, deskMask(connection.settings))
  const isUnproven = event.by.kind === 'unknown' || (event.unsure === true && mayTeach(known, told))
  const isIncomplete = event.changes === null || isUnproven || known.ticket.status === 'removed'
  const mustRead = isIncomplete || event.kind === 'resolved'
  const unmasked = mustRead ? (read ?? (await readTicket(needs, connection, known.ticket.externalId))) : null
  if (mustRead && !unmasked) return null
  const masking = deskMask(connection.settings, unmasked?.requester)
  const fresh = unmasked && maskFresh(unmasked, taxonomy, decided, masking)
  const changes = maskChanges((isIncomplete ? unmasked?.history : event.changes) ?? [], taxonomy, decided, masking)
  return {
    ...findOverrides(known, changes),
    taxonomy,
    fresh,
    labels: fresh?.status.done ? finalLabels(taxonomy, known, fresh, event) : [],
  }
}

/** Records overrides, labels and evidence in one transaction with the end of the event; returns what is new. */
async function record(
  { database }: FeedbackNeeds,
  connection: Connection,
  known: Known,
  row: StoredDelivery,
  { found, agreed, taxonomy, fresh, labels }: Seen,
): Promise<{ recorded: Override[]; demoted: Demoted[] }> {
  const { ticket, decision } = known
  return database.db.transaction(async (tx) => {
    const recorded = await recordOverrides(tx, known, found)
    for (const change of [...recorded.map((override) => override.change), ...agreed]) {
      const field = taxonomy.fields.find((f) => f.id === change.field)
      if (field && change.to !== null && accepts(field, change.to))
        await saveLabel(tx, {
          ticketId: ticket.id,
          field: change.field,
          value: change.to,
          provenance: 'human',
          decisionId: decision.id,
          who: change.by.id,
          at: new Date(change.at),
        })
    }
    for (const label of labels) await saveLabel(tx, label)
    const judged = { ticket, decision, settings: connection.settings, taxonomy }
    const demoted = await recordEvidence(tx, judged, verdictsOf({ recorded, agreed, labels }, decision.values))
    if (fresh) {
      await followKey(tx, ticket, { key: fresh.key, url: fresh.url })
      const routed = routedOf(fresh)
      await markTicket(tx, ticket.id, { status: fresh.status.done ? 'done' : 'open', ...(routed && { routed }) })
    }
    await settleDelivery(tx, row.id, 'done', found.length === 0 ? 'no decided field was corrected' : null)
    return { recorded, demoted }
  })
}
