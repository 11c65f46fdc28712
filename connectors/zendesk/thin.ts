/** The body that a trigger would send for the same event: ids only; the ticket is read from Zendesk. */
import type { TicketEvent } from '../../src/contract/index.ts'

/** `digest`, of the whole body, distinguishes two events of the same moment. */
export function thin(event: Exclude<TicketEvent, { kind: 'ignored' | 'forgotten' }>, _body: unknown, digest: string) {
  return {
    kind: KINDS[event.kind],
    ticket_id: event.ticketId,
    updated_at: event.at,
    current_user_id: event.by.id,
    digest,
  }
}

// A trigger has these three kinds; `updated` makes the service read the ticket, which is right for all others.
const KINDS = {
  created: 'ticket.created',
  updated: 'ticket.updated',
  commented: 'ticket.updated',
  removed: 'ticket.updated',
  resolved: 'ticket.solved',
}
