/** Translates a body into an event. Pure. Any body gives an event, `ignored` with a reason, or a 422. */

import type { Actor, Connection, Ticket, TicketEvent } from '../../src/contract/index.ts'
import { Rejected } from '../../src/errors.ts'
import { changesOf } from './changes.ts'
import { settingsOf } from './connection.ts'
import { rawsOf, statusOf, ticketOf } from './issue.ts'
import { Body, type Issue, idInSelf, instant, isRecord, issueId, issueKey, Person } from './payload.ts'
import { actorOf, aliasesOf } from './people.ts'

export function read(body: unknown, connection: Connection): TicketEvent {
  if (!isRecord(body)) throw notJira('The body is not a JSON object.')
  const parsed = Body.parse(body)
  if (parsed.webhookEvent !== null) return webhook(parsed, parsed.webhookEvent, connection)
  return automation(parsed, connection)
}

function webhook(body: Body, webhookEvent: string, connection: Connection): TicketEvent {
  // Only some names have the prefix; which ones depends on the version of Jira.
  const event = webhookEvent.replace(/^jira:/, '')
  const issue = body.issue
  const { ticketId, ...named } = idOf(issue, body.comment?.self ?? null)
  if (/^comment_/.test(event)) return commented(event, body, ticketId, connection)
  if (!/^issue_(created|updated|deleted)$/.test(event)) {
    return { kind: 'ignored', ticketId, reason: `${webhookEvent.slice(0, 80)} changes no field that we decide` }
  }
  if (ticketId === null || !issue) {
    return { kind: 'ignored', ticketId: null, reason: `${webhookEvent} has no issue` }
  }
  const happened = {
    ticketId,
    ...named,
    at: instant(body.timestamp) ?? instant(issue.fields?.updated),
    by: byOf(body, connection),
    ...(isMove(body) && { moved: { decide: settingsOf(connection).moved } }),
  }
  if (event === 'issue_deleted') return { kind: 'removed', ...happened, why: 'deleted', into: null, permanent: true }
  const ticket = issue.fields ? ticketOf(ticketId, issue, connection) : null
  // Cloud sends a changelog with a new issue too: these are its first values, not changes.
  if (event === 'issue_created') return { kind: 'created', ...happened, ticket }
  return updated(body, happened, ticket, connection)
}

type Happened = { ticketId: string; at: string | null; by: Actor; byKey?: true; moved?: { decide: boolean } }

/** A move to another project; other edits, such as a new issue type, keep the key. */
function isMove({ changelog }: Body): boolean {
  return changelog?.items?.some((item) => isField(item, 'project') || isField(item, 'key')) ?? false
}

function updated(body: Body, happened: Happened, ticket: Ticket | null, connection: Connection): TicketEvent {
  const items = body.changelog?.items ?? null
  const type = body.issue_event_type_name
  // The same comment also arrives as comment_created.
  if (body.comment && !items?.length) return { kind: 'commented', ...happened, public: body.comment.jsdPublic }
  const { changes, touched } = changesIn(body, happened, connection)
  const done = ticket?.status.done === true && touched.some((field) => field === 'status' || field === 'resolution')
  const resolved = items?.some((item) => isField(item, 'resolution') && (item.to || item.toText)) ?? false
  const open = isOpen(body.issue)
  const announced = type === 'issue_resolved' || type === 'issue_closed'
  if ((done || resolved || announced) && !open) return { kind: 'resolved', ...happened, changes, ticket }
  return { kind: 'updated', ...happened, changes, ticket }
}

function changesIn(body: Body, { at, by }: Happened, connection: Connection) {
  const items = body.changelog?.items ?? null
  const touched = items?.map((item) => (item.fieldId ?? item.field ?? '').toLowerCase()) ?? []
  // Jira may send issue_assigned with an empty list: then the history must be read.
  if (items === null || (items.length === 0 && body.issue_event_type_name === 'issue_assigned')) {
    return { changes: null, touched }
  }
  const people = [body.user, body.issue?.fields?.assignee, body.issue?.fields?.reporter, body.issue?.fields?.creator]
  const entry = { id: body.changelog?.id ?? null, at: at ?? new Date(0).toISOString(), by, items }
  const aliases = aliasesOf(people.map((person) => Person.parse(person)))
  const after = rawsOf(body.issue?.fields ?? {}, connection)
  const { changes, unclear } = changesOf(entry, connection.mapping, { aliases, after })
  return { changes: unclear || (at === null && changes.length > 0) ? null : changes, touched }
}

function commented(event: string, body: Body, ticketId: string | null, connection: Connection): TicketEvent {
  if (event !== 'comment_created' && event !== 'comment_updated') {
    return { kind: 'ignored', ticketId, reason: `${event.slice(0, 80)} does not concern the fields that we decide` }
  }
  if (ticketId === null)
    return { kind: 'ignored', ticketId, reason: 'the comment does not say to which issue it belongs' }
  const comment = body.comment
  const at = instant(body.timestamp) ?? instant(comment?.updated) ?? instant(comment?.created)
  const author = event === 'comment_created' ? comment?.author : (comment?.updateAuthor ?? comment?.author)
  const by = actorOf(author ?? body.user, connection)
  return { kind: 'commented', ticketId, at, by, public: comment?.jsdPublic ?? null }
}

/**
 * Automation's "Send web request": the whole issue at the top level or under `issue`, or a body that the author of the
 * rule writes; our docs recommend `{"key": "...", "event": "..."}`. None says who made the change.
 */
function automation(body: Body, connection: Connection): TicketEvent {
  const issue: Issue = body.issue ?? { id: body.id, key: body.key, self: body.self, fields: body.fields }
  const { ticketId, ...named } = idOf(issue, null)
  if (ticketId === null) throw notJira('The body names no Jira event and no issue.')
  const kind = (body.event ?? body.kind ?? 'created').replace(/^(jira:)?(issue_)?/, '')
  // Automation's formats contain the issue as it was when the rule ran; a thin body contains no fields.
  const ticket = issue.fields && issueId(issue.id) ? ticketOf(ticketId, issue, connection) : null
  const at = instant(body.timestamp) ?? ticket?.updatedAt ?? null
  const happened = { ticketId, ...named, at, by: byOf(body, connection) }
  switch (kind) {
    case 'created':
      return { kind, ...happened, ticket }
    case 'updated':
    case 'resolved':
      return { kind, ...happened, changes: null, ticket }
    case 'moved': {
      const moved = { decide: settingsOf(connection).moved }
      return { kind: 'updated', ...happened, changes: null, ticket, moved }
    }
    case 'commented':
      return { kind, ...happened, public: null }
    case 'deleted':
      return { kind: 'removed', ...happened, why: 'deleted', into: null, permanent: true }
    default:
      return { kind: 'ignored', ticketId, reason: `the rule sent the unknown event "${kind.slice(0, 80)}"` }
  }
}

/** The stable id. A thin body may have only a key; the id is known once the issue is read. */
function idOf(issue: Issue | null, commentSelf: string | null): { ticketId: string | null; byKey?: true } {
  const id = issueId(issue?.id ?? null) ?? idInSelf(issue?.self ?? null) ?? idInSelf(commentSelf)
  if (id !== null) return { ticketId: id }
  const key = issueKey(issue?.key ?? null)
  return key === null ? { ticketId: null } : { ticketId: key, byKey: true }
}

function byOf(body: Body, connection: Connection): Actor {
  return actorOf(body.user, connection)
}

function isField(item: { fieldId: string | null; field: string | null }, name: string): boolean {
  return (item.fieldId ?? item.field ?? '').toLowerCase() === name
}

/** False when the body has no status category, as on old servers. A reopened issue may keep its resolution. */
function isOpen(issue: Issue | null): boolean {
  const status = issue?.fields?.status
  return isRecord(status) && isRecord(status.statusCategory) && !statusOf(issue?.fields ?? {}).done
}

function notJira(message: string): Rejected {
  return new Rejected(422, message, {
    next: 'Send Jira webhooks with their body, or from Automation {"key": "{{issue.key}}"}.',
  })
}
