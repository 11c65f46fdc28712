/** Compares a mapping with what the Zendesk account offers. Pure. */
import type { Mapping, MappingFault, Metadata, Taxonomy } from '../../src/contract/index.ts'
import { checkShared, checkTags } from './check-shared.ts'
import { checkTarget, fault } from './check-target.ts'
import { isId } from './json.ts'
import { nearest } from './suggest.ts'

export function checkMapping(mapping: Mapping, metadata: Metadata, taxonomy: Taxonomy): MappingFault[] {
  return [
    ...Object.entries(mapping.fields).flatMap(([id, target]) => {
      const field = taxonomy.fields.find((known) => known.id === id)
      if (!field)
        return fault(`fields.${id}`, `the taxonomy has no field ${id}`, 'Remove it, or add it to the taxonomy.')
      return checkTarget(`fields.${id}`, target, metadata, field)
    }),
    ...checkShared(mapping),
    ...checkTags(mapping, metadata),
    ...checkGroups(mapping, metadata),
    ...checkPeople(mapping, metadata),
    ...checkGiven(mapping, metadata),
  ]
}

/** What every new ticket gets from a trigger looks like a choice: unless it is blank, the route is never written. */
function checkGiven({ group, groups, people, assignee }: Mapping, { givenTo }: Metadata): MappingFault[] {
  const native = group === undefined || group.to === 'native'
  const blank = { group: group?.to === 'native' ? group.blank : [], assignee: assignee.blank }
  const routed = { group: native && Object.keys(groups).length > 0, assignee: Object.keys(people).length > 0 }
  return givenTo
    .filter(({ kind, id, every }) => every && routed[kind] && !blank[kind].includes(id))
    .flatMap(({ kind, id, name, why }) =>
      fault(
        `${kind}.blank`,
        `new tickets get the ${kind} ${name} (${why}), so the route would never be written`,
        `Add ${id} to ${kind}.blank, or change the trigger.`,
      ),
    )
}

function checkGroups({ group, groups }: Mapping, metadata: Metadata): MappingFault[] {
  if (group && group.to !== 'native')
    return checkTarget('group', { ...group, values: { ...group.values, ...groups } }, metadata, null)
  const isKnown = (id: string) => metadata.groups.some((known) => known.id === id && known.active)
  const active = metadata.groups.filter((known) => known.active)
  const unknown = (path: string, id: string, name: string) =>
    isKnown(id) ? [] : fault(path, `Zendesk has no assignable group ${id}`, nearest(active, id, [name]))
  return [
    ...Object.entries(groups).flatMap(([name, id]) => unknown(`groups.${name}`, id, name)),
    ...(group?.blank ?? []).flatMap((id) => unknown('group.blank', id, id)),
  ]
}

function checkPeople({ people, assignee }: Mapping, metadata: Metadata): MappingFault[] {
  return [
    ...Object.entries(people).flatMap(([name, id]) => checkPerson(`people.${name}`, id, metadata)),
    ...assignee.blank
      .filter((id) => !isId(id))
      .flatMap((id) => fault('assignee.blank', `${id} is not the id of a Zendesk user`, 'Use the numeric id.')),
  ]
}

/** Where the list of people was cut off, nobody is missing or without a group for not being in it. */
function checkPerson(path: string, id: string, { people, peopleComplete }: Metadata): MappingFault[] {
  const person = people.find((known) => known.id === id)
  if (!person)
    return peopleComplete ? fault(path, `Zendesk has no agent ${id}`, 'Take the id from the list of people.') : []
  if (person.problem) return fault(path, `${person.name} ${person.problem.message}`, person.problem.next)
  if (!person.active)
    return fault(path, `${person.name} is not active`, 'Activate the agent in Zendesk, or remove the entry.')
  return person.groups.length > 0 || !peopleComplete
    ? []
    : fault(path, `${person.name} is in no assignable group`, 'Add the agent to a group in Zendesk.')
}
