/** What Zendesk accepted with 200 and did not store. Pure. */
import type { Connection, FreshTicket, Write } from '../../src/contract/index.ts'
import { isRule } from './history.ts'
import { readId, readTags, readText } from './json.ts'
import { rawIn } from './mapping.ts'
import type { AuditResource, TicketResource } from './payload.ts'
import { type Placed, placedOf, type TicketUpdate } from './update.ts'

/**
 * Zendesk drops without a word what a field cannot take: an unknown option, a value of an inactive field, an agent who
 * cannot be assigned. Only the answer shows it. A trigger that changed the field after our update is in the same audit:
 * then the value was stored, and a robot replaced it.
 */
export function notKept(
  { mapping }: Connection,
  write: Write,
  sent: TicketUpdate,
  ticket: TicketResource,
  audit: AuditResource | undefined,
): Record<string, string> {
  const lost: Record<string, string> = {}
  const isReplaced = (name: string) =>
    audit?.events.some(({ field_name, via }) => field_name === name && isRule(via)) ?? false
  for (const one of placedOf(mapping, write)) {
    const { name, value, holds } = placeOf(one, ticket)
    if (!holds(value) && !isReplaced(name))
      lost[one.field] = said(one.raw ?? 'an empty value', one.part.to === 'field' ? name : one.part.to)
  }
  for (const field of ['group', 'assignee'] as const) {
    const name = `${field}_id` as const
    const id = sent[name]
    if (write.set[field] === undefined || id === undefined) continue
    const wanted = id === null ? null : idText(id)
    if (readId(ticket[name]) !== wanted && !isReplaced(name))
      lost[field] = said(wanted ?? 'nobody', `the ${field} of the ticket`)
  }
  return lost
}

function placeOf({ part, raw }: Placed, ticket: TicketResource) {
  if (part.to === 'priority') return { name: 'priority', value: ticket.priority, holds: equals(raw) }
  if (part.to !== 'field') {
    const holds = (tags: unknown) => raw === null || (readTags(tags)?.includes(raw) ?? false)
    return { name: 'tags', value: ticket.tags, holds }
  }
  const { value } = ticket.custom_fields.find(({ id }) => id === part.id) ?? {}
  const wanted = spaced(part.type === 'multiselect' ? raw : rawIn(part, raw))
  return { name: part.id, value, holds: (held: unknown) => spaced(rawIn(part, held)) === wanted }
}

/** Zendesk may trim a text and change its line ends: it has it all the same. */
function spaced(text: string | null): string | undefined {
  return text?.replace(/\s+/g, ' ').trim()
}

function equals(raw: string | null) {
  return (value: unknown) => (readText(value)?.toLowerCase() ?? null) === raw
}

/** An id on its way into JSON is a number or, if that would round it, its digits. */
function idText(id: number): string {
  return JSON.stringify(id)
}

function said(value: string, place: string): string {
  const where = /^\d+$/.test(place) ? `the field ${place}` : place
  return `Zendesk accepted ${value} for ${where} and did not store it: it is inactive, or does not take this value`
}

/** The same for a decision that the ticket already carries: the history tells what was stored then. */
export function notKeptBefore(base: FreshTicket, { decisionId, set }: Write): Record<string, string> {
  const missing = Object.entries(set).filter(
    ([field, value]) =>
      base.fields[field]?.value !== value &&
      !base.history.some((change) => change.field === field && change.decision === decisionId && change.to === value),
  )
  return Object.fromEntries(missing.map(([field, value]) => [field, said(value, field)]))
}
