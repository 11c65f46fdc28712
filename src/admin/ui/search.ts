/** What of an address each page reads. Anything odd is dropped, and never an error. */
import { OUTCOMES, type Outcome } from './parts/outcome.tsx'

/** The filters of the list of tickets, and the decision whose story is open. */
export type TicketsSearch = {
  outcome?: Outcome
  text?: string
  connection?: string
  service?: string
  category?: string
  priority?: string
  group?: string
  assignee?: string
  language?: string
  source?: string
  model?: string
  map?: number
  overridden?: string
  since?: string
  until?: string
  newest?: boolean
  id?: string
}

const WORDS = [
  'text',
  'connection',
  'service',
  'category',
  'priority',
  'group',
  'assignee',
  'language',
  'model',
] as const
/** What the address may hold besides is none of the page's, and the API would refuse it. */
export const TICKET_FILTERS = [
  ...WORDS,
  'outcome',
  'source',
  'map',
  'overridden',
  'since',
  'until',
  'newest',
] as const satisfies (keyof TicketsSearch)[]

const SOURCES = ['rule', 'endpoint', 'embedded', 'memory', 'cache', 'human']

export function ticketsSearch(search: Record<string, unknown>): TicketsSearch {
  const one = (value: unknown, of: readonly string[]) => (of.includes(String(value)) ? String(value) : undefined)
  const moment = (value: unknown) =>
    typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : undefined
  const id = wordOf(search.id)
  return {
    ...Object.fromEntries(WORDS.map((name) => [name, wordOf(search[name])])),
    outcome: one(search.outcome, [...OUTCOMES, 'lost']) as Outcome | undefined,
    source: one(search.source, SOURCES),
    map: Number.isInteger(search.map) && Number(search.map) > 0 ? Number(search.map) : undefined,
    overridden:
      /^[a-z][a-z0-9_]*$/.test(String(search.overridden)) && search.overridden !== undefined
        ? String(search.overridden)
        : undefined,
    since: moment(search.since),
    until: moment(search.until),
    newest: search.newest === true ? true : undefined,
    id: id && /^[0-9a-f-]{36}$/.test(id) ? id : undefined,
  }
}

/** What of the review queue is shown, and the decision that is looked at. */
export type ReviewSearch = { kind?: 'held' | 'sampled'; connection?: string; service?: string; id?: string }

export function reviewSearch(search: Record<string, unknown>): ReviewSearch {
  const { kind } = search
  const { connection, service, id } = ticketsSearch(search)
  return { kind: kind === 'held' || kind === 'sampled' ? kind : undefined, connection, service, id }
}

/** `view` is what is shown; `cell` holds the conditions of the row that is edited. */
const MAP_VIEWS = ['rows', 'hours', 'versions'] as const
export type MapSearch = { view?: (typeof MAP_VIEWS)[number]; cell?: Record<string, string> }

export function mapSearch({ view, cell }: Record<string, unknown>): MapSearch {
  const isCell =
    typeof cell === 'object' && cell !== null && Object.values(cell).every((value) => typeof value === 'string')
  return {
    view: MAP_VIEWS.find((each) => each === view),
    cell: isCell ? (cell as Record<string, string>) : undefined,
  }
}

/** `field` is shown; `value` is edited, or retired; `edit` is the field that is edited, empty: a new one. */
export type TaxonomySearch = {
  view?: 'versions'
  field?: string
  value?: string
  retire?: true
  edit?: string
}

const name = (value: unknown) => (typeof value === 'string' && /^(|[a-z][a-z0-9_-]*)$/.test(value) ? value : undefined)

export function taxonomySearch({ view, field, value, retire, edit }: Record<string, unknown>): TaxonomySearch {
  return {
    view: view === 'versions' ? view : undefined,
    field: name(field),
    value: name(value),
    retire: retire === true ? true : undefined,
    edit: name(edit),
  }
}

/** `edit` is the rule that is edited; empty: a new one. */
export type RulesSearch = { view?: 'versions'; edit?: string }

export const rulesSearch = ({ view, edit }: Record<string, unknown>): RulesSearch => ({
  view: view === 'versions' ? view : undefined,
  edit: name(edit),
})

export type AccessSearch = { view?: 'sessions' | 'roles' }

export function accessSearch({ view }: Record<string, unknown>): AccessSearch {
  return { view: view === 'sessions' || view === 'roles' ? view : undefined }
}

/** The filters of the audit log, and the row that is open. */
export type AuditSearch = {
  actor?: string
  action?: string
  subject?: string
  since?: string
  until?: string
  id?: string
}

export function auditSearch(search: Record<string, unknown>): AuditSearch {
  const id = wordOf(search.id)
  return {
    actor: wordOf(search.actor),
    action: wordOf(search.action),
    subject: wordOf(search.subject),
    since: dayOf(search.since),
    until: dayOf(search.until),
    id: id && /^[0-9a-f-]{36}$/.test(id) ? id : undefined,
  }
}

const wordOf = (value: unknown) =>
  (typeof value === 'string' || typeof value === 'number') && value !== '' ? String(value).slice(0, 200) : undefined

/** A day of the reader, such as 2026-01-31. */
const dayOf = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined
