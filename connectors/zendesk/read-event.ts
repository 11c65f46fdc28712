/** Translates the events of a subscription. One save sends one event for each changed field. Pure. */
import type { Actor, Change, Connection, TicketEvent } from '../../src/contract/index.ts'
import { actor } from './actor.ts'
import { type Moved, moved, movesPart } from './changes.ts'
import type { EventBody } from './payload.ts'
import { ticketOfEvent } from './ticket.ts'

type Happened = Pick<Extract<TicketEvent, { kind: 'created' }>, 'ticketId' | 'at' | 'by'>
type Reading = { body: EventBody; connection: Connection; happened: Happened }

/** Field events -> the name of the field in audits. */
const FIELD_EVENTS: Record<string, string> = {
  priority_changed: 'priority',
  agent_assignment_changed: 'assignee_id',
  group_assignment_changed: 'group_id',
}

/** Known events that we do not act on. */
const IGNORED: Record<string, string> = {
  undeleted: 'the ticket was restored; its next change is read',
  custom_status_changed: 'a custom status changed; status_changed reports a change of its category',
  comment_made_private: 'an old comment changed',
  comment_redacted: 'an old comment changed',
  type_changed: 'the ticket type is not a field we decide',
  subject_changed: 'the text is not a field we decide',
  description_changed: 'the text is not a field we decide',
  form_changed: 'a form can clear fields, which is not a decision of a person',
  organization_changed: 'the organization is not a field we decide',
  brand_changed: 'the brand is not a field we decide',
  updated: 'Zendesk has no ticket.updated event: each changed field has its own',
  assigned: 'Zendesk has no ticket.assigned event: see agent_assignment_changed',
  deleted: 'Zendesk has no ticket.deleted event: see soft_deleted',
}

export function readTicketEvent(verb: string, ticketId: string, body: EventBody, connection: Connection): TicketEvent {
  const { detail } = body
  const by = actor(detail.actor_id, connection, detail.requester_id)
  const reading = { body, connection, happened: { ticketId, at: body.time ?? detail.updated_at, by } }
  switch (verb) {
    case 'created':
      return { kind: 'created', ticket: ticketOfEvent(ticketId, body, connection), ...reading.happened }
    case 'status_changed':
      return readStatus(reading)
    case 'custom_field_changed':
      return readCustomField(reading)
    case 'tags_changed':
      return readTagsChanged(reading)
    case 'comment_added':
      return readComment(reading)
    case 'merged':
      return {
        kind: 'removed',
        why: 'merged',
        into: body.event.target_ticket_id ?? null,
        permanent: false,
        ...reading.happened,
      }
    case 'soft_deleted':
    case 'permanently_deleted':
      // A ticket that was deleted softly can be restored for a month.
      return { kind: 'removed', why: 'deleted', into: null, permanent: verb !== 'soft_deleted', ...reading.happened }
    case 'marked_as_spam':
      return { kind: 'removed', why: 'spam', into: null, permanent: false, ...reading.happened }
    default:
      return readOther(verb, reading)
  }
}

function readOther(verb: string, reading: Reading): TicketEvent {
  const name = Object.hasOwn(FIELD_EVENTS, verb) ? FIELD_EVENTS[verb] : undefined
  if (name !== undefined) return updated(reading, name, `no field of the mapping is written to ${name}`)
  const known = Object.hasOwn(IGNORED, verb) ? IGNORED[verb] : undefined
  return ignored(reading, known ?? `ticket.${verb.slice(0, 80)} does not concern the fields that we decide`)
}

function readStatus(reading: Reading): TicketEvent {
  const status = moved(reading.connection.mapping, 'status', reading.body.event.previous, reading.body.event.current)
  const done = status[0]?.to === 'solved' || status[0]?.to === 'closed'
  if (!done) return updated(reading, 'status', 'the status did not change')
  return { kind: 'resolved', ...withChanges(reading, status) }
}

function readCustomField(reading: Reading): TicketEvent {
  const { current, previous, custom_field } = reading.body.event
  const field = custom_field.id ?? 'unknown'
  return updated(reading, field, `the custom field ${field} is not in the mapping`, inner(previous), inner(current))
}

/** A drop-down changes its tag too, so tags_changed matters only for fields that are written as tags. */
function readTagsChanged(reading: Reading): TicketEvent {
  const { tags_added: added = [], tags_removed: removed = [] } = reading.body.event
  const now = reading.body.detail.tags?.filter((tag) => !removed.includes(tag)) ?? []
  const kept = now.filter((tag) => !added.includes(tag))
  return updated(
    reading,
    'tags',
    'no field is written to the tags that changed',
    [...removed, ...kept],
    [...added, ...kept],
  )
}

function readComment({ body, connection, happened }: Reading): TicketEvent {
  const { author, is_public } = body.event.comment
  // Some comment events have an author but no actor.
  const by = happened.by.id ? happened.by : actor(author.id, connection, body.detail.requester_id)
  const named = author.name && author.id === by.id ? { name: author.name } : {}
  return { kind: 'commented', public: is_public, ...happened, by: { ...by, kind: commenter(by, author), ...named } }
}

/** `is_staff` also identifies a customer who is not the requester, such as one in copy. */
function commenter(by: Actor, author: EventBody['event']['comment']['author']): Actor['kind'] {
  if (by.kind === 'self' || by.kind === 'robot' || author.is_staff === null || by.id !== author.id) return by.kind
  return author.is_staff ? 'person' : 'customer'
}

function updated(
  reading: Reading,
  name: string,
  otherwise: string,
  before: unknown = reading.body.event.previous,
  after: unknown = reading.body.event.current,
): TicketEvent {
  const { mapping } = reading.connection
  // What the other places of the field hold is not in the event: the history must be read.
  if (movesPart(mapping, name, before, after))
    return { kind: 'updated', changes: null, ticket: ticketOf(reading), ...reading.happened }
  const changes = moved(mapping, name, before, after)
  return changes.length === 0 ? ignored(reading, otherwise) : { kind: 'updated', ...withChanges(reading, changes) }
}

function ticketOf({ body, connection, happened }: Reading) {
  return ticketOfEvent(happened.ticketId, body, connection)
}

function withChanges(reading: Reading, changes: Moved[]) {
  const { body, happened } = reading
  const ticket = ticketOf(reading)
  const { at, by } = happened
  // A change without a time cannot be put in order: the history must be read.
  if (at === null) return { changes: null, ticket, ...happened }
  const common = { id: body.id, action: body.event.meta.sequence.id, at, by }
  // A trigger acts in the name of the one whose update it follows; only the audit shows the difference.
  return {
    changes: changes.map((change): Change => ({ ...change, ...common })),
    ticket,
    ...happened,
    unsure: true as const,
  }
}

function ignored({ happened }: Reading, reason: string): TicketEvent {
  return { kind: 'ignored', ticketId: happened.ticketId, reason }
}

function inner(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : value
}
