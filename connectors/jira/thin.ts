/** The thin body that an Automation rule would send of the same event: what it is about, to be read back from Jira. */
import type { TicketEvent } from '../../src/contract/index.ts'
import { Body, issueId } from './payload.ts'

/** `digest` of the whole body keeps two events of one moment apart. */
export function thin(event: Exclude<TicketEvent, { kind: 'ignored' }>, body: unknown, digest: string) {
  return {
    ...(issueId(event.ticketId) ? { id: event.ticketId } : { key: event.ticketId }),
    event: event.kind === 'removed' ? 'deleted' : event.kind,
    timestamp: event.at,
    // An app is no person: its changes must not become corrections.
    user: Body.parse(body).user,
    digest,
  }
}
