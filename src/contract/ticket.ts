/** A ticket as a helpdesk shows it, and its changes. */

/**
 * Who did it. `self`: our service account, through its API; the mark of a decision tells our own writes from those of
 * another program with the same account. `robot`: an app, a trigger, an automation or a listed account. `customer`: the
 * requester, unless they are an agent. `unknown`: the event does not say.
 */
export type Actor = { id: string | null; kind: 'self' | 'person' | 'robot' | 'customer' | 'unknown'; name?: string }

/** The state of one field that we may write. */
export type FieldState = {
  /** Our value id, group name or person name; null when empty or when the vendor's value has no entry in the mapping. */
  value: string | null
  /** The vendor's value (an id where there is one); null when empty. */
  raw: string | null
  /** True when empty, or when it holds a value that nobody chose (`Target.blank`). */
  blank: boolean
  /** A part of it was chosen and stays: only vendor values that begin with this may be written (`20/`: children of 20). */
  under?: string
}

/** Fields that a decision can touch: every taxonomy field, and these two. */
export const ROUTE_FIELDS = ['group', 'assignee'] as const

/** One change of one field, in our values where the mapping has them. */
export type Change = {
  /** Taxonomy field id, `group`, `assignee`, or `status`. */
  field: string
  from: string | null
  to: string | null
  fromRaw: string | null
  toRaw: string | null
  /** The vendor's id of the change (changelog id, audit id, event id); null where it gives none. */
  id: string | null
  /** The same for all changes of one action (Zendesk `meta.sequence.id`, Jira changelog id). */
  action: string | null
  /** ISO 8601. */
  at: string
  by: Actor
  /** It may have been another field: the vendor names it by a title that it no longer has. Kept, and never learnt from. */
  doubtful?: true
  /** Our decision whose marker the change carries (Zendesk audit metadata), if any. */
  decision?: string
}

/**
 * What filters compare, under names that the adapter chooses (`project`, `tags`). Absent: the event does not say. Empty:
 * the ticket has none. Several values are several names of one thing (its name and its id), or several things.
 */
export type Place = Record<string, string[] | undefined>

/** A ticket as a helpdesk showed it at one moment. */
export type Ticket = {
  /** The vendor's stable id, as a string; never the key. */
  id: string
  key: string
  /** The page of the ticket in the helpdesk. */
  url: string
  subject: string
  /** Unchanged: text or wiki markup, HTML, or an ADF document. */
  body: unknown
  format: 'plain' | 'wiki' | 'html' | 'adf'
  place: Place
  createdAt: string | null
  updatedAt: string | null
  /** `done`: solved, or in a status of category done. `closed`: nothing can be written any more. */
  status: { name: string; done: boolean; closed: boolean }
  /** By taxonomy field id, `group` and `assignee`; a field that the event does not show is absent. */
  fields: Record<string, FieldState>
  requester: Actor
  /** Form fields and facts that a classifier may use, as short strings. */
  metadata: Record<string, string>
}

/** The ticket as it is now, with what is needed to write to it safely. */
export type FreshTicket = Ticket & {
  /** Changes of the fields we may write, oldest first. */
  history: Change[]
  /** Ids of our decisions that the ticket already carries. */
  marks: string[]
  /** What the adapter needs to detect a change between reading and writing; only the adapter reads it. */
  stamp: unknown
}
