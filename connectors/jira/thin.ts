/** The thin body that an Automation rule would send for the same event: ids only; the issue is read from Jira. */
import type { TicketEvent } from '../../src/contract/index.ts'
import { Body, issueId } from './payload.ts'

/** `digest`, of the whole body, distinguishes two events of the same moment. */
export function thin(event: Exclude<TicketEvent, { kind: 'ignored' | 'forgotten' }>, body: unknown, digest: string) {
  return {
    ...(issueId(event.ticketId) ? { id: event.ticketId } : { key: event.ticketId }),
    event: event.kind === 'removed' ? 'deleted' : event.kind === 'updated' && event.moved ? 'moved' : event.kind,
    timestamp: event.at,
    // The changes of an app must not count as corrections.
    user: Body.parse(body).user,
    digest,
  }
}
