/** Checks that no two targets meet in one place, and that no tag of ours belongs to a field. Pure. */
import {
  type Mapping,
  type MappingFault,
  type Metadata,
  type MetadataField,
  readValues,
  type SingleTarget,
  type Target,
} from '../../src/contract/index.ts'
import { fault } from './check-target.ts'
import type { FieldTarget } from './kinds.ts'
import { isOwnTag, type Label } from './mapping.ts'

type Place = { path: string; field: string; part: SingleTarget }

function placesOf({ fields, group, groups }: Mapping): Place[] {
  const targets: [path: string, field: string, target: Target][] = Object.entries(fields).map(([id, target]) => [
    `fields.${id}`,
    id,
    target,
  ])
  if (group && group.to !== 'native')
    targets.push(['group', 'group', { ...group, values: { ...group.values, ...groups } }])
  return targets.flatMap(([path, field, target]) =>
    target.to === 'all'
      ? target.parts.map((part, at) => ({ path: `${path}.parts.${at}`, field, part }))
      : [{ path, field, part: target }],
  )
}

/** Two targets in one place would overwrite each other. */
export function checkShared(mapping: Mapping): MappingFault[] {
  const places = placesOf(mapping)
  return places.flatMap((later, at) => {
    const earlier = places.slice(0, at).find((one) => meet(one.part, later.part))
    return earlier
      ? fault(later.path, `${earlier.field} is written to the same place`, 'Give each target its own place.')
      : []
  })
}

function meet(one: SingleTarget, other: SingleTarget): boolean {
  if (one.to === 'label' && other.to === 'label') return shareTags(one, other)
  if (one.to === 'field' && other.to === 'field') return one.id === other.id
  return one.to === 'priority' && other.to === 'priority'
}

/** A tag of one that the other takes for its own. */
function shareTags(one: Label, other: Label): boolean {
  const [a, b] = [one.prefix, other.prefix]
  if (a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a))) return true
  const taken = (from: Label, by: Label) => readValues(from).some(({ raw }) => isOwnTag(by, raw))
  return taken(one, other) || taken(other, one)
}

/**
 * A tag belongs to every drop-down, multi-select and checkbox that has it: as a label of ours it would set the field, over
 * what a person chose there.
 */
export function checkTags(mapping: Mapping, { fields }: Metadata): MappingFault[] {
  const places = placesOf(mapping)
  const labels = places.flatMap(({ path, part }) => (part.to === 'label' ? [{ path, part }] : []))
  if (labels.length === 0) return []
  const owners = fields.filter(({ active }) => active).map((field) => ({ field, tags: tagsOf(field) }))
  return [
    ...labels.flatMap(({ path, part }) => owners.flatMap(({ field, tags }) => owned(path, part, field, tags))),
    ...places.flatMap(({ path, part }) => (part.to === 'field' ? checkboxTag(path, part, fields) : [])),
  ]
}

function owned(path: string, part: Label, field: MetadataField, tags: string[]): MappingFault[] {
  const next = `Map ${field.name} (${field.id}) as ${field.writeAs[0] ?? 'a field'}, or use other tags.`
  const inside = part.prefix === '' ? undefined : tags.find((tag) => tag.startsWith(part.prefix))
  if (inside)
    return fault(
      `${path}.prefix`,
      `the tag ${inside} belongs to ${field.name} (${field.id}): tags with the prefix ${part.prefix} would set it`,
      next,
    )
  return readValues(part)
    .filter(({ raw }) => tags.includes(raw))
    .flatMap(({ value, raw }) =>
      fault(`${path}.values.${value}`, `the tag ${raw} belongs to ${field.name} (${field.id}) and would set it`, next),
    )
}

function tagsOf({ type, options }: MetadataField): string[] {
  const ids = options.map(({ id }) => id)
  return type === 'checkbox' ? ids.filter((id) => id !== 'true' && id !== 'false') : ids
}

/** An update with tags replaces all of them: without the tag of a box that it ticks, it would contradict itself. */
function checkboxTag(path: string, part: FieldTarget, fields: MetadataField[]): MappingFault[] {
  const field = fields.find(({ id }) => id === part.id)
  if (part.type !== 'checkbox' || field?.type !== 'checkbox') return []
  const [tag] = tagsOf(field)
  return tag === undefined || readValues(part).some(({ raw }) => raw === tag)
    ? []
    : fault(
        `${path}.values`,
        `${field.name} (${field.id}) has the tag ${tag}, and the mapping writes tags too`,
        `Name the tag: { "true": "${tag}", "false": "false" }.`,
      )
}
