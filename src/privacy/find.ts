/** Finds everything that an erasure concerns. Changes nothing. */
import { type AnswerOf, countAnswers } from '../classifiers/index.ts'
import type { Connection, Connectors } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { countTickets, decisionsToErase, type NamedTicket, ticketsToErase } from '../decisions/index.ts'
import { countOverrides } from '../feedback/index.ts'
import { deliveriesOf, deliveriesThatName, eventOf, type StoredDelivery } from '../intake/index.ts'
import { countLabels, findExamples } from '../labels/index.ts'
import { countJobs } from '../queue/index.ts'
import { exportsWith } from '../training/index.ts'

/** What to erase, in the words of the helpdesk. */
export type Wanted = {
  /** Only in this connection; absent: in all of them. */
  connection?: Connection
  requester?: string
  ticket?: string
  /** Other texts that identify the person: mail address, name, number of a document. */
  also: string[]
}

/** What was found. */
export type Scope = {
  tickets: NamedTicket[]
  /** Deliveries about these tickets, or from this requester. */
  own: string[]
  /** Settled deliveries about other tickets that name the person: their bodies are emptied. */
  naming: string[]
  /** Deliveries about other tickets that name the person and still wait for their job. */
  waiting: number
  examples: string[]
}

type FindNeeds = { db: Tx; connectors: Connectors; connections: Connection[] }

/** An id as short as this may be the number of anything: a delivery must show it as that of a person. */
const SHORT = 6

/** Finds the tickets, deliveries and examples. */
export async function findScope({ db, connectors, connections }: FindNeeds, wanted: Wanted): Promise<Scope> {
  const { connection, requester, ticket, also } = wanted
  const tickets = await ticketsToErase(db, { connection: connection?.id, requester, ticket, holding: also })
  const own = new Set<string>()
  for (const each of tickets)
    for (const id of await deliveriesOf(db, each.connectionId, [each.externalId, each.key])) own.add(id)
  // A ticket that was never stored, because it was ignored, failed or is still waiting, has deliveries too.
  if (ticket !== undefined)
    for (const { id } of connection ? [connection] : connections)
      for (const found of await deliveriesOf(db, id, [ticket])) own.add(found)
  const naming: string[] = []
  let waiting = 0
  for (const row of await deliveriesThatName(db, [...(requester ? [requester] : []), ...also], connection?.id)) {
    if (own.has(row.id)) continue
    const who = peopleIn(row, connectors, connections)
    if (requester !== undefined && who.requester === requester) own.add(row.id)
    else if (!isNamed(row, who.actor, wanted)) continue
    else if (row.state === 'waiting') waiting++
    else naming.push(row.id)
  }
  const origins = [...tickets.flatMap(({ externalId, key }) => [externalId, key]), ...(ticket ? [ticket] : [])]
  return { tickets, own: [...own], naming, waiting, examples: await findExamples(db, origins, also) }
}

/** Counts the rows by table, with the exports that contain some of it. */
export async function countScope(db: Tx, scope: Scope, also: string[]) {
  const ids = scope.tickets.map(({ id }) => id)
  const answers = await answersOf(db, ids)
  const held = await exportsWith(db, [...ids, ...scope.examples])
  return {
    counts: {
      deliveries: scope.own.length,
      bodies: scope.naming.length,
      tickets: ids.length,
      ...(ids.length > 0 ? await countTickets(db, ids) : { decisions: 0, writebacks: 0 }),
      overrides: ids.length > 0 ? await countOverrides(db, ids) : 0,
      labels: ids.length > 0 ? await countLabels(db, ids) : 0,
      examples: scope.examples.length,
      answers: await countAnswers(db, answers),
      jobs: await countJobs(db, jobsOf(scope.tickets, scope.own, also)),
    },
    exports: [...held.keys()],
  }
}

/** What identifies the cached answers of these tickets. */
export async function answersOf(db: Tx, ids: string[]): Promise<AnswerOf[]> {
  return ids.length === 0 ? [] : decisionsToErase(db, ids)
}

/** The jobs of these tickets and deliveries. A write-back's key has our id of the ticket, the others the helpdesk's. */
export function jobsOf(tickets: NamedTicket[], deliveries: string[], holding: string[] = []) {
  const keys = tickets.flatMap(({ id, connectionId, externalId, key }) =>
    [id, externalId, key].map((name) => `${connectionId}:${name}`),
  )
  return { keys, deliveries, holding }
}

function peopleIn(row: StoredDelivery, connectors: Connectors, connections: Connection[]) {
  const none = { requester: null, actor: null }
  const connection = connections.find(({ id }) => id === row.connectionId)
  if (!connection || row.body === '') return none
  try {
    const event = eventOf(connectors, connection, row)
    if (event.kind === 'ignored') return none
    if (event.kind === 'forgotten') return { actor: null, requester: event.person }
    return { actor: event.by.id, requester: ('ticket' in event && event.ticket?.requester.id) || null }
  } catch {
    return none // stored by another release, or by hand: the words decide
  }
}

function isNamed(row: StoredDelivery, actor: string | null, { requester, also }: Wanted): boolean {
  if (requester === undefined || actor === requester || requester.length >= SHORT) return true
  const text = `${row.body} ${row.reason ?? ''}`.toLowerCase()
  return also.some((part) => text.includes(part.toLowerCase()))
}
