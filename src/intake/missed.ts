/** Events whose webhook never came: found in the helpdesk, stored as if they had come, and handled by the same code. */
import { and, eq, gte, inArray, or } from 'drizzle-orm'
import { type Connection, type Connectors, queuePriority, type Ticket } from '../contract/index.ts'
import { deliveries, type Tx, uuidv7 } from '../db/index.ts'
import type { Queue } from '../queue/index.ts'
import { eventOf } from './deliveries.ts'
import { FEEDBACK, TRIAGE } from './receive.ts'

/** The clocks of a helpdesk and of ours may differ by this much. */
const SKEW_MS = 3_600_000

/** What is known here of each of these tickets. `current`: an event that came shows it as it is now. */
export async function knownEvents(
  db: Tx,
  connectors: Connectors,
  connection: Connection,
  tickets: Ticket[],
): Promise<Map<string, { created: boolean; current: boolean }>> {
  if (tickets.length === 0) return new Map()
  const names = tickets.flatMap(({ id, key }) => [id, key])
  const oldest = Math.min(...tickets.map(({ updatedAt }) => Date.parse(updatedAt ?? '') || 0))
  const found = await db
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.connectionId, connection.id),
        inArray(deliveries.ticketId, names),
        or(eq(deliveries.event, 'created'), gte(deliveries.receivedAt, new Date(oldest - SKEW_MS))),
      ),
    )
  const byName = Map.groupBy(found, ({ ticketId }) => ticketId)
  return new Map(
    tickets.map(({ id, key, updatedAt }) => {
      const rows = [...new Set([...(byName.get(id) ?? []), ...(byName.get(key) ?? [])])]
      const latest = Math.max(0, ...rows.map((row) => shownAt(connectors, connection, row)))
      const created = rows.some(({ event }) => event === 'created')
      return [id, { created, current: latest >= (Date.parse(updatedAt ?? '') || 0) }]
    }),
  )
}

/** The moment of which the event tells: that of the ticket in it, or its own. */
function shownAt(connectors: Connectors, connection: Connection, row: typeof deliveries.$inferSelect): number {
  const event = eventOf(connectors, connection, row)
  if (event.kind === 'ignored') return 0
  const shown = 'ticket' in event ? event.ticket?.updatedAt : null
  return Math.max(Date.parse(shown ?? '') || 0, Date.parse(event.at ?? '') || 0)
}

/**
 * Stores an event without a body, so that its task reads the ticket itself. False: the same one is stored already. Call
 * `wake` for both kinds after the commit.
 */
export async function storeMissed(
  tx: Tx,
  queue: Pick<Queue, 'send'>,
  connectionId: string,
  event: 'created' | 'updated',
  ticket: Ticket,
): Promise<boolean> {
  // One event for each state of the ticket, however often it is found.
  const dedupeKey = `missed:${event}:${ticket.id}:${event === 'created' ? '' : ticket.updatedAt}`
  const row = { id: uuidv7(), connectionId, dedupeKey, event, ticketId: ticket.id, body: '', state: 'waiting' as const }
  const stored = await tx.insert(deliveries).values(row).onConflictDoNothing().returning({ id: deliveries.id })
  if (stored.length === 0) return false
  const { value = null, raw = null } = ticket.fields.priority ?? {}
  await queue.send(
    tx,
    event === 'created' ? TRIAGE : FEEDBACK,
    { delivery: row.id },
    { key: `${connectionId}:${ticket.id}`, priority: event === 'created' ? queuePriority(value ?? raw) : 0 },
  )
  return true
}
