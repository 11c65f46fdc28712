/**
 * The rules of the sandbox: what a change does to a ticket, what is refused, and which audit is written. No HTTP here.
 * Ids are strings here; the API turns them into numbers.
 */
import { emptyOf, fromTags, refuseIncomplete, stored, tagsFor, tagsOf } from './fields.ts'
import type { Account, Field, User } from './seed.ts'

export type AuditEvent = {
  id: string
  type: 'Create' | 'Change' | 'Comment'
  field_name?: string
  value?: unknown
  previous_value?: unknown
  public?: boolean
  body?: string
  author_id?: string
  /** `rule`: a trigger did it, inside the audit of what started it. */
  via?: string
}
export type Audit = {
  id: string
  at: string
  by: string
  via: string
  metadata: Record<string, unknown>
  events: AuditEvent[]
}
/** What is compared before and after a change, by the names in audits. */
type State = {
  subject: string
  status: string
  priority: string | null
  group_id: string | null
  assignee_id: string | null
  tags: string[]
  custom: Record<string, unknown>
}
export type StoredTicket = State & {
  id: string
  description: string
  requester: string
  channel: string
  form: string
  brand: string
  created_at: string
  updated_at: string
  deleted: boolean
  audits: Audit[]
}
export type Patch = {
  subject?: unknown
  status?: unknown
  priority?: unknown
  group_id?: unknown
  assignee_id?: unknown
  tags?: unknown
  custom_fields?: unknown
  /** Of a new ticket. */
  ticket_form_id?: unknown
  brand_id?: unknown
  comment?: unknown
  metadata?: unknown
  updated_stamp?: unknown
  safe_update?: unknown
}
export type Desk = {
  account: Account
  tickets: Map<string, StoredTicket>
  now: () => Date
  nextId: () => string
  /** Called after each audit; sends the webhooks. */
  onAudit: (ticket: StoredTicket, audit: Audit, born: boolean) => void
}

/** An error answer in Zendesk's shape. */
export class ApiFault extends Error {
  readonly status: number
  readonly body: unknown
  readonly headers: Record<string, string>
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`${status}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

function invalid(field: string, description: string): ApiFault {
  const details = { [field]: [{ description }] }
  return new ApiFault(422, { error: 'RecordInvalid', description: 'Record validation errors', details })
}

function invalidField({ id }: Pick<Field, 'id'>, description: string): ApiFault {
  const details = { base: [{ description, ticket_field_id: Number(id) }] }
  return new ApiFault(422, { error: 'RecordInvalid', description: 'Record validation errors', details })
}

export function notFound(): ApiFault {
  return new ApiFault(404, { error: 'RecordNotFound', description: 'Not found' })
}

const UPDATES_PER_TICKET = 30
const TEN_MINUTES = 600_000

export function createTicket(desk: Desk, patch: Patch & { description?: unknown }, by: string, channel: string) {
  const comment = record(patch.comment)
  const description = String(comment.body ?? patch.description ?? '')
  if (description === '') throw invalid('base', 'Description: cannot be blank')
  const at = seconds(desk.now())
  const ticket: StoredTicket = {
    subject: '',
    status: 'new',
    priority: null,
    group_id: null,
    assignee_id: null,
    tags: [],
    custom: Object.fromEntries(fieldsOf(desk).map((field) => [field.id, emptyOf(field)])),
    id: String(5000 + desk.tickets.size + 1),
    description,
    requester: by,
    channel,
    form: idOrNull(patch.ticket_form_id) ?? desk.account.form,
    brand: idOrNull(patch.brand_id) ?? desk.account.brand,
    deleted: false,
    audits: [],
    created_at: at,
    updated_at: at,
  }
  const before: State = stateOf(ticket)
  Object.assign(ticket, stateAfter(desk, before, patch))
  desk.tickets.set(ticket.id, ticket)
  const events: AuditEvent[] = [
    ...Object.entries(auditNames(ticket)).map(([field_name, value]) => ({
      id: desk.nextId(),
      type: 'Create' as const,
      field_name,
      value,
    })),
    { id: desk.nextId(), type: 'Comment', public: true, body: description, author_id: by },
    ...runTriggers(desk, ticket, 'create'),
  ]
  return { ticket, audit: leaveAudit(desk, ticket, patch, by, channel, events, true) }
}

/** Triggers run before anyone sees the change; theirs are in the same audit. */
function runTriggers(desk: Desk, ticket: StoredTicket, when: 'create' | 'update'): AuditEvent[] {
  return desk.account.triggers.flatMap(({ title: _, on = 'create', ...patch }) => {
    if (on !== when) return []
    const before = stateOf(ticket)
    Object.assign(ticket, stateAfter(desk, before, patch))
    return differences(desk, before, stateOf(ticket)).map((event) => ({ ...event, via: 'rule' }))
  })
}

export function updateTicket(desk: Desk, ticket: StoredTicket, patch: Patch, by: string, via = 'api') {
  if (ticket.deleted) throw notFound()
  if (ticket.status === 'closed') throw invalid('status', 'Status: closed prevents ticket update')
  refuseBusyTicket(desk, ticket, by)
  refuseStale(ticket, patch)
  const before = stateOf(ticket)
  const after = stateAfter(desk, before, patch)
  refuseIncomplete(desk.account, { ...after, form: ticket.form }, invalidField)
  const events = differences(desk, before, after)
  const comment = record(patch.comment)
  if (typeof comment.body === 'string')
    // Zendesk's default is public, so our adapter always sends `public`.
    events.push({
      id: desk.nextId(),
      type: 'Comment',
      public: comment.public !== false,
      body: comment.body,
      author_id: by,
    })
  Object.assign(ticket, after)
  if (events.length > 0) events.push(...runTriggers(desk, ticket, 'update'))
  if (events.length > 0) ticket.updated_at = later(ticket.updated_at, seconds(desk.now()))
  return { ticket, audit: leaveAudit(desk, ticket, patch, by, via, events, false) }
}

function leaveAudit(
  desk: Desk,
  ticket: StoredTicket,
  patch: Patch,
  by: string,
  via: string,
  events: AuditEvent[],
  born: boolean,
): Audit {
  const audit: Audit = { id: desk.nextId(), at: ticket.updated_at, by, via, metadata: record(patch.metadata), events }
  ticket.audits.push(audit)
  desk.onAudit(ticket, audit, born)
  return audit
}

function refuseStale(ticket: StoredTicket, { updated_stamp, safe_update }: Patch): void {
  // In Zendesk, `safe_update: false` has the same effect as `true`.
  if (safe_update === undefined || typeof updated_stamp !== 'string') return
  if (Date.parse(updated_stamp) >= Date.parse(ticket.updated_at)) return
  throw new ApiFault(409, {
    error: 'UpdateConflict',
    description:
      'Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.',
  })
}

function refuseBusyTicket(desk: Desk, ticket: StoredTicket, by: string): void {
  const since = desk.now().getTime() - TEN_MINUTES
  const recent = ticket.audits.filter((audit) => audit.by === by && audit.via === 'api' && Date.parse(audit.at) > since)
  if (recent.length < UPDATES_PER_TICKET) return
  throw new ApiFault(
    429,
    { error: 'TooManyRequests', description: 'Too many updates of this ticket' },
    {
      'Retry-After': '540',
      'Zendesk-RateLimit-tickets-update': `total=${UPDATES_PER_TICKET}; remaining=0; resets=540`,
    },
  )
}

function stateAfter(desk: Desk, before: State, patch: Patch): State {
  const after: State = { ...before, custom: { ...before.custom }, tags: [...before.tags] }
  if (typeof patch.subject === 'string') after.subject = patch.subject
  if ('priority' in patch && desk.account.priority)
    after.priority = oneOf('priority', patch.priority, ['low', 'normal', 'high', 'urgent'])
  route(desk, before, after, patch)
  retag(desk, after, patch)
  // Assigning an agent opens a new ticket.
  if (after.status === 'new' && after.assignee_id) after.status = 'open'
  if (patch.status !== undefined)
    after.status = oneOf('status', patch.status, ['new', 'open', 'pending', 'hold', 'solved', 'closed']) ?? after.status
  if (after.status === 'solved' && !after.assignee_id)
    throw invalid('base', 'Assignee: is required when solving a ticket')
  return after
}

const LIGHT_AGENT = 1

/** A suspended agent is not stored, and nobody says so. */
function route(desk: Desk, before: State, after: State, patch: Patch): void {
  if ('group_id' in patch) after.group_id = idOrNull(patch.group_id)
  if ('assignee_id' in patch) after.assignee_id = idOrNull(patch.assignee_id)
  const { group_id, assignee_id } = after
  if (group_id && !desk.account.groups.some(({ id }) => id === group_id)) throw invalid('group', 'Group is invalid')
  const agent = agentOf(desk, assignee_id)
  if (!assignee_id) return
  if (!agent || agent.role_type === LIGHT_AGENT || !agent.active) throw invalid('assignee', 'Assignee is not an agent')
  if (agent.suspended) {
    after.assignee_id = before.assignee_id
    return
  }
  if (!group_id || (!('group_id' in patch) && !agent.groups.includes(group_id)))
    after.group_id = agent.groups[0] ?? null
  else if (!agent.groups.includes(group_id)) {
    if ('assignee_id' in patch) throw invalid('assignee', 'Assignee is not a member of the group')
    after.assignee_id = null
  }
}

/** A field and its tags always change together. What is written to a deactivated field vanishes. */
function retag(desk: Desk, after: State, patch: Patch): void {
  if (Array.isArray(patch.tags)) after.tags = [...new Set(patch.tags.map(String))]
  for (const field of fieldsOf(desk).filter(({ active }) => active)) {
    const given = customValue(patch.custom_fields, field.id)
    if (given) after.custom[field.id] = stored(field, given.value, invalidField)
    else if (Array.isArray(patch.tags)) after.custom[field.id] = fromTags(field, after.tags, after.custom[field.id])
    else continue
    const own = tagsOf(field)
    after.tags = [...after.tags.filter((tag) => !own.includes(tag)), ...tagsFor(field, after.custom[field.id])]
  }
}

function customValue(given: unknown, id: string): { value?: unknown } | undefined {
  return Array.isArray(given) ? given.map(record).find((field) => String(field.id) === id) : undefined
}

function differences(desk: Desk, before: State, after: State): AuditEvent[] {
  const [old, now] = [auditNames(before), auditNames(after)]
  return Object.keys(now).flatMap((name): AuditEvent[] => {
    if (String(old[name] ?? '') === String(now[name] ?? '')) return []
    const moved = { field_name: name, value: now[name], previous_value: old[name] }
    return [{ id: desk.nextId(), type: 'Change', ...moved }]
  })
}

function auditNames({
  subject,
  status,
  priority,
  group_id,
  assignee_id,
  tags,
  custom,
}: State): Record<string, unknown> {
  return { subject, status, priority, group_id, assignee_id, ...custom, tags }
}

function stateOf({ subject, status, priority, group_id, assignee_id, tags, custom }: State): State {
  return { subject, status, priority, group_id, assignee_id, tags, custom }
}

export function fieldsOf(desk: Desk): Field[] {
  return desk.account.fields
}

function agentOf(desk: Desk, id: string | null): User | undefined {
  return [...desk.account.agents, desk.account.self].find((user) => user.id === id)
}

function oneOf(field: string, value: unknown, allowed: string[]): string | null {
  if (value === null || value === '') return null
  if (typeof value === 'string' && allowed.includes(value)) return value
  throw invalid(field, `${field} is invalid`)
}

function idOrNull(value: unknown): string | null {
  return value === null || value === '' || value === undefined ? null : String(value)
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function seconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}

/** Times have no fractions. Two edits in one second still get two times, so that a test always sees the collision. */
function later(before: string, now: string): string {
  return now > before ? now : seconds(new Date(Date.parse(before) + 1000))
}
