/** Intake: verify, store and enqueue in one transaction, then answer. Only a stored delivery is acknowledged. */

import { identityOf } from '../body/index.ts'
import {
  type Connection,
  type Connector,
  type Connectors,
  connectorOf,
  type Delivery,
  KEY_HEADER,
  parseBody,
  queuePriority,
  type TicketEvent,
} from '../contract/index.ts'
import type { Run } from '../db/index.ts'
import { uuidv7 } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import type { Queue } from '../queue/index.ts'
import { sha256Hex } from '../secrets.ts'
import { outsideFilters } from './filters.ts'

/** The kinds of the jobs that intake enqueues. */
export const TRIAGE = 'triage'
export const FEEDBACK = 'feedback'

export type Receipt = { delivery: string; duplicate: boolean }

type Needs = {
  connectors: Connectors
  queue: Pick<Queue, 'insertion' | 'wake'>
  prepared: Run
  /** The token by which intake at the edge, which has verified the delivery already, identifies itself. */
  edgeToken: string | null
}

/** Receives one delivery. Throws Rejected: 400 not JSON, 401 not genuine, 422 not a body of this helpdesk. */
export async function receive(needs: Needs, connection: Connection, delivery: Delivery, now: Date): Promise<Receipt> {
  const connector = connectorOf(needs.connectors, connection.kind)
  const fromEdge = await isFromEdge(delivery, needs.edgeToken)
  if (!fromEdge) await connector.verify(delivery, connection, now)
  let row: StoredDelivery
  try {
    row = await readRow(connector, connection, delivery, fromEdge)
  } catch (error) {
    if (error instanceof Rejected) {
      const digest = delivery.whole?.digest ?? (await sha256Hex(delivery.body))
      await storeRejected(needs, connection, `rejected:${digest}`, error)
    }
    throw error
  }
  return store(needs, row)
}

/**
 * Stores that a delivery was refused before it was read: it was too large, or it did not prove who sent it. Anybody can
 * send such a body: so there is one row in an hour for each reason, and it is written once a minute at most.
 */
export async function storeRefused(
  needs: Pick<Needs, 'prepared'>,
  connection: Connection,
  error: Rejected,
  now: Date,
): Promise<void> {
  const { reason } = error
  if (reason === undefined || ![401, 413].includes(error.status)) return
  const last = lastRefused.get(`${connection.id} ${reason}`) ?? 0
  if (Math.abs(now.getTime() - last) < 60_000) return
  lastRefused.set(`${connection.id} ${reason}`, now.getTime())
  await storeRejected(needs, connection, `${reason}:${now.toISOString().slice(0, 13)}`, error)
}

const lastRefused = new Map<string, number>()

async function readRow(
  connector: Connector,
  connection: Connection,
  delivery: Delivery,
  fromEdge: boolean,
): Promise<StoredDelivery> {
  const text = new TextDecoder().decode(delivery.body)
  const body = parseBody(text)
  const event = connector.read(body, connection)
  const { key, digest } = await identityOf(connector, delivery, body)
  const known = fromEdge ? delivery.headers[KEY_HEADER]?.slice(0, 500) : undefined
  const asIs = { connection, filters: connector.filters, dedupeKey: known ?? key }
  if (!delivery.whole) return asRow(event, text, asIs)
  if (event.kind === 'ignored' || event.kind === 'forgotten' || !connector.thin) return asRow(event, '', asIs)
  // What was shortened must not be taken for what the ticket says: of a large body only the ids are kept.
  const ids = JSON.stringify(connector.thin(event, body, digest))
  return asRow(connector.read(JSON.parse(ids), connection), ids, asIs)
}

type StoredDelivery = {
  id: string
  connectionId: string
  dedupeKey: string
  event: string
  ticketId: string | null
  body: string
  state: 'waiting' | 'ignored' | 'done'
  reason: string | null
  priority: number
}

const INSERT = `insert into deliveries (id, connection_id, dedupe_key, event, ticket_id, body, state, reason, settled_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, case when $7 = 'waiting' then null else now() end)
  on conflict (connection_id, dedupe_key) do update set repeats = deliveries.repeats + 1
  returning id, repeats`

const valuesOf = (row: StoredDelivery) => [
  row.id,
  row.connectionId,
  row.dedupeKey,
  row.event,
  row.ticketId,
  row.body,
  row.state,
  row.reason,
]

async function store({ prepared, queue }: Needs, row: StoredDelivery): Promise<Receipt> {
  const kind = row.event === 'created' ? TRIAGE : FEEDBACK
  const waiting = row.state === 'waiting'
  const job =
    waiting &&
    (await queue.insertion(
      kind,
      { delivery: row.id },
      { key: `${row.connectionId}:${row.ticketId}`, priority: row.priority },
    ))
  const [stored] = await prepared<{ id: string; repeats: number }>(
    job ? withJob(job.text) : INSERT,
    job ? [...valuesOf(row), job.jobs] : valuesOf(row),
  )
  const duplicate = stored!.repeats > 0
  if (waiting && !duplicate) queue.wake(kind)
  return { delivery: stored!.id, duplicate }
}

/**
 * Row and job in one statement, so in one transaction and one round trip: twice as many deliveries a second as with
 * begin, insert, send, commit. A duplicate delivery creates no job.
 */
function withJob(insertJob: string): string {
  let text = statements.get(insertJob)
  if (text === undefined) {
    const fresh = `(select case when repeats = 0 then $9 else '[]' end from stored)`
    text = `with stored as (${INSERT}), job as (${insertJob.replace('$1', fresh)}) select id, repeats from stored`
    statements.set(insertJob, text)
  }
  return text
}

const statements = new Map<string, string>()

function asRow(
  event: TicketEvent,
  body: string,
  { connection, filters, dedupeKey }: { connection: Connection; filters: Connector['filters']; dedupeKey: string },
): StoredDelivery {
  const base = {
    id: uuidv7(),
    connectionId: connection.id,
    dedupeKey,
    event: event.kind,
    ticketId: event.ticketId,
    body,
    priority: 0,
  }
  if (event.kind === 'ignored') return { ...base, state: 'ignored', reason: event.reason }
  const idle = changesNothing(event)
  if (idle) return { ...base, state: 'done', reason: idle }
  if (event.kind !== 'created') return { ...base, state: 'waiting', reason: null }
  const outside = event.ticket && outsideFilters(event.ticket.place, connection.filters, filters)
  if (outside) return { ...base, state: 'ignored', reason: outside }
  return { ...base, state: 'waiting', reason: null, priority: urgency(event) }
}

// Settled when it is stored: most events of a ticket have nothing to do with a decision.
function changesNothing(event: TicketEvent): string | null {
  if (event.kind === 'commented') return 'a comment changes no field'
  if (event.kind === 'updated' && event.changes?.length === 0 && !event.moved)
    return 'no field that we decide was changed'
  return null
}

/** A ticket that the helpdesk itself calls urgent overtakes the others in the queue. */
function urgency({ ticket }: Extract<TicketEvent, { kind: 'created' }>): number {
  const priority = ticket?.fields.priority
  return queuePriority(priority?.value ?? priority?.raw)
}

// The refusal is stored, so that a broken trigger can be found; the text of the delivery is not.
async function storeRejected(
  { prepared }: Pick<Needs, 'prepared'>,
  connection: Connection,
  key: string,
  error: Rejected,
) {
  await prepared(INSERT, [
    uuidv7(),
    connection.id,
    key,
    'rejected',
    null,
    '',
    'ignored',
    `${error.message} ${error.next}`.slice(0, 1000),
  ]).catch(() => {
    // The delivery is refused, whether or not this could be stored.
  })
}

async function isFromEdge({ headers }: Delivery, edgeToken: string | null): Promise<boolean> {
  const given = headers['x-pointsman-edge']
  if (given === undefined || edgeToken === null) return false
  // Digests are compared, so the time of the comparison reveals nothing about the token.
  if ((await sha256Hex(given)) === (await sha256Hex(edgeToken))) return true
  throw new Rejected(401, 'The edge token is wrong', {
    next: 'Set the same EDGE_TOKEN at the edge and in the service.',
    reason: 'wrong-edge-token',
  })
}
