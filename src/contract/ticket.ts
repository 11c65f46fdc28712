/** A ticket as a helpdesk shows it, and what happens to it. */

/**
 * Who did it. `self`: our service account. `robot`: an app, a trigger, an automation or a listed account. `customer`:
 * the requester. `unknown`: the event does not say.
 */
export type Actor = { id: string | null; kind: 'self' | 'person' | 'robot' | 'customer' | 'unknown'; name?: string }

/** The state of one field we may write, in our words. */
export type FieldState = {
  /** Our value id, group name or person name; null when empty or when the vendor's value has no entry in the mapping. */
  value: string | null
  /** The vendor's value (an id where there is one); null when empty. */
  raw: string | null
  /** Empty, or a value that nobody chose (`Target.blank`). */
  blank: boolean
}

/** Fields that a decision can touch: every taxonomy field, and these two. */
export const ROUTE_FIELDS = ['group', 'assignee'] as const

/** One change of one field, in our words where the mapping knows them. */
export type Change = {
  /** Taxonomy field id, `group`, `assignee`, or `status`. */
  field: string
  from: string | null
  to: string | null
  fromRaw: string | null
  toRaw: string | null
  /** The vendor's id of the change (changelog id, audit id, event id); null where it gives none. */
  id: string | null
  /** Changes of one action share it (Zendesk `meta.sequence.id`, Jira changelog id). */
  action: string | null
  /** ISO 8601. */
  at: string
  by: Actor
  /** Our decision whose marker the change carries (Zendesk audit metadata), if any. */
  decision?: string
}

/** What filters look at. Absent: the event does not say. */
export type Place = {
  project?: string
  issueType?: { id: string; name: string }
  brand?: string | null
  form?: string | null
  channel?: string
  tags?: string[]
}

/** A ticket as a helpdesk showed it at one moment. */
export type Ticket = {
  /** The vendor's stable id, as a string; never the key. */
  id: string
  key: string
  /** For people: opens the ticket in the helpdesk. */
  url: string
  subject: string
  /** As it came: text or wiki markup, HTML, or an ADF document. */
  body: unknown
  format: 'plain' | 'wiki' | 'html' | 'adf'
  place: Place
  createdAt: string | null
  updatedAt: string | null
  /** Done: solved or in a status of category done. Closed: nothing can be written any more. */
  status: { name: string; done: boolean; closed: boolean }
  /** By taxonomy field id, `group` and `assignee`; a field that the event does not tell is absent. */
  fields: Record<string, FieldState>
  /** Vendor's urgency in our priority values if the mapping knows it: a hint for the queue. */
  requester: Actor
  /** Form fields and facts that a classifier may use, as short strings. */
  metadata: Record<string, string>
}

/** The ticket now, with what is needed to write to it safely. */
export type FreshTicket = Ticket & {
  /** Changes of the fields we may write, oldest first. */
  history: Change[]
  /** Ids of our decisions that the ticket already carries. */
  marks: string[]
  /** What the adapter needs to detect a change between reading and writing; opaque. */
  stamp: unknown
}
