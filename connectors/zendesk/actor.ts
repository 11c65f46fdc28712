/** Who made a change, from the account id and the requester's id. */
import type { Actor, Connection } from '../../src/contract/index.ts'

export type Desk = Pick<Connection, 'selfId' | 'mapping'>

/** Triggers, automations and other internals of Zendesk act as user -1. */
const SYSTEM = '-1'

/** `requesterId` undefined: the event does not name the requester, so agent and customer cannot be distinguished. */
export function actor(id: string | null | undefined, desk: Desk, requesterId: string | null | undefined): Actor {
  if (!id) return { id: null, kind: 'unknown' }
  if (id === desk.selfId) return { id, kind: 'self' }
  if (id === SYSTEM || desk.mapping.robots.includes(id)) return { id, kind: 'robot' }
  if (requesterId === undefined) return { id, kind: 'unknown' }
  return { id, kind: id === requesterId ? 'customer' : 'person' }
}

export function requester(id: string | null | undefined): Actor {
  return id ? { id, kind: 'customer' } : { id: null, kind: 'unknown' }
}
