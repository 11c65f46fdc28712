/** Translates Jira's people. Cloud identifies a person by `accountId`, Data Center by `name` and `key`. */
import type { Actor, Connection } from '../../src/contract/index.ts'
import type { Person } from './payload.ts'

export function personId(person: Person | null): string | null {
  return person ? (person.accountId ?? person.accoundId ?? person.name ?? person.key) : null
}

type Account = { selfId: string | null; mapping: Pick<Connection['mapping'], 'robots'> }

/**
 * `self` only means that our account did it. A person may use the same account, so whether a change is ours is decided
 * later, by its values.
 */
export function actorOf(person: Person | null, { selfId, mapping }: Account): Actor {
  const id = personId(person)
  if (!person || id === null) return { id: null, kind: 'unknown' }
  const ids = [id, person.name, person.key].filter((one) => one !== null)
  const name = person.displayName === null ? {} : { name: person.displayName }
  if (selfId !== null && ids.includes(selfId)) return { id, kind: 'self', ...name }
  if (person.accountType === 'app' || ids.some((one) => mapping.robots.includes(one))) {
    return { id, kind: 'robot', ...name }
  }
  return { id, kind: person.accountType === 'customer' ? 'customer' : 'person', ...name }
}

/**
 * Changelogs of Data Center, and of Cloud before 2020, name an assignee by user key, while the issue uses the id that we
 * store. The people in the same body have both.
 */
export function aliasesOf(people: (Person | null)[]): Map<string, string> {
  const aliases = new Map<string, string>()
  for (const person of people) {
    const id = personId(person)
    if (id === null || !person) continue
    for (const other of [person.key, person.name]) if (other !== null && other !== id) aliases.set(other, id)
  }
  return aliases
}

/** The routing map's name of a person, by vendor id. */
export function personName(people: Record<string, string>, id: string | null): string | null {
  if (id === null) return null
  return Object.entries(people).find(([, vendorId]) => vendorId === id)?.[0] ?? null
}
