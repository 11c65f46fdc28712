/** The groups and people of the helpdesk itself, for a routing map that names none yet. Pure. */
import { fold, type Metadata, type SolvedTicket } from '../../contract/index.ts'
import { isNamed } from './field-names.ts'
import { isInNoGroup } from './people.ts'
import type { Evidence } from './types.ts'

/** More would be a list that nobody reads; the routing map can name others later. */
const GROUPS = 100
const PEOPLE = 50

/** `given`: the names that are known; a list that is empty is filled with names of the helpdesk. */
export function withNamesThere(
  given: Evidence['names'],
  metadata: Metadata,
  samples: SolvedTicket[],
): Evidence['names'] {
  return {
    groups: given.groups.length > 0 ? given.groups : groupsThere(metadata),
    people: given.people.length > 0 ? given.people : peopleThere(metadata, samples),
  }
}

/** Its own groups, or the options of a field that is called team, group or the like. */
function groupsThere({ groups, fields }: Metadata): string[] {
  const own = groups.filter(({ active, private: isPrivate }) => active && !isPrivate).map(({ name }) => name)
  const field = fields.find(
    ({ name, active, never, writeAs, options }) =>
      active && never === undefined && writeAs.length > 0 && options.length > 1 && isNamed('group', name),
  )
  const options = (field?.options ?? []).filter(({ active }) => active !== false).map(({ name }) => name)
  return unambiguous(own.length > 0 ? own : options).slice(0, GROUPS)
}

/** Those who have solved tickets lately, most first. */
function peopleThere(metadata: Metadata, samples: SolvedTicket[]): string[] {
  const solved = new Map<string, number>()
  for (const { fields } of samples)
    for (const id of fields.assignee?.now ?? []) solved.set(id, (solved.get(id) ?? 0) + 1)
  const can = metadata.people.filter(
    (one) => solved.has(one.id) && one.active && !one.problem && !isInNoGroup(one, metadata),
  )
  const first = can.filter(({ id }) => id !== metadata.self.id).sort((a, b) => solved.get(b.id)! - solved.get(a.id)!)
  return unambiguous(first.map(({ name }) => name)).slice(0, PEOPLE)
}

/** A name that two have means neither. */
function unambiguous(names: string[]): string[] {
  const byName = Map.groupBy(names, (name) => fold(name))
  return names.filter((name) => byName.get(fold(name))!.length === 1)
}
