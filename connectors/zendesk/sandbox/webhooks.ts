/**
 * Deliveries like Zendesk's: signed over timestamp and body, one for each changed field (or one thin body of a trigger),
 * retried on 409, on 429 and 503 with Retry-After, and on timeouts, but not on 500.
 */
import type { Webhook } from '../../sandbox.ts'
import type { Audit, AuditEvent, Desk, StoredTicket } from './desk.ts'
import { detailShape } from './shapes.ts'

export type Delivered = { url: string; invocation: string; body: string; statuses: (number | 'failed')[] }

export type Post = {
  webhooks: Webhook[]
  /** Every delivery with the answer to each attempt. */
  log: Delivered[]
  pending: Set<Promise<void>>
  backoffMs: number
  timeoutMs: number
}

const TRIES = { conflict: 4, busy: 4, silent: 6 }

export function announce(desk: Desk, post: Post, ticket: StoredTicket, audit: Audit, born: boolean): void {
  if (audit.events.length === 0) return
  for (const webhook of post.webhooks) {
    const bodies = webhook.style === 'events' ? eventBodies(desk, ticket, audit, born) : [thinBody(ticket, audit, born)]
    for (const body of bodies) send(post, webhook, body)
  }
}

export function announceRemoval(desk: Desk, post: Post, ticket: StoredTicket, by: string): void {
  // Triggers do not run on a deletion, so only subscriptions send it.
  for (const webhook of post.webhooks)
    if (webhook.style === 'events') send(post, webhook, envelope(desk, ticket, by, 'soft_deleted', {}, '0', 1))
}

function send(post: Post, webhook: Webhook, body: unknown): void {
  const delivery = deliver(post, webhook, JSON.stringify(body)).finally(() => post.pending.delete(delivery))
  post.pending.add(delivery)
}

async function deliver(post: Post, webhook: Webhook, body: string): Promise<void> {
  const invocation = crypto.randomUUID()
  const headers = await headersOf(webhook, invocation, body)
  const entry: Delivered = { url: webhook.url, invocation, body, statuses: [] }
  post.log.push(entry)
  for (let attempt = 1; ; attempt++) {
    const answer = await attemptOnce(webhook.url, headers, body, post.timeoutMs)
    entry.statuses.push(answer.status)
    if (attempt >= allowed(answer)) return
    await new Promise((resolve) => setTimeout(resolve, post.backoffMs * 2 ** (attempt - 1)))
  }
}

type Reply = { status: number | 'failed'; retryAfter: boolean }

async function attemptOnce(url: string, headers: HeadersInit, body: string, timeoutMs: number): Promise<Reply> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) })
    await response.text()
    return { status: response.status, retryAfter: Number(response.headers.get('retry-after') ?? 'NaN') <= 60 }
  } catch {
    return { status: 'failed', retryAfter: false }
  }
}

function allowed({ status, retryAfter }: Reply): number {
  if (status === 'failed') return TRIES.silent
  if (status === 409) return TRIES.conflict
  return (status === 429 || status === 503) && retryAfter ? TRIES.busy : 1
}

async function headersOf({ secret }: Webhook, invocation: string, body: string): Promise<Record<string, string>> {
  const timestamp = new Date().toISOString()
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'X-Zendesk-Account-Id': '22000001',
    'X-Zendesk-Webhook-Id': '01SANDBOXWEBHOOK',
    'X-Zendesk-Webhook-Invocation-Id': invocation,
  }
  if (secret.kind === 'token') return { ...headers, [secret.header ?? 'X-Pointsman-Token']: secret.secret }
  const signature = await sign(secret.secret, timestamp + body)
  return { ...headers, 'X-Zendesk-Webhook-Signature': signature, 'X-Zendesk-Webhook-Signature-Timestamp': timestamp }
}

/** Zendesk's signature: base64 of HMAC-SHA256 over the timestamp's text and the body. */
async function sign(secret: string, text: string): Promise<string> {
  const utf8 = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8.encode(text)))
  return btoa(String.fromCharCode(...bytes))
}

function thinBody(ticket: StoredTicket, audit: Audit, born: boolean) {
  const solved = audit.events.some(({ field_name, value }) => field_name === 'status' && value === 'solved')
  return {
    kind: born ? 'ticket.created' : solved ? 'ticket.solved' : 'ticket.updated',
    ticket_id: ticket.id,
    account: 'Sandbox',
    updated_at: ticket.updated_at,
    current_user_id: audit.by,
  }
}

function eventBodies(desk: Desk, ticket: StoredTicket, audit: Audit, born: boolean): unknown[] {
  if (born) return [envelope(desk, ticket, audit.by, 'created', {}, audit.id, 1)]
  return audit.events.flatMap((event, position) => {
    const change = eventOf(desk, event)
    return change ? [envelope(desk, ticket, audit.by, change.type, change.event, audit.id, position + 1)] : []
  })
}

function envelope(
  desk: Desk,
  ticket: StoredTicket,
  actor: string,
  type: string,
  event: object,
  sequence: string,
  position: number,
) {
  return {
    account_id: Number(desk.account.id),
    detail: detailShape(ticket, actor),
    event: { ...event, meta: { sequence: { id: sequence, position } } },
    id: crypto.randomUUID(),
    subject: `zen:ticket:${ticket.id}`,
    // Zendesk's events have nanoseconds.
    time: ticket.updated_at.replace('Z', '.000000000Z'),
    type: `zen:event-type:ticket.${type}`,
    zendesk_event_version: '2022-11-06',
  }
}

const PLAIN: Record<string, string> = {
  subject: 'subject_changed',
  group_id: 'group_assignment_changed',
  assignee_id: 'agent_assignment_changed',
}

function eventOf(desk: Desk, event: AuditEvent): { type: string; event: object } | null {
  const { field_name: name = '', value, previous_value: previous } = event
  if (event.type === 'Comment') return { type: 'comment_added', event: { comment: commentOf(desk, event) } }
  const plain = PLAIN[name]
  if (plain) return { type: plain, event: { current: value, previous } }
  if (name === 'priority' || name === 'status')
    return { type: `${name}_changed`, event: { current: upper(value), previous: upper(previous) } }
  if (name === 'tags') return { type: 'tags_changed', event: tagsMoved(previous, value) }
  const field = desk.account.fields.find(({ id }) => id === name)
  if (!field) return null
  const { id, title, type } = field
  const custom = { current: { value }, previous: { value: previous }, custom_field: { id, title, type } }
  return { type: 'custom_field_changed', event: custom }
}

function commentOf(desk: Desk, { id, body, public: isPublic, author_id }: AuditEvent) {
  const author = [...desk.account.agents, desk.account.self].find((user) => user.id === author_id)
  const name = author?.name ?? 'Customer'
  return { id, body, is_public: isPublic, author: { id: author_id, name, is_staff: author !== undefined } }
}

function tagsMoved(previous: unknown, value: unknown) {
  const [before, after] = [previous as string[], value as string[]]
  return {
    tags_added: after.filter((tag) => !before.includes(tag)),
    tags_removed: before.filter((tag) => !after.includes(tag)),
  }
}

function upper(value: unknown): unknown {
  return typeof value === 'string' ? value.toUpperCase() : value
}
