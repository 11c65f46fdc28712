/** The note that explains a decision: internal always, once for each decision. */

import type { Connection, FreshTicket, Note } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { Api } from './api.ts'
import { isRecord } from './payload.ts'
import { personId } from './people.ts'
import { MARK, type Stamp } from './stamp.ts'

/** Without it, a comment on a service project goes to the customer. Other projects ignore it. */
const INTERNAL = { key: 'sd.public.comment', value: { internal: true } }

// An agent may have written since an earlier run of ours was cut short, but hardly this much.
const OWN_COMMENTS = 5

/** `first`: no earlier run can have left one, so nothing is searched. */
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
  // Jira calls every comment of a software project public; it has no customers to read it.
  const { serviceDesk } = base.stamp as Stamp
  if (comment.jsdPublic === true && serviceDesk !== false) throw await takeBack(api, base.id, comment.id)
  return comment.id
}

async function find(api: Api, connection: Connection, id: string, decisionId: string): Promise<string | null> {
  const { comments } = await api.comments(id)
  for (const { id: comment, properties } of comments) {
    if (comment && properties?.some(({ key, value }) => key === MARK && names(value, decisionId))) return comment
  }
  // `expand=properties` is not described for comments: where it is not heeded, ours are asked one by one.
  const untold = comments.filter(
    ({ properties, author }) => properties === null && isOurs(personId(author), connection),
  )
  for (const { id: comment } of untold.slice(0, OWN_COMMENTS)) {
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

/** An account without an agent's licence cannot write internal notes: Jira publishes them instead. */
async function takeBack(api: Api, id: string, comment: string): Promise<HelpdeskError> {
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
