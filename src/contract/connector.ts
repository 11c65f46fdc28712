/** What an adapter of a helpdesk must be able to do. */
import type { z } from 'zod'
import { Rejected } from '../errors.ts'
import type { Connection, CredentialsUnion, Mapping, Tokens, Vendor } from './connection.ts'
import type { Labels } from './decision.ts'
import type { Delivery, TicketEvent } from './event.ts'
import { didYouMean } from './names.ts'
import type { Taxonomy } from './taxonomy.ts'
import type { FreshTicket, Ticket } from './ticket.ts'

/** An internal note: a title, lines of plain text with a name in bold, and a link. */
export type Note = { title: string; lines: { name: string; text: string }[]; link: string | null }

/** What to write into the helpdesk, in our values. */
export type Write = {
  decisionId: string
  /** Taxonomy field id, `group` or `assignee` -> our value id, group name or person name. */
  set: Labels
  /**
   * For fields of `set`: the vendor's value that the field had before we wrote (`FieldState.raw`; null: empty), written
   * as it is instead of the value in `set`.
   */
  restore?: Record<string, string | null>
  /** Always internal, never shown to the customer. */
  note: Note | null
}

export type Written = {
  /** The vendor's id of the change or audit, by which we recognise our own write later. */
  changeId: string | null
  at: string
  /** Fields that another account changed between our read and our write; their values were put back. */
  restored: string[]
  /** Fields of the taxonomy that the helpdesk accepted and did not store, with why, in words: they are not recorded as written. */
  notKept: Record<string, string>
  noteId: string | null
}

/** A value that a field can have. */
export type Option = {
  id: string
  name: string
  /** False: it can no longer be chosen. */
  active?: boolean
  /** The projects or forms that have it; absent: all that have the field. */
  where?: string[]
  children?: Option[]
}

/** A field of the helpdesk. */
export type MetadataField = {
  id: string
  name: string
  /** The vendor's own name of the type. */
  type: string
  /** The adapter's `fieldTypes` that can write it; empty: we cannot write it. */
  writeAs: string[]
  /** Why it must never be written (a security level, a status); absent: it may be. */
  never?: string
  /** False: deactivated; what is written to it vanishes. */
  active: boolean
  /** The id of the active field with the same name, for a deactivated one. */
  successor?: string
  /** The projects (Jira) or forms (Zendesk) whose edit screen has it. */
  where: string[]
  /** Some project or form demands a value. */
  required: boolean
  /** The value that new tickets get by themselves, by project or form. */
  defaults: Record<string, string>
  options: Option[]
  /** False: this kind of field never lists its options, or the list was cut off. Nothing is wrong for not being in it. */
  optionsComplete: boolean
}

/** What the helpdesk offers: for checking a mapping, and for the people who write one. */
export type Metadata = {
  self: { id: string; name: string; email?: string }
  /** The projects (Jira) or forms (Zendesk) that the filters let through. */
  places: { id: string; name: string }[]
  fields: MetadataField[]
  /** `where`: the projects whose scheme has it; `defaultIn`: those that give it to new tickets. */
  priorities: { id: string; name: string; isDefault: boolean; where: string[]; defaultIn: string[] }[]
  components: { id: string; name: string; project: string; active: boolean; assignee: string | null }[]
  groups: { id: string; name: string; active: boolean; private: boolean }[]
  /** `problem`: why a ticket cannot be assigned to this account (a light agent, a portal account), in words. */
  people: {
    id: string
    name: string
    email?: string
    active: boolean
    groups: string[]
    problem?: { message: string; next: string }
  }[]
  /** False: there are more people than were read. Those that the mapping names were looked up one by one. */
  peopleComplete: boolean
  /** Accounts and groups that new tickets get without anybody's choice, with how we know. `every`: all new tickets do. */
  givenTo: { kind: 'assignee' | 'group'; id: string; name: string; why: string; every?: true }[]
  /** What could not be read, in words; checks say nothing about it. */
  unread: string[]
  /** Permissions that the mode needs and our account lacks. */
  missing: { what: string; next: string }[]
}

/** One field of a solved ticket: its values as a mapping names them (ids where there are any); empty: no value. */
export type SolvedField = {
  /** When the ticket was new; what rules and automations set at once belongs to it. */
  birth: string[]
  now: string[]
  /** Who set the present values. */
  by: 'person' | 'robot' | 'customer' | 'nobody'
}

/** A solved ticket, for proposing a mapping. */
export type SolvedTicket = {
  key: string
  url: string
  subject: string
  /** The id of its place (`Metadata.places`); null when it has none. */
  place: string | null
  /** By the id of the vendor's field; `priority`, `group`, `assignee` and `component` by these names. */
  fields: Record<string, SolvedField>
}

/** `places`: the ids of `Metadata.places`; empty: there are none. `onProgress` hears how many tickets were read. */
export type SolvedWanted = {
  places: string[]
  perPlace: number
  onProgress?: ((done: number, all: number) => void) | undefined
}
/** `unread`: what was left out, in words. */
export type SolvedRead = { tickets: SolvedTicket[]; unread: string[] }

/** Which past tickets: those created, or changed, since then (ISO 8601). `cursor`: of the page before; null: the first page. */
export type PastWanted = { by: 'created' | 'updated'; since: string; cursor: string | null }

/** A ticket as a list shows it, without its history. `shown`: what only the adapter reads. */
export type Listed = { ticket: Ticket; shown: unknown }

/**
 * `cursor` leads to the next page, in another process too. `total`: about how many there are, told with the first page
 * where the helpdesk can count them.
 */
export type ListedPage = { tickets: Listed[]; cursor: string; done: boolean; total: number | null }

/** How past tickets are read, a page after the other. Tickets that were merged into others are left out. */
export type Past = {
  /** Of those created, the oldest come first; of those changed, in an order that overlooks none that changes meanwhile. */
  list(connection: Connection, wanted: PastWanted): Promise<ListedPage>
  /** The listed tickets with their histories, at most `readAtOnce` of them; without what a write needs. */
  read(connection: Connection, listed: Listed[]): Promise<FreshTicket[]>
  readAtOnce: number
  /** The helpdesk accepts a list no more often than this. */
  listEveryMs: number
}

/** One fault of a mapping, with its path (`fields.service.values.vpn`). */
export type MappingFault = { path: string; message: string; next: string }

/** One filter of an adapter: it compares its list with one entry of `Ticket.place`. */
export type Filter = {
  /** The entry of `Ticket.place`. */
  place: string
  /** What people call it in a reason: `project`. */
  label: string
  /** A ticket can have several: `tags`. */
  several?: true
  /** A ticket is excluded by a listed value, instead of by a value that is not listed. */
  exclude?: true
}

/** How the helpdesk is made to send us its events. */
export type WebhookSetup = {
  /** Who makes the secret that signs deliveries: we do, and it is entered there; or the helpdesk does, and it is copied here. */
  secretFrom: 'us' | 'helpdesk'
  /** For a person who does it by hand: where in the helpdesk, and what to enter. `{url}` and `{secret}` are placeholders. */
  byHand: { where: string; fields: { name: string; value: string }[] }
  /**
   * Makes a webhook to `url` by the API. One that is there for this address is used again, and signs with the answered
   * secret from then on; `secret` is ours. Throws HelpdeskError `forbidden` where our account may not.
   */
  make(connection: Connection, webhook: { url: string; secret: string }): Promise<{ id: string; secret: string }>
}

/** What intake needs of an adapter: whether a delivery is genuine, whether we had it before, and what it means. */
type Reader = {
  /**
   * Throws Rejected 401 unless the helpdesk sent exactly this body, within the replay window. Refuses everything for a
   * connection without secrets.
   */
  verify(delivery: Delivery, connection: Pick<Connection, 'secrets' | 'settings'>, now: Date): Promise<void>
  /**
   * The vendor's identifier of the delivery, the same in each retry; null where there is none, or none that is needed:
   * then `digest`, of the whole body, is used. A signature does not cover headers, so what comes from one is bound to the
   * body, by `digest`: otherwise an old body under a coming identifier makes the genuine delivery a duplicate.
   */
  identify(delivery: Delivery, body: unknown, digest: string): string | null
  /** Pure. Throws Rejected 400 or 422 for a body that this vendor does not send. */
  read(body: unknown, connection: Connection): TicketEvent
}

/** What a body that is too large needs. */
type Thinner = {
  /** A body of ids only, which `read` understands, for an event whose body is too large to be kept. Pure. */
  thin(event: Exclude<TicketEvent, { kind: 'ignored' | 'forgotten' }>, body: unknown, digest: string): unknown
  /** What the helpdesk signs in front of the raw body, out of the headers; often nothing. Pure. */
  signedHead(headers: Delivery['headers']): string
}

/** What intake at the edge needs of an adapter. It must not import the vendor's client library: the Worker stays small. */
export type EdgeConnector = Reader & Pick<Thinner, 'thin'>

/**
 * An adapter, one for each vendor. Its data defines what only this vendor has; the core checks a connection against it
 * when it is saved. Its functions take the connection they act for. Those that call the helpdesk throw HelpdeskError,
 * time out after `settings.timeoutMs`, and never retry by themselves. Without `thin` and `signedHead`, a body above 1 MiB is
 * refused.
 */
export type Connector = Reader &
  Partial<Thinner> & {
    kind: Vendor
    /** The kinds of credentials: `BasicCredentials`, `BearerCredentials`, `OAuthCredentials`, or the vendor's own. */
    credentials: CredentialsUnion
    /** Settings that only this vendor has, with defaults, for the adapter to parse when it uses them. */
    settings: z.ZodObject
    /** Filter name -> what it compares, in the order in which they are applied. */
    filters: Record<string, Filter>
    /** The ticket as it is now. */
    fetch(connection: Connection, ticketId: string): Promise<FreshTicket>
    /** One write, with our marker. Throws HelpdeskError `conflict` when the ticket changed after `base` was read. */
    apply(connection: Connection, base: FreshTicket, write: Write): Promise<Written>
    /** How a `field` target can be written: type -> what it is, for people. */
    fieldTypes: Record<string, string>
    /**
     * Reads what the helpdesk offers. The people that the mapping names are looked up one by one. `onProgress` hears how
     * many of the calls are done.
     */
    inspect(connection: Connection, onProgress?: (done: number, all: number) => void): Promise<Metadata>
    /**
     * The last solved tickets of each place, newest first, as the filters let them through. Optional: a vendor may not
     * offer it.
     */
    solved?(connection: Connection, wanted: SolvedWanted): Promise<SolvedRead>
    /** Optional: a vendor may not offer it. */
    past?: Past
    /** Pure. */
    checkMapping(mapping: Mapping, metadata: Metadata, taxonomy: Taxonomy): MappingFault[]
    /** Optional: a helpdesk may know no webhooks that are made by an API. */
    webhook?: WebhookSetup
    /** The number of open tickets of each person (vendor account id). */
    countOpen(connection: Connection, people: string[]): Promise<Record<string, number>>
    /** Exchanges the refresh token, or the client credentials, for new tokens. */
    refresh(connection: Connection): Promise<Tokens>
  }

/** The adapters by name. */
export type Connectors = Record<Vendor, Connector>

/** The adapter of this name; Rejected 422 when there is none. */
export function connectorOf(connectors: Connectors, kind: Vendor): Connector {
  const connector = Object.hasOwn(connectors, kind) ? connectors[kind] : undefined
  if (connector) return connector
  const message = `There is no adapter ${kind}${didYouMean(kind, Object.keys(connectors))}`
  throw new Rejected(422, message, {
    next: `Use one of: ${Object.keys(connectors).join(', ')}.`,
    faults: [{ path: 'kind', message }],
  })
}
