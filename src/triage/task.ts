/** The triage job: reads, asks, decides, records; the choices are pure functions beside it. */
import type { Logger } from 'pino'
import type { Classifiers } from '../classifiers/index.ts'
import { type Helpdesks, knownConnection, type Vault } from '../connections/index.ts'
import { type Connection, type Connectors, connectorOf, isCarried, parseBody, type Ticket } from '../contract/index.ts'
import type { Database, Tx } from '../db/index.ts'
import { newestDecision, recordDecision, saveTicket, WRITEBACK } from '../decisions/index.ts'
import { HelpdeskError, type TriageError } from '../errors.ts'
import { findDelivery, isSettled, outsideFilters, settleDelivery } from '../intake/index.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { assign, publishedMap } from '../routing/index.ts'
import { openCounts } from './open-counts.ts'
import { routeBy, runPipeline, withRoute } from './pipeline.ts'

export type TriageNeeds = {
  database: Database
  vault: Vault
  connectors: Connectors
  helpdesks: Helpdesks
  queue: Queue
  classifiers: Classifiers
  events: { decided(decision: Decided): void }
  log: Logger
}

export type Decided = {
  decision: string
  connection: string
  key: string
  plan: string
  reason: string
  ms: number
  modelMs: number | null
}

/** `delivery`: a created event. `ticket`: one of ours again, because a person asked. */
export type TriageData = { delivery: string } | { ticket: string; connection: string; cause: string; actor: string }

export const triageTask = (needs: TriageNeeds): Task<TriageData> => ({
  run: (job) => triage(needs, job),
  giveUp: (tx, job, error) => failDecision(needs, tx, job.data, error),
})

const DECIDED = 'the ticket was decided before'

type Subject = { connection: Connection; ticket: Ticket; cause: string; delivery: string | null; actor: string | null }

async function triage(needs: TriageNeeds, job: Job<TriageData>): Promise<void> {
  const subject = await findSubject(needs, job)
  if (!subject) return
  const started = performance.now()
  const { database, queue, classifiers } = needs
  const { connection, ticket, cause } = subject
  const { prepared, decision: unrouted } = await runPipeline(
    { db: database.db, classifiers },
    ticket,
    connection,
    job.signal,
  )
  const map = await publishedMap(database.db)
  const carried = isCarried(unrouted.plan)
  const open = map && carried ? await openCounts(needs.helpdesks, connection, map, unrouted.values) : {}
  const outcome = await database.db.transaction(async (tx) => {
    const ticketId = await saveTicket(tx, connection.id, ticket, prepared)
    // The row is ours until the commit: of two events that make the same ticket known, the second sees the first's.
    if (subject.delivery && (await newestDecision(tx, connection.id, ticket.id))) {
      await settleDelivery(tx, subject.delivery, 'ignored', DECIDED)
      await queue.complete(job as Job<never>, tx)
      return null
    }
    const routed = carried ? await routeBy(map, (map) => assign(tx, map, unrouted.values, connection.id, open)) : null
    const ms = performance.now() - started
    const row = { ...withRoute(unrouted, routed), cause, mapVersion: map?.version ?? null, ms, actor: subject.actor }
    const id = await recordDecision(tx, queue, { ticketId, connectionId: connection.id }, row)
    if (subject.delivery) await settleDelivery(tx, subject.delivery, 'done')
    await queue.complete(job as Job<never>, tx)
    return (
      id && {
        decision: id,
        connection: connection.name,
        key: ticket.key,
        plan: row.plan,
        reason: row.reason,
        ms,
        modelMs: row.modelMs ?? null,
        assignee: row.route?.assignee,
      }
    )
  })
  if (!outcome) return
  // Counts are asked for once a minute; what we hand out meanwhile counts too.
  const { assignee, ...decided } = outcome
  if (assignee) open[assignee] = (open[assignee] ?? 0) + 1
  queue.wake(WRITEBACK)
  needs.events.decided(decided)
}

/** The ticket to decide; null when there is nothing to do, which is then settled with its reason. */
async function findSubject(needs: TriageNeeds, job: Job<TriageData>): Promise<Subject | null> {
  const { data } = job
  if ('ticket' in data) {
    const connection = await knownConnection({ db: needs.database.db, vault: needs.vault }, data.connection)
    const ticket = await needs.helpdesks.call(connection.id, (connector, c) => connector.fetch(c, data.ticket))
    return { connection, ticket, cause: data.cause, delivery: null, actor: data.actor }
  }
  const row = await findDelivery(needs.database.db, data.delivery)
  if (!row || isSettled(row)) return null
  const settle = async (state: 'ignored' | 'done', reason: string) => {
    await needs.database.db.transaction(async (tx) => {
      await settleDelivery(tx, row.id, state, reason)
      await needs.queue.complete(job as Job<never>, tx)
    })
    return null
  }
  const connection = await knownConnection({ db: needs.database.db, vault: needs.vault }, row.connectionId)
  const connector = connectorOf(needs.connectors, connection.kind)
  const event = connector.read(parseBody(row.body), connection)
  if (event.kind !== 'created') return settle('ignored', 'the event is not about a new ticket')
  let ticket: Ticket | null = event.ticket
  if (!ticket) {
    try {
      ticket = await needs.helpdesks.call(connection.id, (connector, c) => connector.fetch(c, event.ticketId))
    } catch (error) {
      if (error instanceof HelpdeskError && error.fault === 'gone')
        return settle('ignored', `the ticket is gone: ${error.message}`)
      throw error
    }
  }
  const outside = outsideFilters(ticket.place, connection.filters, connector.filters)
  if (outside) return settle('ignored', outside)
  if (await newestDecision(needs.database.db, connection.id, ticket.id)) return settle('ignored', DECIDED)
  return { connection, ticket, cause: `delivery:${row.id}`, delivery: row.id, actor: null }
}

/** Notes that an event could not be decided, beside the dead letter that keeps its job. */
async function failDecision(needs: TriageNeeds, tx: Tx, data: TriageData, error: TriageError): Promise<void> {
  if (!('delivery' in data)) return // the person who asked sees the dead letter; the earlier decision stands
  const delivery = await findDelivery(tx, data.delivery)
  if (delivery?.state !== 'waiting') return
  await settleDelivery(tx, delivery.id, 'failed', `${error.message}. ${error.next}`)
  needs.log.error({ delivery: delivery.id, ticket: delivery.ticketId, reason: error.message }, 'could not be decided')
}
