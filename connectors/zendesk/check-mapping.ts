/** Compares a mapping with what the Zendesk account offers. Pure. */
import {
  accepts,
  type Mapping,
  type MappingFault,
  type Metadata,
  type Target,
  type Taxonomy,
  type TaxonomyField,
  valuesOf,
} from '../../src/contract/index.ts'
import { hasNativeGroup, idOf } from './mapping.ts'

const TYPES: Record<string, string[]> = { tagger: ['tagger'], text: ['text', 'textarea'] }
const TAG = /^[^\s,"]+$/

export function checkMapping(mapping: Mapping, metadata: Metadata, taxonomy: Taxonomy): MappingFault[] {
  return [
    ...Object.entries(mapping.fields).flatMap(([id, target]) => {
      const field = taxonomy.fields.find((known) => known.id === id)
      if (!field)
        return fault(`fields.${id}`, `the taxonomy has no field ${id}`, 'Remove it, or add it to the taxonomy.')
      return checkTarget(`fields.${id}`, target, metadata, field)
    }),
    ...checkShared(mapping),
    ...checkGroups(mapping, metadata),
    ...checkPeople(mapping, metadata),
  ]
}

function checkTarget(path: string, target: Target, metadata: Metadata, field: TaxonomyField | null): MappingFault[] {
  const unknown = Object.keys(target.values)
    .filter((value) => field && !accepts(field, value))
    .flatMap((value) => fault(`${path}.values.${value}`, `the taxonomy has no value ${value}`, 'Remove it.'))
  return [...unknown, ...checkPlace(path, target, metadata, field)]
}

function checkPlace(path: string, target: Target, metadata: Metadata, field: TaxonomyField | null): MappingFault[] {
  switch (target.to) {
    case 'priority':
      return checkOptions(path, target, metadata.priorities)
    case 'field':
      return checkField(path, target, metadata)
    case 'label':
      return checkTags(path, target, field)
    case 'component':
      return fault(path, 'Zendesk has no components', 'Use a drop-down field (tagger) or a tag.')
    default:
      return target satisfies never
  }
}

function checkField(path: string, target: Extract<Target, { to: 'field' }>, metadata: Metadata): MappingFault[] {
  const known = metadata.fields.find(({ id }) => id === target.id)
  if (!known) return fault(`${path}.id`, `Zendesk has no ticket field ${target.id}`, 'Take the id from the field list.')
  const fitting = TYPES[target.type]
  if (!fitting)
    return fault(`${path}.type`, `Zendesk fields are not ${target.type}`, 'Use tagger for a drop-down, or text.')
  if (!fitting.includes(known.type))
    return fault(`${path}.type`, `${known.name} is a ${known.type} field`, 'Map a drop-down (tagger) or a text field.')
  return target.type === 'tagger' ? checkOptions(path, target, known.options) : []
}

function checkOptions(path: string, target: Target, options: { id: string }[]): MappingFault[] {
  const has = (raw: string) => options.some(({ id }) => id === raw)
  const list = options
    .slice(0, 20)
    .map(({ id }) => id)
    .join(', ')
  return [
    ...Object.entries(target.values)
      .filter(([, raw]) => !has(raw))
      .flatMap(([value, raw]) =>
        fault(`${path}.values.${value}`, `Zendesk has no option ${raw} here`, `Use one of: ${list}.`),
      ),
    ...target.blank
      .filter((raw) => !has(raw))
      .flatMap((raw) => fault(`${path}.blank`, `Zendesk has no option ${raw} here`, `Use one of: ${list}.`)),
  ]
}

function checkTags(
  path: string,
  target: Extract<Target, { to: 'label' }>,
  field: TaxonomyField | null,
): MappingFault[] {
  const bad = [target.prefix, ...Object.values(target.values)].filter((tag) => tag !== '' && !TAG.test(tag))
  const open = field && valuesOf(field).some(({ id }) => idOf(target.values, id) === null)
  return [
    ...bad.flatMap((tag) => fault(path, `${tag} cannot be a tag`, 'Use letters, digits, _ and - only.')),
    // Without a prefix our tags cannot be distinguished from others, so an old one would stay on the ticket.
    ...(target.prefix === '' && open
      ? fault(`${path}.prefix`, 'tags without a prefix need a tag for every value', 'Set a prefix, such as service_.')
      : []),
  ]
}

/** Two fields in one place would overwrite each other. */
function checkShared(mapping: Mapping): MappingFault[] {
  const places = Map.groupBy(Object.entries(mapping.fields), ([, target]) => placeOf(target))
  return [...places].flatMap(([place, [first, ...rest]]) =>
    place === ''
      ? []
      : rest.flatMap(([id]) =>
          fault(`fields.${id}`, `${first?.[0]} is written to the same place`, 'Give each field its own place.'),
        ),
  )
}

function placeOf(target: Target): string {
  if (target.to === 'field') return `field ${target.id}`
  return target.to === 'label' ? target.prefix && `label ${target.prefix}` : target.to
}

function checkGroups(mapping: Mapping, metadata: Metadata): MappingFault[] {
  const { group } = mapping
  if (group && !hasNativeGroup(mapping) && group.to !== 'native')
    return checkTarget('group', { ...group, values: { ...group.values, ...mapping.groups } }, metadata, null)
  return Object.entries(mapping.groups).flatMap(([name, id]) =>
    metadata.groups.some((known) => known.id === id && known.active)
      ? []
      : fault(`groups.${name}`, `Zendesk has no assignable group ${id}`, 'Take the id from the group list.'),
  )
}

function checkPeople(mapping: Mapping, metadata: Metadata): MappingFault[] {
  return Object.entries(mapping.people).flatMap(([name, id]) => {
    const person = metadata.people.find((known) => known.id === id)
    if (!person) return fault(`people.${name}`, `Zendesk has no agent ${id}`, 'Take the id from the list of people.')
    if (!person.active)
      return fault(`people.${name}`, `${person.name} is not active`, 'Activate the agent, or remove the entry.')
    return person.groups.length > 0
      ? []
      : fault(`people.${name}`, `${person.name} is in no assignable group`, 'Add the agent to a group in Zendesk.')
  })
}

function fault(path: string, message: string, next: string): MappingFault[] {
  return [{ path, message, next }]
}
