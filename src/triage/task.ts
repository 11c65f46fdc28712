/** The triage job: reads the ticket, runs the pipeline, and records the decision. */
import type { Logger } from 'pino'
import type { Classifiers } from '../classifiers/index.ts'
import { type Helpdesks, knownConnection, type Vault } from '../connections/index.ts'
import { type Connection, type Connectors, connectorOf, isCarried, type Ticket } from '../contract/index.ts'
import type { Database, Tx } from '../db/index.ts'
import { lastWritten, newestDecision, recordDecision, saveTicket, WRITEBACK } from '../decisions/index.ts'
import { HelpdeskError, Rejected, type TriageError } from '../errors.ts'
import { eventOf, findDelivery, isSettled, outsideFilters, settleDelivery } from '../intake/index.ts'
import { refusePaused } from '../pauses/index.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { assign, keepRoute, publishedMap, type RoutingMap } from '../routing/index.ts'
import { openCounts } from './open-counts.ts'
import { type Piped, routeBy, runPipeline, withRoute } from './pipeline.ts'

/** What the triage job needs. */
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

/** A recorded decision, for logs and metrics. */
export type Decided = {
  decision: string
  delivery: string | null
  /** The helpdesk's id. */
  ticket: string
  connection: string
  key: string
  plan: string
  reason: string
  ms: number
  modelMs: number | null
}

/**
 * `delivery`: a created event. `ticket`: a person asked to decide the ticket again. With `force` the person of the route is
 * chosen anew, and the note is added even if nothing changes.
 */
export type TriageData =
  | { delivery: string }
  | { ticket: string; connection: string; cause: string; actor: string; force?: boolean }

/** The task of the triage job. */
export const triageTask = (needs: TriageNeeds): Task<TriageData> => ({
  run: (job) => triage(needs, job),
  giveUp: (tx, job, error) => failDecision(needs, tx, job.data, error),
})

const ALREADY_DECIDED = 'the ticket is already decided'

type Subject = {
  connection: Connection
  ticket: Ticket
  cause: string
  delivery: string | null
  actor: string | null
  force?: boolean
}

async function triage(needs: TriageNeeds, job: Job<TriageData>): Promise<void> {
  const subject = await findSubject(needs, job)
  if (!subject) return
  const started = performance.now()
  const { database, queue, classifiers } = needs
  const { connection, ticket } = subject
  const piped = await runPipeline({ db: database.db, classifiers }, ticket, connection, job.signal)
  const { plan, values } = piped.decision
  const map = await publishedMap(database.db)
  const open = map && isCarried(plan) ? await openCounts(needs.helpdesks, connection, map, values) : {}
  const recorded = await database.db.transaction(async (tx) => {
    const row = await record(tx, queue, subject, piped, { map, open, started })
    await queue.complete(job as Job<never>, tx)
    return row
  })
  if (!recorded) return
  // The helpdesk is asked for its counts once a minute; tickets assigned since then count too.
  const { assignee, ...decided } = recorded
  if (assignee) open[assignee] = (open[assignee] ?? 0) + 1
  queue.wake(WRITEBACK)
  needs.events.decided(decided)
}

/** Routes and records the decision in the transaction of its job; null: the ticket already has one. */
async function record(
  tx: Tx,
  queue: Queue,
  { connection, ticket, cause, delivery, actor, force }: Subject,
  { prepared, decision: unrouted }: Piped,
  { map, open, started }: { map: RoutingMap | null; open: Record<string, number>; started: number },
): Promise<(Decided & { assignee?: string | null }) | null> {
  const ticketId = await saveTicket(tx, connection.id, ticket, prepared)
  // The row of the ticket is locked until the commit: of two created events for one ticket, the second finds a decision here.
  if (delivery && (await newestDecision(tx, connection.id, ticket.id))) {
    await settleDelivery(tx, delivery, 'ignored', ALREADY_DECIDED)
    return null
  }
  const choose = async (map: RoutingMap) => {
    const earlier = delivery || force ? null : (await lastWritten(tx, ticketId))?.route
    const kept = earlier ? await keepRoute(tx, map, unrouted.values, connection.id, earlier) : null
    return kept ?? (await assign(tx, map, unrouted.values, connection.id, { now: new Date(), open }))
  }
  const routed = isCarried(unrouted.plan) ? await routeBy(map, choose) : null
  const ms = performance.now() - started
  const decided = withRoute(unrouted, routed)
  const trace = force ? { ...decided.trace, forced: true } : decided.trace
  const sample = delivery ? drawSample(decided, connection.settings.sample) : null
  const row = { ...decided, trace, cause, mapVersion: map?.version ?? null, ms, actor, sample }
  const id = await recordDecision(tx, queue, { ticketId, connectionId: connection.id }, row)
  if (delivery) await settleDelivery(tx, delivery, 'done')
  if (!id) return null
  return {
    decision: id,
    delivery,
    ticket: ticket.id,
    connection: connection.name,
    key: ticket.key,
    plan: row.plan,
    reason: row.reason,
    ms,
    modelMs: row.modelMs ?? null,
    assignee: row.route?.assignee,
  }
}

/** The share, when the decision was drawn: one that is held is looked at anyway, and one without values says nothing. */
function drawSample({ plan, values }: Piped['decision'], share: number): number | null {
  const isSure = plan !== 'hold' && Object.keys(values).length > 0
  return isSure && Math.random() < share ? share : null
}

/** Finds the ticket to decide; null: there is nothing to do, and the event is settled with the reason. */
async function findSubject(needs: TriageNeeds, job: Job<TriageData>): Promise<Subject | null> {
  const { data } = job
  if ('ticket' in data) {
    const connection = await connectionOf(needs, data.connection)
    if (!connection) return null
    await refusePaused(needs.database.db, connection.id)
    const ticket = await needs.helpdesks.call(connection.id, (connector, c) => connector.fetch(c, data.ticket))
    return { connection, ticket, cause: data.cause, delivery: null, actor: data.actor, force: data.force === true }
  }
  const row = await findDelivery(needs.database.db, data.delivery)
  if (!row || isSettled(row)) return null
  job.about.ticket = row.ticketId
  await refusePaused(needs.database.db, row.connectionId)
  const ignore = async (reason: string) => {
    await needs.database.db.transaction(async (tx) => {
      await settleDelivery(tx, row.id, 'ignored', reason)
      await needs.queue.complete(job as Job<never>, tx)
    })
    return null
  }
  const connection = await knownConnection({ db: needs.database.db, vault: needs.vault }, row.connectionId)
  const connector = connectorOf(needs.connectors, connection.kind)
  const event = eventOf(needs.connectors, connection, row)
  const isNew =
    event.kind === 'created' ||
    (event.kind !== 'ignored' && event.kind !== 'forgotten' && event.moved?.decide && row.event === 'created')
  if (!isNew) return ignore('the event does not create a ticket')
  let ticket: Ticket | null = 'ticket' in event ? event.ticket : null
  if (!ticket) {
    try {
      ticket = await needs.helpdesks.call(connection.id, (connector, c) => connector.fetch(c, event.ticketId))
    } catch (error) {
      if (error instanceof HelpdeskError && error.fault === 'gone')
        return ignore(`the ticket cannot be found: ${error.message}`)
      throw error
    }
  }
  const outside = outsideFilters(ticket.place, connection.filters, connector.filters)
  if (outside) return ignore(outside)
  if (await newestDecision(needs.database.db, connection.id, ticket.id)) return ignore(ALREADY_DECIDED)
  return { connection, ticket, cause: `delivery:${row.id}`, delivery: row.id, actor: null }
}

/** Null when it was deleted since the job was made: then there is nothing to decide. */
async function connectionOf({ database, vault }: TriageNeeds, id: string): Promise<Connection | null> {
  try {
    return await knownConnection({ db: database.db, vault }, id)
  } catch (error) {
    if (error instanceof Rejected && error.status === 410) return null
    throw error
  }
}

/** Marks the event as failed; the dead letter keeps its job. */
async function failDecision(needs: TriageNeeds, tx: Tx, data: TriageData, error: TriageError): Promise<void> {
  if (!('delivery' in data)) return // a person asked: the dead letter shows the failure, and the earlier decision stays
  const delivery = await findDelivery(tx, data.delivery)
  if (delivery?.state !== 'waiting') return
  await settleDelivery(tx, delivery.id, 'failed', `${error.message}. ${error.next}`)
  needs.log.error(
    { delivery: delivery.id, ticket: delivery.ticketId, reason: error.message },
    'ticket could not be decided',
  )
}
