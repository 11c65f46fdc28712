/** Finds the decided ticket of an event: the id decides, and the stored key follows. */
import type { Helpdesks } from '../connections/index.ts'
import { type Connection, type Connectors, connectorOf, type FreshTicket, type TicketEvent } from '../contract/index.ts'
import type { Database } from '../db/index.ts'
import { followKey } from '../decisions/index.ts'
import { HelpdeskError } from '../errors.ts'
import { outsideFilters, type StoredDelivery, settleDelivery, TRIAGE, takeAsCreated } from '../intake/index.ts'
import type { Queue } from '../queue/index.ts'
import { findTicket, type Known } from './known.ts'

type Needs = {
  database: Database
  connectors: Connectors
  helpdesks: Helpdesks
  queue: Pick<Queue, 'send' | 'wake'>
}

export type Happening = Exclude<TicketEvent, { kind: 'ignored' | 'forgotten' }>

/**
 * `names`: the ids and keys that the ticket is known by, for finding its other events. `fresh`: the ticket as it is now,
 * where it had to be read to find it.
 */
export type Located = { known: Known | null; names: string[]; fresh: FreshTicket | null }

/** After a move an event may name the ticket by a key that we never saw: then the helpdesk tells its id. */
export async function locate(needs: Needs, connection: Connection, event: Happening): Promise<Located> {
  const { db } = needs.database
  const shown = 'ticket' in event ? event.ticket : null
  const names = [event.ticketId, ...(shown ? [shown.key] : [])]
  const known = await findTicket(db, connection.id, event.ticketId)
  if (known) {
    // Events may come in another order: the helpdesk says which key is the newest.
    const hasMoved = shown !== null && shown !== undefined && shown.key !== known.ticket.key
    const fresh = hasMoved ? await readTicket(needs, connection, known.ticket.externalId) : null
    if (fresh) await keep(needs, known, fresh)
    return { known, names, fresh }
  }
  const fresh = event.byKey ? await readTicket(needs, connection, event.ticketId) : null
  if (!fresh) return { known: null, names, fresh }
  const found = await findTicket(db, connection.id, fresh.id)
  if (found) await keep(needs, found, fresh)
  return { known: found, names: [...names, fresh.id, fresh.key], fresh }
}

async function keep({ database }: Needs, { ticket }: Known, { key, url }: FreshTicket): Promise<void> {
  await followKey(database.db, ticket, { key, url })
  ticket.key = key
}

/** The ticket as it is now; null: it cannot be found. */
export async function readTicket(
  { helpdesks }: Pick<Needs, 'helpdesks'>,
  connection: Connection,
  ticketId: string,
): Promise<FreshTicket | null> {
  try {
    return await helpdesks.call(connection.id, (connector, c) => connector.fetch(c, ticketId))
  } catch (error) {
    if (error instanceof HelpdeskError && error.fault === 'gone') return null
    throw error
  }
}

/** A ticket that was moved here counts as a new one: its event is left to triage. */
export async function decideMoved(
  { database: { db }, connectors, queue }: Needs,
  connection: Connection,
  row: StoredDelivery,
  event: Happening,
): Promise<void> {
  const { filters } = connectorOf(connectors, connection.kind)
  const place = 'ticket' in event ? event.ticket?.place : undefined
  const outside = place ? outsideFilters(place, connection.filters, filters) : null
  if (outside) return settleDelivery(db, row.id, 'ignored', outside)
  await db.transaction(async (tx) => {
    await takeAsCreated(tx, row.id)
    await queue.send(tx, TRIAGE, { delivery: row.id }, { key: `${connection.id}:${event.ticketId}` })
  })
  queue.wake(TRIAGE)
}
