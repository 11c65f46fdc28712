/** Who a vendor's person is to us. Cloud tells people apart by `accountId`, Data Center by `name` and `key`. */
import type { Actor, Connection } from '../../src/contract/index.ts'
import type { Person } from './payload.ts'

export function personId(person: Person | null): string | null {
  return person ? (person.accountId ?? person.accoundId ?? person.name ?? person.key) : null
}

type Us = { selfId: string | null; mapping: Pick<Connection['mapping'], 'robots'> }

/**
 * `self` says only that our account did it: a person may share it, so whether the change is ours is decided by its
 * values, not here.
 */
export function actorOf(person: Person | null, { selfId, mapping }: Us): Actor {
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
 * Changelogs of Data Center, and of Cloud before 2020, name an assignee by user key while the issue names them by our
 * id. The people in the same body say which is which.
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
