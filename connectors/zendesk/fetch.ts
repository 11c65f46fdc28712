/** Reads the ticket with its history. */
import { z } from 'zod'
import type { Connection, FreshTicket } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { type Api, broken, openApi } from './client.ts'
import { hasWorked, historyOf, type Marks, marksOf } from './history.ts'
import { isId } from './json.ts'
import { AuditResource, TicketResource } from './payload.ts'
import { ticketOfResource } from './ticket.ts'

/** What `apply` needs from the time of reading. `custom`: the values of custom fields, unchanged. */
export type Stamp = {
  updatedAt: string
  tags: string[]
  custom: Record<string, unknown>
  form: string | null
  marks: Marks
}

export async function fetchTicket(connection: Connection, ticketId: string): Promise<FreshTicket> {
  const api = openApi(connection)
  // The ticket first: a change between the two calls is then in the history and newer than the stamp, so our write
  // gets a conflict. In the other order it would be in neither.
  const ticket = await readTicket(api, ticketId)
  const audits = await readAudits(api, ticketId)
  const stamp: Stamp = {
    updatedAt: ticket.updated_at,
    tags: ticket.tags,
    custom: Object.fromEntries(ticket.custom_fields.flatMap(({ id, value }) => (id ? [[id, value]] : []))),
    form: ticket.ticket_form_id ?? null,
    marks: marksOf(audits),
  }
  return withHistory(api, connection, ticket, audits, stamp)
}

/** `stamp`: null for a ticket that is not going to be written. */
export async function withHistory(
  api: Api,
  connection: Connection,
  ticket: TicketResource,
  audits: AuditResource[],
  stamp: Stamp | null,
): Promise<FreshTicket> {
  return {
    ...ticketOfResource(ticket, connection),
    history: historyOf(audits, connection, ticket.requester_id ?? null, await staffAmong(api, ticket, audits)),
    marks: Object.keys(marksOf(audits)),
    stamp,
  }
}

async function readTicket(api: Api, ticketId: string): Promise<TicketResource> {
  const { result } = await api.library.tickets.show(pathId(ticketId))
  const ticket = parseTicket(result)
  if (ticket.status === 'deleted') throw gone(ticketId)
  return ticket
}

export async function readAudits(api: Api, ticketId: string): Promise<AuditResource[]> {
  const audits = z.array(AuditResource).safeParse(await api.list(`tickets/${pathId(ticketId)}/audits`, 'audits'))
  if (!audits.success) throw broken(`The audits of ticket ${ticketId} have an unknown shape`, audits.error)
  return audits.data
}

const Role = z.looseObject({ role: z.string() })

/** The requester, if they work on the ticket and are an agent: to Zendesk every requester is a customer of the ticket. */
async function staffAmong(
  api: Api,
  { requester_id: requester }: TicketResource,
  audits: AuditResource[],
): Promise<Set<string>> {
  if (!requester || !hasWorked(requester, audits)) return new Set()
  try {
    const { users } = (await api.get('users/show_many', [['ids', requester]])) as { users?: unknown }
    const [user] = z.array(Role).catch([]).parse(users)
    return new Set(user && user.role !== 'end-user' ? [requester] : [])
  } catch (error) {
    // An account that may not see people: the requester stays a customer, whose changes teach nothing.
    if (error instanceof HelpdeskError && (error.fault === 'forbidden' || error.fault === 'gone')) return new Set()
    throw error
  }
}

export function parseTicket(result: unknown): TicketResource {
  const ticket = TicketResource.safeParse(result)
  if (!ticket.success) throw broken('The ticket from Zendesk has an unknown shape', ticket.error)
  return ticket.data
}

/**
 * The library puts ids into the path unchanged, so only digits are allowed. The cast holds because the library only
 * joins strings, and a string keeps all digits.
 */
export function pathId(ticketId: string): number {
  if (!isId(ticketId)) throw gone(ticketId)
  return ticketId as unknown as number
}

function gone(ticketId: string): HelpdeskError {
  return new HelpdeskError('gone', `Zendesk has no ticket ${ticketId.slice(0, 40)}`, {
    next: 'Nothing to do: the ticket was deleted, or the id is not a Zendesk id.',
  })
}
