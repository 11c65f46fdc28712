import type { Connection } from '../contract/index.ts'
import { Rejected } from '../errors.ts'
import { sha256Hex } from '../secrets.ts'
import { redact } from './redact.ts'

/** What an editor started from: changes with everything that people see of a connection, and not when a token is renewed. */
export async function tagOfConnection(connection: Connection): Promise<string> {
  const { id: _id, selfId: _self, ...seen } = redact(connection)
  return `"${(await sha256Hex(JSON.stringify(seen))).slice(0, 16)}"`
}

/** Throws Rejected 412 when the connection is no longer the one that the editor started from. */
export async function refuseChanged(current: Connection, expected: string | undefined): Promise<void> {
  if (expected === undefined) return
  const tag = await tagOfConnection(current)
  if (expected === tag) return
  throw new Rejected(412, `Somebody changed the connection ${current.name} meanwhile`, {
    next: 'Compare both, then save again with the tag of this answer in If-Match.',
    more: { tag, current: redact(current) },
  })
}
