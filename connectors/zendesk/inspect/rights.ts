/** Who we are in Zendesk, and what we may not do. */
import type { Connection, Metadata } from '../../../src/contract/index.ts'
import { HelpdeskError } from '../../../src/errors.ts'
import { broken } from '../client.ts'
import { hasNativeGroup } from '../mapping.ts'
import { parsed } from '../parsed.ts'
import { UserResource } from '../payload.ts'
import { LIGHT_AGENT } from './people.ts'
import type { Reading } from './reading.ts'

export async function whoAmI({ api, lane }: Reading): Promise<UserResource> {
  const { result } = (await lane(() => api.library.users.me()).catch((error: unknown) => {
    // Every account has this path, so the base URL is not a Zendesk account.
    if (error instanceof HelpdeskError && error.fault === 'gone') throw broken(error.message, error)
    throw error
  })) as { result?: unknown }
  const me = parsed(UserResource, result, 'users/me')
  if (me.id) return me
  // Without valid credentials this one call answers 200 with an anonymous user.
  throw new HelpdeskError('auth', 'Zendesk treats our credentials as an anonymous user.', {
    next: "Renew the connection's credentials.",
  })
}

export function missingRights(me: UserResource, { mode }: Connection): Metadata['missing'] {
  const missing: Metadata['missing'] = []
  if (me.role === 'end-user') missing.push({ what: 'our user is an end user', next: 'Make it an agent in Zendesk.' })
  if (me.role_type === LIGHT_AGENT && mode === 'automate')
    missing.push({
      what: 'our user is a light agent and cannot set fields',
      next: 'Give it a full agent seat in Zendesk.',
    })
  if (me.ticket_restriction && me.role !== 'end-user')
    missing.push({
      what: `our user only sees some tickets (${me.ticket_restriction})`,
      next: 'Give it access to all tickets in Zendesk.',
    })
  return missing
}

/**
 * A ticket in a private group stays private for good, and only the members of the group see it. Such a group may be meant,
 * so it is a warning; where our own account would lose the ticket, it says that too.
 */
export function lockedOut(
  me: UserResource,
  { mode, mapping }: Connection,
  groups: Metadata['groups'],
  people: Metadata['people'],
): Metadata['missing'] {
  if (mode !== 'automate' || !hasNativeGroup(mapping)) return []
  const mapped = new Set(Object.values(mapping.groups))
  const ours = people.find(({ id }) => id === me.id)?.groups ?? []
  return groups
    .filter((group) => group.private && mapped.has(group.id))
    .map(({ id, name }) =>
      me.role === 'admin' || ours.includes(id)
        ? {
            what: `${name} is a private group: a ticket that is put into it stays private for good`,
            next: `Map another group, unless only the members of ${name} should see these tickets.`,
          }
        : {
            what: `access to the private group ${name}: a ticket that is put into it stays private for good, and our user loses it`,
            next: `Map another group, or make our user a member of ${name}.`,
          },
    )
}
