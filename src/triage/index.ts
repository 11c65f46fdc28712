/** Triage: a created ticket becomes a decision. Reads, asks, decides, records; the choices are pure functions beside it. */
import { eq } from 'drizzle-orm'
import type { Logger } from 'pino'
import type { Classifiers } from '../classifiers/ask.ts'
import { type Helpdesks, knownConnection } from '../connections/index.ts'
import type { Vault } from '../connections/vault.ts'
import type { Connection, Connectors, Ticket } from '../contract/index.ts'
import type { Database, Tx } from '../db/index.ts'
import { deliveries } from '../db/schema.ts'
import { newestDecision, recordDecision, saveTicket, settleDelivery, WRITEBACK } from '../decisions/record.ts'
import { HelpdeskError } from '../errors.ts'
import { outsideFilters, parseBody } from '../intake/index.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { assign, publishedMap } from '../routing/index.ts'
import { failedDecision } from './failed.ts'
import { consider, openCounts } from './pipeline.ts'

export { openAnswerCache, tidyAnswerCache } from '../classifiers/answer-cache.ts'
export { type Classifiers, classify } from '../classifiers/ask.ts'
export { openExamples } from '../classifiers/examples.ts'
export {
  type DecisionFilter,
  type DecisionRow,
  decisionsOf,
  lastDecisions,
  listDecisions,
  readDecision,
} from '../decisions/list.ts'
export { newestDecision, recordDecision, saveTicket, settleDelivery, WRITEBACK } from '../decisions/record.ts'
export { type Curves, openCurves } from '../models/curves.ts'
export {
  asClassifier,
  type Corrections,
  EMBEDDED_NAME,
  type Embedded,
  listModels,
  newestModel,
  openEmbedded,
  type StoredModel,
  saveModel,
} from '../models/stored.ts'
export { consider, openCounts } from './pipeline.ts'
export { currentRules, saveRules, seedRules, tryRules } from './rules/store.ts'

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
  giveUp: (tx, job, error) => failedDecision(needs, tx, job.data, error),
})

const DECIDED = 'the ticket was decided before'

type Subject = { connection: Connection; ticket: Ticket; cause: string; delivery: string | null; actor: string | null }

async function triage(needs: TriageNeeds, job: Job<TriageData>): Promise<void> {
  const subject = await findSubject(needs, job)
  if (!subject) return
  const started = performance.now()
  const { database, queue, classifiers } = needs
  const { connection, ticket, cause } = subject
  const considered = await consider({ db: database.db, classifiers }, ticket, connection, job.signal)
  const map = await publishedMap(database.db)
  const { plan, values } = considered.decision
  const routes = plan === 'apply' || plan === 'suggest'
  const open = map && routes ? await openCounts(needs.helpdesks, connection, map, values) : {}
  const outcome = await database.db.transaction(async (raw) => {
    const tx = raw as Tx
    const { decision } = considered
    const ticketId = await saveTicket(tx, connection.id, ticket, considered.prepared)
    // The row is ours until the commit: of two events that make the same ticket known, the second sees the first's.
    if (subject.delivery && (await newestDecision(tx, connection.id, ticket.id))) {
      await settleDelivery(tx, subject.delivery, 'ignored', DECIDED)
      await queue.complete(job as Job<never>, tx)
      return null
    }
    if (routes) {
      const routed = map
        ? await assign(tx, map, decision.values, connection.id, open)
        : { kind: 'dead' as const, reason: 'no routing map is published' }
      if (routed.kind === 'routed') decision.route = routed.route
      else Object.assign(decision, { plan: 'hold', reason: routed.reason })
    }
    const ms = performance.now() - started
    const row = { ...decision, cause, mapVersion: map?.version ?? null, ms, actor: subject.actor }
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
      }
    )
  })
  if (!outcome) return
  // Counts are asked for once a minute; what we hand out meanwhile counts too.
  const assignee = considered.decision.route?.assignee
  if (assignee) open[assignee] = (open[assignee] ?? 0) + 1
  queue.wake(WRITEBACK)
  needs.events.decided(outcome)
}

/** The ticket to decide; null when there is nothing to do, which is then settled with its reason. */
async function findSubject(needs: TriageNeeds, job: Job<TriageData>): Promise<Subject | null> {
  const { data } = job
  if ('ticket' in data) {
    const connection = await knownConnection({ db: needs.database.db, vault: needs.vault }, data.connection)
    const ticket = await needs.helpdesks.call(connection.id, (connector, c) => connector.fetch(c, data.ticket))
    return { connection, ticket, cause: data.cause, delivery: null, actor: data.actor }
  }
  const [row] = await needs.database.db.select().from(deliveries).where(eq(deliveries.id, data.delivery))
  if (!row || row.state === 'done' || row.state === 'ignored') return null // failed: its dead letter was requeued
  const settle = async (state: 'ignored' | 'done', reason: string) => {
    await needs.database.db.transaction(async (tx) => {
      await settleDelivery(tx as Tx, row.id, state, reason)
      await needs.queue.complete(job as Job<never>, tx as Tx)
    })
    return null
  }
  const connection = await knownConnection({ db: needs.database.db, vault: needs.vault }, row.connectionId)
  const event = needs.connectors[connection.kind].read(parseBody(row.body), connection)
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
  const outside = outsideFilters(ticket.place, connection.filters)
  if (outside) return settle('ignored', outside)
  if (await newestDecision(needs.database.db, connection.id, ticket.id)) return settle('ignored', DECIDED)
  return { connection, ticket, cause: `delivery:${row.id}`, delivery: row.id, actor: null }
}
