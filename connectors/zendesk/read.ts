/** Translates a delivery into an event. Pure. */

import type { Connection, TicketEvent } from '../../src/contract/index.ts'
import { Rejected } from '../../src/errors.ts'
import { actor } from './actor.ts'
import { isId, readTime } from './json.ts'
import { EventBody, TriggerBody } from './payload.ts'
import { readTicketEvent } from './read-event.ts'

export function read(body: unknown, connection: Connection): TicketEvent {
  const event = EventBody.safeParse(body)
  if (event.success) return readEvent(event.data, connection)
  const trigger = TriggerBody.safeParse(body)
  const ticketId = trigger.data?.ticket_id ?? ''
  if (trigger.success && isId(ticketId)) return readTrigger(trigger.data, ticketId, connection)
  throw new Rejected(422, 'The body is neither a Zendesk event nor the body that a trigger should send.', {
    next: 'Subscribe the webhook to ticket events, or give the trigger the body with kind, ticket_id and updated_at.',
  })
}

function readEvent(event: EventBody, connection: Connection): TicketEvent {
  // One family of events is documented with a slash instead of the colon.
  const [, family, verb] = /^zen:event-type[:/]([^.]+)\.(.+)$/.exec(event.type) ?? []
  const person = /^zen:user:(.+)$/.exec(event.subject ?? '')?.[1] ?? event.detail.id ?? ''
  // A user who was only deactivated (user.active_changed) can be restored.
  if (family === 'user' && verb === 'deleted' && isId(person))
    return { kind: 'forgotten', ticketId: null, person, at: event.time, by: actor(null, connection, undefined) }
  const ticketId = /^zen:ticket:(.+)$/.exec(event.subject ?? '')?.[1] ?? event.detail.id ?? ''
  if (family !== 'ticket' || !verb)
    return { kind: 'ignored', ticketId: null, reason: `${event.type} is not about a ticket` }
  if (!isId(ticketId))
    throw new Rejected(422, `The event ${event.type} names no ticket.`, {
      next: 'Subscribe the webhook to ticket events of Zendesk, unchanged by a proxy.',
    })
  return readTicketEvent(verb, ticketId, event, connection)
}

/** A trigger only says that something happened; the ticket must be read. */
function readTrigger(body: TriggerBody, ticketId: string, connection: Connection): TicketEvent {
  const happened = { ticketId, at: readTime(body.updated_at), by: actor(body.current_user_id, connection, undefined) }
  const kind = body.kind ?? 'ticket.created'
  switch (kind.toLowerCase()) {
    case 'ticket.created':
      return { kind: 'created', ticket: null, ...happened }
    case 'ticket.updated':
      return { kind: 'updated', changes: null, ticket: null, ...happened }
    case 'ticket.solved':
      return { kind: 'resolved', changes: null, ticket: null, ...happened }
    default:
      return {
        kind: 'ignored',
        ticketId,
        reason: `${kind.slice(0, 80)} is an unknown kind; use ticket.created, ticket.updated or ticket.solved`,
      }
  }
}
