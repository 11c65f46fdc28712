/** What a helpdesk sends, and what it means. */
import type { Actor, Change, Ticket } from './ticket.ts'

/** One HTTP call from a helpdesk. `headers` are lower-case. */
export type Delivery = {
  headers: Record<string, string>
  body: Uint8Array
  /** Only of a body that was too large to keep: `body` is shortened then, and this is what is known of the whole one. */
  whole?: WholeBody
}

/**
 * The header in which the edge hands over the key of a delivery: it has seen the whole body, of which it may send the ids
 * only. Believed together with the edge's token.
 */
export const KEY_HEADER = 'x-pointsman-key'

/** `digest`: SHA-256 in hex. `mac`: HMAC-SHA256 with a secret of the connection, null for another secret. */
export type WholeBody = { digest: string; mac(secret: string): Uint8Array | null }

type Happened = {
  ticketId: string
  at: string | null
  by: Actor
  /**
   * The body does not tell whether `by` made the changes, or a rule of the helpdesk after them. The history is read before
   * anything is learnt from it.
   */
  unsure?: true
  /** The body has no id: `ticketId` is the key, which changes when the ticket is moved. */
  byKey?: true
  /** The ticket came from another project, with a new key. `decide`: if it was never decided, it counts as a new one. */
  moved?: { decide: boolean }
}

/** The meaning of a delivery. `changes: null`: the body does not contain the changes, the history must be read. */
export type TicketEvent =
  | (Happened & { kind: 'created'; ticket: Ticket | null })
  | (Happened & { kind: 'updated'; changes: Change[] | null; ticket: Ticket | null })
  | (Happened & { kind: 'commented'; public: boolean | null })
  /** Work on the ticket is done. `changes` are those made in the same action. */
  | (Happened & { kind: 'resolved'; changes: Change[] | null; ticket: Ticket | null })
  /** `permanent`: it cannot be restored in the helpdesk, so what is stored of it is erased. */
  | (Happened & { kind: 'removed'; why: 'deleted' | 'merged' | 'spam'; into: string | null; permanent: boolean })
  /** The helpdesk deleted the account of a person for good. */
  | { kind: 'forgotten'; ticketId: null; person: string; at: string | null; by: Actor }
  | { kind: 'ignored'; ticketId: string | null; reason: string }
