/** What a helpdesk sends, and what it means. */
import type { Actor, Change, Ticket } from './ticket.ts'

/** One HTTP call from a helpdesk. `headers` are lower-case. */
export type Delivery = { headers: Record<string, string>; body: Uint8Array }

type Happened = { ticketId: string; at: string | null; by: Actor }

/** The meaning of a delivery. `changes: null`: the body does not contain the changes, the history must be read. */
export type TicketEvent =
  | (Happened & { kind: 'created'; ticket: Ticket | null })
  | (Happened & { kind: 'updated'; changes: Change[] | null; ticket: Ticket | null })
  | (Happened & { kind: 'commented'; public: boolean | null })
  /** Work on the ticket is done. `changes` are those made in the same action. */
  | (Happened & { kind: 'resolved'; changes: Change[] | null; ticket: Ticket | null })
  | (Happened & { kind: 'removed'; why: 'deleted' | 'merged' | 'spam'; into: string | null })
  | { kind: 'ignored'; ticketId: string | null; reason: string }
