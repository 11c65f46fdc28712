/** Translates a ticket, from an event's `detail` or from REST. Pure. */
import type { Connection, Place, Ticket } from '../../src/contract/index.ts'
import { requester } from './actor.ts'
import { readTime } from './json.ts'
import { readValue } from './kinds.ts'
import { fieldStates, places } from './mapping.ts'
import type { EventBody, TicketResource } from './payload.ts'

/** null when the event has neither subject nor description. An event never has the values of custom fields. */
export function ticketOfEvent(ticketId: string, { detail }: EventBody, connection: Connection): Ticket | null {
  if (detail.subject === null && detail.description === null) return null
  return {
    ...identity(ticketId, connection),
    subject: detail.subject ?? '',
    body: detail.description ?? '',
    format: 'plain',
    place: place(detail.brand_id, detail.form_id, detail.via.channel, detail.tags),
    createdAt: detail.created_at,
    updatedAt: detail.updated_at,
    status: status(detail.status),
    fields: fieldStates(connection.mapping, {
      priority: detail.priority,
      groupId: detail.group_id,
      assigneeId: detail.assignee_id,
      tags: detail.tags,
    }),
    requester: requester(detail.requester_id),
    metadata: facts({ type: detail.type, channel: detail.via.channel, organization: detail.organization_id }),
  }
}

export function ticketOfResource(ticket: TicketResource, connection: Connection): Ticket {
  const custom = new Map(ticket.custom_fields.flatMap(({ id, value }) => (id ? [[id, value]] : [])))
  return {
    ...identity(ticket.id, connection),
    subject: ticket.subject ?? '',
    // The first comment as plain text; later comments are not part of it.
    body: ticket.description ?? '',
    format: 'plain',
    place: place(ticket.brand_id, ticket.ticket_form_id, ticket.via.channel, ticket.tags),
    createdAt: ticket.created_at,
    updatedAt: readTime(ticket.updated_at),
    status: status(ticket.custom_status.status_category ?? ticket.status),
    fields: fieldStates(connection.mapping, {
      priority: ticket.priority ?? null,
      groupId: ticket.group_id ?? null,
      assigneeId: ticket.assignee_id ?? null,
      tags: ticket.tags,
      custom,
    }),
    requester: requester(ticket.requester_id),
    metadata: {
      ...facts({ type: ticket.type, channel: ticket.via.channel, organization: ticket.organization_id }),
      ...otherFields(custom, connection),
    },
  }
}

function identity(id: string, connection: Connection) {
  return { id, key: id, url: `${connection.baseUrl}/agent/tickets/${id}` }
}

/** With custom statuses the API's `status` is already the category of the status. */
function status(name: string | null | undefined): Ticket['status'] {
  return { name: name ?? 'unknown', done: name === 'solved' || name === 'closed', closed: name === 'closed' }
}

function place(
  brand: string | null | undefined,
  form: string | null | undefined,
  channel: string | null | undefined,
  tags: string[] | undefined,
): Place {
  return {
    ...(brand !== undefined && { brand: brand === null ? [] : [brand] }),
    ...(form !== undefined && { form: form === null ? [] : [form] }),
    ...(channel && { channel: [channel] }),
    ...(tags && { tags }),
  }
}

function facts(given: Record<string, string | null | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter((fact): fact is [string, string] => Boolean(fact[1])))
}

/** Form fields that we do not decide. Those that we decide would reveal the answer to the classifier. */
function otherFields(custom: Map<string, unknown>, { mapping }: Connection): Record<string, string> {
  const ours = new Set(places(mapping).flatMap(({ part }) => (part.to === 'field' ? [part.id] : [])))
  const others = [...custom].flatMap(([id, value]): [string, string][] => {
    const text = readValue(value)
    return ours.has(id) || text === null || text.length > 200 ? [] : [[`field_${id}`, text]]
  })
  return facts(Object.fromEntries(others))
}
