/** Checks a mapping against Jira and the taxonomy. Pure; lists every fault, so that all can be fixed at once. */
import {
  accepts,
  isFree,
  type Mapping,
  type MappingFault,
  type Metadata,
  partsOf,
  type SingleTarget,
  type Taxonomy,
  type TaxonomyField,
  valuesOf,
} from '../../src/contract/index.ts'
import { fault, holdsSeveral, targetFaults } from './check-target.ts'
import { groupTarget, vendorField } from './mapping.ts'

export function checkMapping(mapping: Mapping, metadata: Metadata, taxonomy: Taxonomy): MappingFault[] {
  const faults: MappingFault[] = []
  for (const [field, target] of Object.entries(mapping.fields)) {
    const known = taxonomy.fields.find(({ id }) => id === field)
    const path = `fields.${field}`
    if (!known)
      faults.push(fault(path, `The taxonomy has no field ${field}.`, 'Remove it, or add the field to the taxonomy.'))
    for (const [n, part] of partsOf(target).entries()) {
      const at = target.to === 'all' ? `${path}.parts.${n}` : path
      if (known) faults.push(...missingValues(at, part, known, metadata))
      faults.push(...targetFaults(at, part, metadata))
    }
  }
  return [...faults, ...groupFaults(mapping, metadata), ...peopleFaults(mapping, metadata), ...sharedTargets(mapping)]
}

function missingValues(path: string, target: SingleTarget, field: TaxonomyField, metadata: Metadata): MappingFault[] {
  const values = valuesOf(field).map(({ id }) => id)
  const prefixed = target.to === 'label' && target.prefix !== ''
  const unmapped = prefixed || isFree(target) ? [] : values.filter((value) => !Object.hasOwn(target.values, value))
  // Nothing is written for "no" into checkboxes: an unticked box has no option.
  const unticked = (value: string) => field.kind === 'flag' && value === 'false' && holdsSeveral(target, metadata)
  const extra = Object.keys(target.values).filter((value) => !accepts(field, value))
  const empty = Object.entries(target.values).filter(
    ([value, raws]) => [raws].flat().includes('') && !(field.kind === 'flag' && value === 'false'),
  )
  return [
    ...unmapped
      .filter((value) => !unticked(value))
      .map((value) =>
        fault(
          `${path}.values.${value}`,
          `${value} has no value in Jira: tickets with it will be held.`,
          'Choose a value.',
        ),
      ),
    ...extra.map((value) =>
      fault(
        `${path}.values.${value}`,
        `The taxonomy has no value ${value} here.`,
        'Remove it, or add it to the taxonomy.',
      ),
    ),
    ...empty.map(([value]) =>
      fault(`${path}.values.${value}`, 'Only the false of a flag can be an empty field.', 'Choose a value.'),
    ),
  ]
}

function groupFaults(mapping: Mapping, metadata: Metadata): MappingFault[] {
  if (mapping.group?.to === 'native') {
    return [
      fault(
        'group',
        'Jira assigns issues to people only.',
        'Let a component, a custom field or a label stand for the group.',
      ),
    ]
  }
  const target = groupTarget(mapping)
  if (target) {
    // The entries are in `groups`: correct the path.
    return targetFaults('group', target, metadata).map((one) => ({
      ...one,
      path: one.path.replace(/^group\.values\./, 'groups.'),
    }))
  }
  if (Object.keys(mapping.groups).length === 0) return []
  return [
    fault(
      'group',
      'Groups are mapped, but the mapping does not say where to write them.',
      'Choose a component, a custom field or a label.',
    ),
  ]
}

function peopleFaults({ people, assignee }: Mapping, metadata: Metadata): MappingFault[] {
  const faults = Object.entries(people).flatMap(([name, id]) => {
    const person = metadata.people.find((one) => one.id === id)
    if (person?.problem)
      return [fault(`people.${name}`, person.problem.message, twin(person, metadata) ?? person.problem.next)]
    // Those of the mapping were asked for one by one: who is not in a list that was cut off may still exist.
    if (person ? person.active : !metadata.peopleComplete) return []
    return [
      fault(
        `people.${name}`,
        `No issue can be assigned to ${name}.`,
        'Check that the account is active and assignable in the project.',
      ),
    ]
  })
  if (Object.keys(people).length === 0) return faults
  // Those who get only some tickets, such as the lead of a component, may be meant to keep them.
  const given = metadata.givenTo.filter(
    ({ kind, id, every }) => every && kind === 'assignee' && !assignee.blank.includes(id),
  )
  return [
    ...faults,
    ...given.map(({ id, name, why }) =>
      fault(
        'assignee.blank',
        `New tickets are assigned to ${name} (${why}), so we would never write the route.`,
        `Add ${id} to assignee.blank, or map no people.`,
      ),
    ),
  ]
}

/** The account of the same name that can be assigned. */
function twin({ id, name }: Metadata['people'][number], { people }: Metadata): string | null {
  const other = people.find((one) => one.id !== id && one.name === name && one.active && !one.problem)
  return other ? `Choose ${other.id}, the account of ${name} that can be assigned.` : null
}

/** Two of our fields in one place would overwrite each other. */
function sharedTargets(mapping: Mapping): MappingFault[] {
  const group = groupTarget(mapping)
  const all = Object.entries(mapping.fields).flatMap(([field, target]) => {
    const path = `fields.${field}`
    return partsOf(target).map((part, n) => ({ field, path: target.to === 'all' ? `${path}.parts.${n}` : path, part }))
  })
  if (group) all.push({ field: 'group', path: 'group', part: group })
  const seen = new Map<string, string>()
  return all.flatMap(({ field, path, part }) => {
    if (part.to === 'component' || part.to === 'label') return []
    const name = vendorField(part)
    const first = seen.get(name)
    seen.set(name, first ?? field)
    return first === undefined
      ? []
      : [fault(path, `${first} and ${field} both write ${name}.`, 'Give each its own field.')]
  })
}
