/** Reads one page of past tickets, and what it teaches. Nothing is stored here: no transaction waits for a helpdesk. */
import type { Helpdesks } from '../connections/index.ts'
import {
  type Connection,
  type Connectors,
  connectorOf,
  type FreshTicket,
  type Listed,
  type Past,
  type Prepared,
  type Ticket,
} from '../contract/index.ts'
import type { BackfillCount, Database } from '../db/index.ts'
import { decidedAmong } from '../decisions/index.ts'
import { maskFresh, type PastLabels, pastLabels, routedOf } from '../feedback/index.ts'
import { knownEvents, outsideFilters } from '../intake/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask, loadLanguages, prepareFor } from '../text/index.ts'
import type { BackfillRow } from './rows.ts'

/** Tickets that arrive now go first. */
export const READ_LAST = -10

/** A past ticket as it is stored: prepared and masked. */
type PastTicket = {
  ticket: FreshTicket
  prepared: Prepared
  labels: PastLabels['labels']
  routed: { first: string; last: string } | null
}

export type PageResult = {
  cursor: string
  done: boolean
  total: number | null
  tickets: PastTicket[]
  /** Decided tickets with a change that no event told of. */
  missed: Ticket[]
  counts: Record<BackfillCount, number>
  labels: Record<string, number>
  outside: Record<string, Record<string, number>>
}

type Needs = { database: Pick<Database, 'db'>; connectors: Connectors; helpdesks: Helpdesks }

export async function readPage(needs: Needs, connection: Connection, row: BackfillRow): Promise<PageResult> {
  const { db } = needs.database
  const { filters } = connectorOf(needs.connectors, connection.kind)
  const wanted = { by: 'created' as const, since: row.since.toISOString(), cursor: row.cursor }
  const page = await call(needs, connection, (past, current) => past.list(current, wanted))
  const listed = page.tickets.filter(({ ticket }) => !outsideFilters(ticket.place, connection.filters, filters))
  const decided = await decidedAmong(
    db,
    connection.id,
    listed.map(({ ticket }) => ticket.id),
  )
  const ours = listed.map(({ ticket }) => ticket).filter(({ id }) => decided.has(id))
  const known = await knownEvents(db, needs.connectors, connection, ours)
  const others = listed.filter(({ ticket }) => !decided.has(ticket.id))
  const solved = others.filter(({ ticket }) => ticket.status.done)
  const { tickets, ...learnt } = await learn(needs, connection, await readAll(needs, connection, solved))
  const labelled = tickets.filter(({ labels }) => labels.length > 0).length
  return {
    ...page,
    tickets,
    ...learnt,
    missed: ours.filter(({ id }) => known.get(id)?.current !== true),
    counts: {
      read: page.tickets.length,
      filtered: page.tickets.length - listed.length,
      decided: ours.length,
      open: others.length - solved.length,
      labelled,
      unlabelled: tickets.length - labelled,
    },
  }
}

function call<T>(
  { helpdesks }: Needs,
  connection: Connection,
  work: (past: Past, current: Connection) => Promise<T>,
): Promise<T> {
  // Only adapters that can list are asked: `startBackfill` refuses the others.
  return helpdesks.call(connection.id, (connector, current) => work(connector.past!, current), READ_LAST)
}

/** Each call is one place in the lane of the connection, which keeps its limits. */
async function readAll(needs: Needs, connection: Connection, listed: Listed[]): Promise<FreshTicket[]> {
  const { readAtOnce } = connectorOf(needs.connectors, connection.kind).past!
  const parts = Array.from({ length: Math.ceil(listed.length / readAtOnce) }, (_, n) =>
    listed.slice(n * readAtOnce, (n + 1) * readAtOnce),
  )
  const read = await Promise.all(
    parts.map((part) => call(needs, connection, (past, current) => past.read(current, part))),
  )
  return read.flat()
}

async function learn({ database: { db } }: Needs, { settings }: Connection, read: FreshTicket[]) {
  const [taxonomy] = await Promise.all([currentTaxonomy(db), loadLanguages()])
  const entities = new Set(taxonomy.fields.filter(({ kind }) => kind === 'entity').map(({ id }) => id))
  const labels: PageResult['labels'] = {}
  const outside: PageResult['outside'] = {}
  const tickets: PastTicket[] = []
  for (const fresh of read) {
    const masking = deskMask(settings, fresh.requester)
    const ticket = maskFresh(fresh, taxonomy, {}, masking)
    const found = pastLabels(taxonomy, ticket)
    const { prepared } = await prepareFor(null, ticket, masking)
    tickets.push({ ticket, prepared, labels: found.labels, routed: routedOf(ticket) })
    for (const { field } of found.labels) labels[field] = (labels[field] ?? 0) + 1
    for (const { field, value } of found.outside) {
      outside[field] ??= {}
      // The text of an entity is the ticket's, and may be anything.
      const shown = entities.has(field) ? '(text)' : value.slice(0, 200)
      outside[field][shown] = (outside[field][shown] ?? 0) + 1
    }
  }
  return { tickets, labels, outside }
}
