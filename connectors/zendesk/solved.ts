/** The last solved tickets with the values of their fields, when they were new and now: for proposing a mapping. */
import { z } from 'zod'
import type { Connection, SolvedField, SolvedRead, SolvedTicket, SolvedWanted } from '../../src/contract/index.ts'
import { readSolved } from '../read-solved.ts'
import { actor } from './actor.ts'
import { type Api, broken, openApi } from './client.ts'
import { parseTicket, readAudits } from './fetch.ts'
import { readId, readTags, readText } from './json.ts'
import type { AuditResource, TicketResource } from './payload.ts'

/** Values longer than this are texts, not categories. */
const LONGEST = 100
/** Names in audits -> those of `SolvedTicket`; custom fields have their id. */
const NAMES: Record<string, string> = {
  priority: 'priority',
  group_id: 'group',
  assignee_id: 'assignee',
  tags: 'labels',
}

export async function solved(connection: Connection, wanted: SolvedWanted): Promise<SolvedRead> {
  const api = openApi(connection)
  const found = await findSolved(api, connection, wanted)
  const { concurrency } = connection.settings
  return readSolved(found, concurrency, (ticket) => readTicket(api, connection, ticket), wanted.onProgress)
}

/** Zendesk finds a thousand at most. */
const PAGES = 10
const Page = z.object({ results: z.array(z.unknown()), next_page: z.string().nullish() })

/** Newest first. Closed tickets are archived and search finds them late, so solved ones count. */
async function findSolved(
  api: Api,
  { filters }: Connection,
  { places, perPlace }: SolvedWanted,
): Promise<TicketResource[]> {
  const query = 'type:ticket status:solved'
  const { forms = [], brands = [] } = filters
  const isIn = (list: string[], id: string | null | undefined) => list.length === 0 || (id ? list.includes(id) : false)
  const found = new Map<string, TicketResource[]>()
  for (let page = 1; page <= PAGES; page++) {
    const asked: [string, string][] = [
      ['query', query],
      ['sort_by', 'updated_at'],
      ['sort_order', 'desc'],
      ['page', String(page)],
    ]
    const answer = Page.safeParse(await api.get('search', asked))
    if (!answer.success) throw broken('The search from Zendesk has an unknown shape', answer.error)
    for (const ticket of answer.data.results.map(parseTicket)) {
      const { ticket_form_id: form, brand_id: brand } = ticket
      if (!isIn(forms, form) || !isIn(brands, brand)) continue
      const same = found.get(form ?? '') ?? []
      if (same.length < perPlace) found.set(form ?? '', [...same, ticket])
    }
    const isFull = places.every((place) => (found.get(place)?.length ?? 0) >= perPlace)
    if (!answer.data.next_page || (places.length > 0 && isFull)) break
  }
  return [...found.values()].flat()
}

async function readTicket(api: Api, connection: Connection, ticket: TicketResource): Promise<SolvedTicket> {
  const audits = await readAudits(api, ticket.id)
  const inOrder = audits.toSorted((a, b) => (a.created_at ?? '').localeCompare(b.created_at ?? ''))
  return {
    key: ticket.id,
    url: `${connection.baseUrl}/agent/tickets/${ticket.id}`,
    subject: (ticket.subject ?? '').slice(0, 200),
    place: ticket.ticket_form_id ?? null,
    fields: fieldsOf(ticket, inOrder, connection),
  }
}

function fieldsOf(ticket: TicketResource, audits: AuditResource[], connection: Connection): SolvedTicket['fields'] {
  const shown: [name: string, value: unknown][] = [
    ['priority', ticket.priority],
    ['group_id', ticket.group_id],
    ['assignee_id', ticket.assignee_id],
    ['tags', ticket.tags],
    ...ticket.custom_fields.flatMap(({ id, value }): [string, unknown][] => (id ? [[id, value]] : [])),
  ]
  const found: SolvedTicket['fields'] = {}
  for (const [name, value] of shown) {
    const now = valuesOf(name, value)
    if (now.some((one) => one.length > LONGEST)) continue
    const key = Object.hasOwn(NAMES, name) ? NAMES[name]! : name
    found[key] = {
      birth: bornWith(name, now, audits),
      now,
      by: now.length === 0 ? 'nobody' : setBy(name, ticket, audits, connection),
    }
  }
  return found
}

/** Triggers run with the creation and are in its audit: what they set belongs to the birth. */
function bornWith(name: string, now: string[], [, ...later]: AuditResource[]): string[] {
  const changes = later.flatMap(({ events }) => events.filter((event) => event.field_name === name))
  return changes[0] ? valuesOf(name, changes[0].previous_value) : now
}

function setBy(
  name: string,
  ticket: TicketResource,
  audits: AuditResource[],
  connection: Connection,
): SolvedField['by'] {
  const audit = audits.findLast(({ events }) => events.some((event) => event.field_name === name))
  const event = audit?.events.findLast((one) => one.field_name === name)
  if (!audit || !event) return 'nobody'
  const rules = [event.via, audit.via]
  if (
    rules.some(({ channel, source }) => channel === 'rule' || source.rel === 'trigger' || source.rel === 'automation')
  )
    return 'robot'
  const { kind } = actor(audit.author_id, connection, ticket.requester_id ?? null)
  if (kind === 'person' || kind === 'customer') return kind
  return kind === 'unknown' ? 'nobody' : 'robot'
}

function valuesOf(name: string, value: unknown): string[] {
  if (name === 'tags') return readTags(value) ?? []
  if (name === 'group_id' || name === 'assignee_id') return [readId(value) ?? []].flat()
  if (Array.isArray(value)) return value.flatMap((one) => readText(one) ?? [])
  const text = readText(value)
  if (text === null) return []
  return [name === 'priority' ? text.toLowerCase() : text]
}
