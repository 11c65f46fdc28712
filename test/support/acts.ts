/** What people do in the helpdesks, and the rows that result, for tests of the whole service. */

import { type Labels, type Mapping, partsOf, readValues } from '../../src/contract/index.ts'
import { audit, decisions, deliveries, labels, overrides, tickets, writebacks } from '../../src/db/schema.ts'
import { receive } from '../../src/intake/index.ts'
import { opinion, type Service } from './service.ts'

export const kinds = ['jira', 'zendesk'] as const
export type Kind = (typeof kinds)[number]

export const INTERNET = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
export const CABLE = {
  subject: 'The cable is dead',
  body: 'Since this morning the cable modem shows a red light and nothing loads.',
}
/** Decided with a low confidence. */
export const DOUBTFUL = {
  subject: 'An odd box',
  body: 'I have a question for you: something is odd with the box in my hall.',
}
export const classifier = opinion([
  ['cable', INTERNET],
  ['invoice', { service: 'billing', category: 'payment', priority: 'normal', sentiment: 'neutral' }],
  ['odd', INTERNET, 0.2],
])

export function rowsOf({ deps: { database } }: Service) {
  const { db } = database
  return {
    decisions: () => db.select().from(decisions).orderBy(decisions.id),
    writebacks: () => db.select().from(writebacks).orderBy(writebacks.decisionId),
    deliveries: () => db.select().from(deliveries).orderBy(deliveries.id),
    overrides: () => db.select().from(overrides).orderBy(overrides.id),
    tickets: () => db.select().from(tickets).orderBy(tickets.id),
    audit: () => db.select().from(audit).orderBy(audit.id),
    /** Field -> value and provenance. */
    async labels() {
      const found = await db.select().from(labels)
      return Object.fromEntries(found.map((l) => [l.field, [l.value, l.provenance]]))
    },
  }
}

/** Vendor fields for our values, group and person, as an agent chooses them; null empties a field. */
export async function fieldsOf(service: Service, kind: Kind, values: Record<string, string | null>) {
  const { mapping } = await service.connection(kind)
  const id = (ids: Labels, value: string | null) => (value === null ? null : ids[value]!)
  const entries = Object.entries(values).map(([field, value]): [string, unknown] => {
    if (field === 'assignee') {
      const person = id(mapping.people, value)
      return kind === 'jira' ? ['assignee', person && { accountId: person }] : ['assignee_id', person]
    }
    if (field === 'group') {
      const group = id(mapping.groups, value)
      return kind === 'jira' ? ['components', group ? [{ id: group }] : []] : ['group_id', group]
    }
    const target = placeOf(mapping, field)
    const raw = id(target.values, value)
    return [target.to === 'field' ? target.id : field, kind === 'jira' ? raw && { id: raw } : raw]
  })
  return Object.fromEntries(entries)
}

/** An account that is not an agent: Jira's automation app, or Zendesk's triggers. */
export function robotOf(service: Service, kind: Kind): string {
  return kind === 'zendesk' ? '-1' : service.jira.site.people.others.find(({ type }) => type === 'app')!.id
}

export function reopen(service: Service, kind: Kind, id: string): Promise<void> {
  return service[kind].edit(id, kind === 'jira' ? { status: { id: '10002' }, resolution: null } : { status: 'open' })
}

/** Calls that changed the ticket's fields. */
export function edits(service: Service, kind: Kind) {
  return service[kind].requests.filter((r) => r.method === 'PUT' && /\/(issue|tickets)\/[^/]+$/.test(r.path))
}

const EDGE = 'an edge token of some length'

/** Delivers one body as intake at the edge does, which has verified it. */
export async function deliver(service: Service, kind: Kind, body: unknown): Promise<void> {
  const needs = { ...service.deps, prepared: service.deps.database.prepared, edgeToken: EDGE }
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  const headers = { 'x-pointsman-edge': EDGE }
  await receive(needs, await service.connection(kind), { headers, body: bytes }, new Date())
}

/** The body of the newest delivery of this kind. */
export async function newestBody(service: Service, event: string) {
  const found = (await rowsOf(service).deliveries()).filter((d) => d.event === event)
  return JSON.parse(found.at(-1)!.body)
}

/** Where the sandboxes have a field: one place, with one vendor value for each of ours. */
export function placeOf(mapping: Mapping, field: string) {
  const [target] = partsOf(mapping.fields[field]!)
  return { ...target!, values: Object.fromEntries(readValues(target!).map(({ value, raw }) => [value, raw])) }
}
