/** What an adapter of a helpdesk must be able to do. */
import type { Connection, Mapping, Tokens, Vendor } from './connection.ts'
import type { Labels } from './decision.ts'
import type { Delivery, TicketEvent } from './event.ts'
import type { Taxonomy } from './taxonomy.ts'
import type { FreshTicket } from './ticket.ts'

/** One line of an internal note: plain text, with optional parts set in bold. */
export type Note = { title: string; lines: { name: string; text: string }[]; link: string | null }

/** What to carry into the helpdesk, in our words. */
export type Write = {
  decisionId: string
  /** Taxonomy field id, `group` or `assignee` -> our value id, group name or person name. */
  set: Labels
  /** Never public. */
  note: Note | null
}

export type Written = {
  /** The vendor's id of the change or audit, by which we know our own write again. */
  changeId: string | null
  at: string
  /** Fields that another account changed between our read and our write, and that we gave back to it. */
  restored: string[]
  noteId: string | null
}

/** What the helpdesk offers, for mapping checks, `doctor` and the admin page. */
export type Metadata = {
  self: { id: string; name: string; email?: string }
  fields: {
    id: string
    name: string
    type: string
    options: { id: string; name: string; children?: { id: string; name: string }[] }[]
  }[]
  priorities: { id: string; name: string; isDefault: boolean }[]
  components: { id: string; name: string; project: string }[]
  groups: { id: string; name: string; active: boolean }[]
  people: { id: string; name: string; active: boolean; groups: string[] }[]
  /** Permissions that are missing for what the mode wants; empty when all is well. */
  missing: { what: string; next: string }[]
}

/** One thing wrong with a mapping, with the place in it (`fields.service.values.vpn`). */
export type MappingFault = { path: string; message: string; next: string }

/**
 * An adapter: one per vendor. Functions take the connection they act for. Those that talk to the helpdesk throw
 * HelpdeskError, time out by `settings.timeoutMs`, and never retry by themselves.
 */
export type Connector = {
  kind: Vendor
  /** Throws Rejected 401 unless the raw body was sent by the helpdesk, within the replay window. A connection without secrets refuses everything. */
  verify(delivery: Delivery, connection: Pick<Connection, 'secrets' | 'settings'>, now: Date): Promise<void>
  /** The vendor's identifier of the delivery, the same across its retries; null where it has none (hash the body). */
  identify(delivery: Delivery, body: unknown): string | null
  /** Pure. Throws Rejected 400 or 422 for a body that is none of the vendor's. */
  read(body: unknown, connection: Connection): TicketEvent
  /** The ticket as it is now. */
  fetch(connection: Connection, ticketId: string): Promise<FreshTicket>
  /** One write, with our marker. Throws HelpdeskError `conflict` when the ticket changed after `base` was read. */
  apply(connection: Connection, base: FreshTicket, write: Write): Promise<Written>
  inspect(connection: Connection): Promise<Metadata>
  /** Pure. */
  checkMapping(mapping: Mapping, metadata: Metadata, taxonomy: Taxonomy): MappingFault[]
  /** Open tickets per person (vendor account id). */
  countOpen(connection: Connection, people: string[]): Promise<Record<string, number>>
  /** Trades the refresh token, or the client credentials, for new tokens. */
  refresh(connection: Connection): Promise<Tokens>
}

export type Connectors = Record<Vendor, Connector>
