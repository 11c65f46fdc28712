/** Empties and deletes stored deliveries: when their time is over, and when a ticket or a person is erased. */
import { and, asc, eq, gt, inArray, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import { deliveries, firstIdOf, rows, type Tx, tickets } from '../db/index.ts'
import type { StoredDelivery } from './deliveries.ts'

/** Where a scan of the table continues, in the order of the ids. */
type Page = { before: Date; after: string; limit: number }
/** `last`: where the next page begins; null: there is none. */
type Step = { count: number; last: string | null }

/** Empties the bodies of one page of deliveries that were settled before a moment, and what refused ones quote. */
export async function emptyBodies(db: Tx, { before, after, limit }: Page): Promise<Step> {
  const old = await db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(pageOf(before, after), lt(deliveries.settledAt, before), holdsText))
    .orderBy(asc(deliveries.id))
    .limit(limit)
  const ids = old.map(({ id }) => id)
  if (ids.length > 0) await db.update(deliveries).set(EMPTY).where(inArray(deliveries.id, ids))
  return { count: ids.length, last: ids.length < limit ? null : ids.at(-1)! }
}

/** Deletes one page of old deliveries that belong to no stored ticket. One that waits for its job stays. */
export async function dropDeliveries(db: Tx, { before, after, limit }: Page): Promise<Step> {
  const old = await db
    .select({ id: deliveries.id })
    .from(deliveries)
    .leftJoin(
      tickets,
      and(
        eq(tickets.connectionId, deliveries.connectionId),
        or(eq(tickets.externalId, deliveries.ticketId), eq(tickets.key, deliveries.ticketId)),
      ),
    )
    .where(and(pageOf(before, after), ne(deliveries.state, 'waiting'), sql`${tickets.id} is null`))
    .orderBy(asc(deliveries.id))
    .limit(limit)
  const ids = [...new Set(old.map(({ id }) => id))]
  if (ids.length > 0) await db.delete(deliveries).where(inArray(deliveries.id, ids))
  return { count: ids.length, last: old.length < limit ? null : ids.at(-1)! }
}

/** The deliveries of one ticket, by the vendor's id or, in thin bodies, its key. */
export async function deliveriesOf(db: Tx, connectionId: string, names: string[]): Promise<string[]> {
  const found = await db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(eq(deliveries.connectionId, connectionId), inArray(deliveries.ticketId, names)))
  return found.map(({ id }) => id)
}

/** Deliveries with one of these texts, as whole words, in the body or the reason. Reads every stored body. */
export async function deliveriesThatName(db: Tx, texts: string[], connectionId?: string): Promise<StoredDelivery[]> {
  if (texts.length === 0) return []
  const words = texts.flatMap(spellings).map(asWord).join('|')
  return db
    .select()
    .from(deliveries)
    .where(
      and(
        connectionId === undefined ? undefined : eq(deliveries.connectionId, connectionId),
        holdsText,
        sql`(${deliveries.body} ~* ${words} or coalesce(${deliveries.reason}, '') ~* ${words})`,
      ),
    )
}

/** Empties deliveries that name an erased person; their state, and the ticket they belong to, stay. */
export async function emptyDeliveries(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length > 0) await tx.update(deliveries).set(EMPTY).where(inArray(deliveries.id, ids))
}

/**
 * Erases the deliveries of a ticket. The row stays, so that a repeated delivery is still known as one, and says nothing of
 * the ticket. A created event counts as ignored from then on, because its decision is gone.
 */
export async function eraseDeliveries(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .update(deliveries)
    .set({
      body: '',
      ticketId: null,
      reason: 'erased',
      state: sql`case when ${deliveries.event} = 'created' or ${deliveries.state} = 'waiting' then 'ignored' else ${deliveries.state} end`,
      settledAt: sql`coalesce(${deliveries.settledAt}, now())`,
    })
    .where(inArray(deliveries.id, ids))
}

/** Deletes the deliveries of tickets that are deleted because their time is over. */
export async function dropDeliveriesOf(tx: Tx, ids: string[]): Promise<number> {
  const gone = await rows<{ id: string }>(
    tx,
    sql`delete from deliveries d using tickets t where t.id in ${ids} and d.connection_id = t.connection_id
        and d.ticket_id in (t.external_id, t.key) returning d.id`,
  )
  return gone.length
}

/** The reason of a refused, ignored or failed delivery can quote it or the helpdesk; the others are ours. */
const quotes = sql`(${deliveries.event} in ('rejected', 'ignored') or ${deliveries.state} = 'failed')`
const EMPTY = { body: '', reason: sql`case when ${quotes} then null else ${deliveries.reason} end` }
const holdsText = or(ne(deliveries.body, ''), sql`${deliveries.reason} is not null and ${quotes}`) as SQL

const pageOf = (before: Date, after: string) => and(gt(deliveries.id, after), lt(deliveries.id, firstIdOf(before)))

/** A text as JSON may write it: as it is, or with escapes. */
function spellings(text: string): string[] {
  const quoted = JSON.stringify(text).slice(1, -1)
  const ascii = quoted.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [...new Set([text, quoted, ascii, ascii.replaceAll('/', '\\/')])]
}

/** A pattern of Postgres for the text as a whole word: an id is no part of a longer one. */
function asWord(text: string): string {
  const literal = text.replace(/[^\p{L}\p{N}\s]/gu, (char) => `\\${char}`).replace(/\s+/g, '\\s+')
  return `(?<![[:alnum:]])${literal}(?![[:alnum:]])`
}
