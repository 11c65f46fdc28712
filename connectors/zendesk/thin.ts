/** The body that a trigger would send of the same event: ids only, the ticket is read back from Zendesk. */
import type { TicketEvent } from '../../src/contract/index.ts'

/** `digest` of the whole body keeps two events of one moment apart. */
export function thin(event: Exclude<TicketEvent, { kind: 'ignored' }>, _body: unknown, digest: string) {
  return {
    kind: KINDS[event.kind],
    ticket_id: event.ticketId,
    updated_at: event.at,
    current_user_id: event.by.id,
    digest,
  }
}

// A trigger tells three things apart; to read the ticket back is right for all others.
const KINDS = {
  created: 'ticket.created',
  updated: 'ticket.updated',
  commented: 'ticket.updated',
  removed: 'ticket.updated',
  resolved: 'ticket.solved',
}
