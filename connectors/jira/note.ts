/** The note that explains a decision: always internal, and once for each decision. */

import type { Connection, FreshTicket, Note } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { Api } from './api.ts'
import { isRecord } from './payload.ts'
import { personId } from './people.ts'
import { MARK, type Stamp } from './stamp.ts'

/** Without it, a comment in a service project is public. Other projects ignore it. */
const INTERNAL = { key: 'sd.public.comment', value: { internal: true } }

// Our comments to check when an earlier run was interrupted; more would be very unusual.
const OWN_COMMENTS = 5

/** `first`: no earlier run can have added a note, so nothing is searched. */
export async function noteOnce(
  api: Api,
  connection: Connection,
  base: FreshTicket,
  decisionId: string,
  note: Note,
  first: boolean,
): Promise<string> {
  const existing = first ? null : await find(api, connection, base.id, decisionId)
  if (existing !== null) return existing
  const comment = await api.addNote(base.id, note, [INTERNAL, { key: MARK, value: { decision: decisionId } }])
  // Jira calls every comment of a software project public, but such a project has no customers.
  const { serviceDesk } = base.stamp as Stamp
  if (comment.jsdPublic === true && serviceDesk !== false) throw await withdraw(api, base.id, comment.id)
  return comment.id
}

async function find(api: Api, connection: Connection, id: string, decisionId: string): Promise<string | null> {
  const { comments } = await api.comments(id)
  for (const { id: comment, properties } of comments) {
    if (comment && properties?.some(({ key, value }) => key === MARK && names(value, decisionId))) return comment
  }
  // `expand=properties` is not documented for comments: where Jira ignores it, we ask for each comment of ours.
  const unread = comments.filter(
    ({ properties, author }) => properties === null && isOurs(personId(author), connection),
  )
  for (const { id: comment } of unread.slice(0, OWN_COMMENTS)) {
    if (comment && names(await api.commentProperty(comment, MARK), decisionId)) return comment
  }
  return null
}

function isOurs(author: string | null, { selfId }: Connection): boolean {
  return selfId === null || author === selfId
}

function names(value: unknown, decisionId: string): boolean {
  return isRecord(value) && value.decision === decisionId
}

/** Without an agent's licence an account cannot write internal notes: Jira makes them public. */
async function withdraw(api: Api, id: string, comment: string): Promise<HelpdeskError> {
  let message = 'Jira made the internal note public, so it was deleted at once.'
  try {
    await api.deleteComment(id, comment)
  } catch {
    message = `Jira made the internal note public and refused to delete it: comment ${comment} is visible to the customer.`
  }
  return new HelpdeskError('forbidden', message, {
    next: 'Give our Jira account a service desk agent licence in this project, or switch notes off for this connection.',
  })
}
