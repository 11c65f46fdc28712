/** Agents, with the groups that they can take tickets in. */
import { z } from 'zod'
import type { Metadata } from '../../../src/contract/index.ts'
import { isId } from '../json.ts'
import { parsed } from '../parsed.ts'
import { MembershipResource, UserResource } from '../payload.ts'
import { orUnread, type Reading, readList } from './reading.ts'

type Person = Metadata['people'][number]

/** `role_type` of users who may only read and add internal notes. */
export const LIGHT_AGENT = 1
const CONTRIBUTOR = 3

export async function readPeople(reading: Reading): Promise<Pick<Metadata, 'people' | 'peopleComplete'>> {
  const path = 'group_memberships/assignable'
  const [staff, memberships] = await Promise.all([
    readList(reading, 'users', 'users', UserResource, [
      ['role[]', 'agent'],
      ['role[]', 'admin'],
    ]),
    readList(reading, path, 'group_memberships', MembershipResource),
  ])
  const { mapping } = reading.connection
  const wanted = [...new Set([...Object.values(mapping.people), ...mapping.assignee.blank])].filter(isId)
  const listed = new Set(staff.items.map(({ id }) => id))
  const others = await readOthers(
    reading,
    wanted.filter((id) => !listed.has(id)),
  )
  const groupsOf = Map.groupBy(memberships.items, ({ user_id }) => user_id)
  const people = [...staff.items, ...others.found].flatMap((user): Person[] => {
    const groups = (groupsOf.get(user.id) ?? []).flatMap(({ group_id }) => group_id ?? [])
    return user.id ? [personOf(user, user.id, groups)] : []
  })
  // Where the list was cut off, the check could not tell who does not exist.
  if (!staff.complete) people.push(...others.unknown.map(nobody))
  if (!memberships.complete) await completeGroups(reading, people, wanted)
  return { people, peopleComplete: staff.complete && memberships.complete }
}

/** People whom the mapping names and the list does not: deactivated agents, end users, and those after its end. */
async function readOthers(reading: Reading, ids: string[]): Promise<{ found: UserResource[]; unknown: string[] }> {
  const { api, lane } = reading
  const others: { found: UserResource[]; unknown: string[] } = { found: [], unknown: [] }
  for (let from = 0; from < ids.length; from += 100) {
    const some = ids.slice(from, from + 100)
    const answer = await orUnread(
      reading,
      'people whom the mapping names and the list of agents does not',
      lane(() => api.get('users/show_many', [['ids', some.join(',')]])),
    )
    if (!answer) continue
    const { users } = parsed(z.object({ users: z.array(UserResource) }), answer, 'users/show_many')
    others.found.push(...users)
    others.unknown.push(...some.filter((id) => !users.some((user) => user.id === id)))
  }
  return others
}

function nobody(id: string): Person {
  const problem = { message: 'is not the id of a Zendesk user', next: 'Take the id from Zendesk.' }
  return { id, name: id, active: false, groups: [], problem }
}

/** The list of memberships was cut off: those of the people whom the mapping names are read one by one. */
async function completeGroups(reading: Reading, people: Person[], wanted: string[]): Promise<void> {
  reading.unread.push('memberships: there are too many to read them all')
  const named = people.filter(({ id }) => wanted.includes(id))
  await Promise.all(
    named.map(async (person) => {
      const path = `users/${person.id}/group_memberships`
      const { items } = await readList(reading, path, 'group_memberships', MembershipResource)
      person.groups = items.flatMap(({ group_id }) => group_id ?? [])
      if (person.groups.length === 0)
        person.problem ??= { message: 'is in no group', next: 'Add the agent to a group in Zendesk.' }
    }),
  )
}

function personOf(user: UserResource, id: string, groups: string[]): Person {
  const problem = problemOf(user)
  return {
    id,
    name: user.name ?? id,
    ...(user.email && { email: user.email }),
    active: user.active !== false && user.suspended !== true,
    groups,
    ...(problem && { problem }),
  }
}

function problemOf({ role, role_type, active, suspended }: UserResource): Person['problem'] {
  if (active === false) return { message: 'is deactivated', next: 'Name another agent, or remove the entry.' }
  if (suspended) return { message: 'is suspended', next: 'Unsuspend the agent in Zendesk, or remove the entry.' }
  if (role === 'end-user')
    return {
      message: 'is an end user and cannot be assigned tickets',
      next: 'Take the account that is an agent, or make this one an agent in Zendesk.',
    }
  if (role_type !== LIGHT_AGENT && role_type !== CONTRIBUTOR) return undefined
  const kind = role_type === LIGHT_AGENT ? 'light agent' : 'contributor'
  return {
    message: `is a ${kind} and cannot be assigned tickets`,
    next: 'Give the agent a full seat in Zendesk, or name another agent.',
  }
}
