/** Checks one target of a mapping: the field, its kind, its values. Pure. */
import {
  accepts,
  isFree,
  type MappingFault,
  type Metadata,
  type MetadataField,
  type Option,
  readValues,
  type SingleTarget,
  type Target,
  type Taxonomy,
  type TaxonomyValue,
  valuesOf,
} from '../../src/contract/index.ts'
import { type FieldTarget, fieldTypes, kindOf, OWN_TARGETS } from './kinds.ts'
import type { Label } from './mapping.ts'
import { nearest } from './suggest.ts'

type Ours = Taxonomy['fields'][number]

const TAG = /^[^\s,"]+$/

/** `ours` is null for the group, whose values are the names of the routing map. */
export function checkTarget(path: string, target: Target, metadata: Metadata, ours: Ours | null): MappingFault[] {
  if (target.to === 'all')
    return target.parts.flatMap((part, at) => checkTarget(`${path}.parts.${at}`, part, metadata, ours))
  const unknown = Object.keys(target.values)
    .filter((value) => ours && !accepts(ours, value))
    .flatMap((value) => fault(`${path}.values.${value}`, `the taxonomy has no value ${value}`, 'Remove it.'))
  return [...unknown, ...checkPlace(path, target, metadata, ours)]
}

function checkPlace(path: string, target: SingleTarget, metadata: Metadata, ours: Ours | null): MappingFault[] {
  switch (target.to) {
    case 'priority':
      return checkPriority(path, target, metadata, ours)
    case 'field':
      return checkField(path, target, metadata, ours)
    case 'label':
      return checkLabel(path, target, ours)
    case 'component':
      return fault(path, 'Zendesk has no components', 'Use a drop-down field (tagger) or a tag.')
    default:
      return target satisfies never
  }
}

type Priority = Extract<SingleTarget, { to: 'priority' }>

function checkPriority(path: string, target: Priority, metadata: Metadata, ours: Ours | null): MappingFault[] {
  const field = metadata.fields.find(({ type }) => type === 'priority' || type === 'basic_priority')
  if (field && !field.active) return inactive(path, field, metadata)
  return [
    ...(field ? checkForms(path, field, metadata) : []),
    ...checkOptions(path, target, metadata.priorities, ours),
    ...missingEntries(path, target, metadata.priorities, ours),
  ]
}

function checkField(path: string, target: FieldTarget, metadata: Metadata, ours: Ours | null): MappingFault[] {
  const known = metadata.fields.find(({ id }) => id === target.id)
  if (!known) return fault(`${path}.id`, `Zendesk has no ticket field ${target.id}`, 'Take the id from the field list.')
  const kind = kindOf(target.type)
  const types = Object.keys(fieldTypes).join(', ')
  if (!kind) return fault(`${path}.type`, `Zendesk fields are not ${target.type}`, `Use one of: ${types}.`)
  const unfit = unwritable(path, target, known, metadata)
  if (unfit.length > 0) return unfit
  return [
    ...checkForms(`${path}.id`, known, metadata),
    ...(kind.listed ? checkOptions(path, target, known.options, ours) : checkForm(path, target)),
    ...missingEntries(path, target, known.options, ours),
  ]
}

function unwritable(path: string, target: FieldTarget, known: MetadataField, metadata: Metadata): MappingFault[] {
  const { name, type, writeAs, never } = known
  if (never !== undefined)
    return fault(`${path}.id`, `${name} (${known.id}) must not be written: ${never}`, 'Map another field, or a tag.')
  if (Object.hasOwn(OWN_TARGETS, type))
    return fault(`${path}.id`, `${name} (${known.id}) is not written as a field`, OWN_TARGETS[type] ?? '')
  if (!known.active) return inactive(`${path}.id`, known, metadata)
  if (writeAs.length === 0)
    return fault(
      `${path}.id`,
      `${name} (${known.id}) is a ${type} field, a kind that cannot be written`,
      'Map another field, or a tag.',
    )
  return writeAs.includes(target.type)
    ? []
    : fault(`${path}.type`, `${name} (${known.id}) is a ${type} field`, `Use the type ${writeAs.join(' or ')}.`)
}

function inactive(path: string, { id, name, successor }: MetadataField, { fields }: Metadata): MappingFault[] {
  const active = fields.find((field) => field.id === successor)
  return fault(
    path,
    `${name} (${id}) is deactivated: Zendesk drops what is written to it`,
    active
      ? `Use the active field ${active.name} (${active.id}), with its own options.`
      : 'Activate it in Zendesk, or map another field.',
  )
}

/** Where the forms could not be read, nothing is said of them. */
function checkForms(path: string, { id, name, where }: MetadataField, { places }: Metadata): MappingFault[] {
  if (places.length === 0 || where.length > 0) return []
  const forms = places.slice(0, 5).map((form) => `${form.name} (${form.id})`)
  return fault(
    path,
    `${name} (${id}) is on none of the ticket forms that the filters let through: no agent would see it`,
    `Put it on ${forms.join(', ')}, map another field, or change the filters.`,
  )
}

function checkOptions(
  path: string,
  target: Exclude<SingleTarget, Label>,
  options: Option[],
  ours: Ours | null,
): MappingFault[] {
  const active = options.filter((option) => option.active !== false)
  const wrong = (place: string, raw: string, words: string[]) => {
    const option = options.find(({ id }) => id === raw)
    if (option?.active === false)
      return fault(place, `the option ${raw} can no longer be chosen`, instead(option, active))
    return option ? [] : fault(place, `Zendesk has no option ${raw} here`, nearest(active, raw, words))
  }
  return [
    ...readValues(target).flatMap(({ value, raw }) => wrong(`${path}.values.${value}`, raw, wordsOf(value, ours))),
    ...target.blank.flatMap((raw) => wrong(`${path}.blank`, raw, [])),
  ]
}

function instead({ name, id }: Option, active: Option[]): string {
  const successor = active.find((option) => option.name === name)
  return successor ? `Use ${successor.id} (${successor.name}), which can be.` : nearest(active, id, [name])
}

function checkForm(path: string, target: FieldTarget): MappingFault[] {
  const form = kindOf(target.type)?.form
  return readValues(target)
    .filter(({ raw }) => form?.pattern.test(raw) === false)
    .flatMap(({ value, raw }) =>
      fault(`${path}.values.${value}`, `${raw} does not fit the field`, `Write ${form?.words}.`),
    )
}

/** A value without an entry is decided and never written. An unticked box and an empty multi-select need none. */
function missingEntries(
  path: string,
  target: Exclude<SingleTarget, Label>,
  options: Option[],
  ours: Ours | null,
): MappingFault[] {
  if (!ours) return []
  const kind = target.to === 'field' ? kindOf(target.type) : null
  if (kind?.takes.includes(ours.kind) && isFree(target)) return []
  const values = valuesOf(ours)
  if (values.length === 0 && kind && isFree(target))
    return fault(
      `${path}.type`,
      `${ours.id} is of the kind ${ours.kind}, and this field cannot take it as it is`,
      kind.listed
        ? 'Map a field that is no list of options, or give it values.'
        : 'Map a text field, or give it values.',
    )
  const leavesFalse = target.to === 'field' && ['checkbox', 'multiselect'].includes(target.type)
  return values
    .filter(({ id }) => !Object.hasOwn(target.values, id) && !(leavesFalse && ours.kind === 'flag' && id === 'false'))
    .flatMap(({ id }) =>
      fault(
        `${path}.values.${id}`,
        `${id} has no value in Zendesk: it would not be written`,
        kind && !kind.listed ? `Add ${id}.` : nearest(options, id, wordsOf(id, ours)),
      ),
    )
}

function wordsOf(value: string, ours: Ours | null): string[] {
  const known: TaxonomyValue | undefined = ours ? valuesOf(ours).find(({ id }) => id === value) : undefined
  return [value, ...(known?.title ? [known.title] : []), ...(known?.synonyms ?? [])]
}

function checkLabel(path: string, target: Label, ours: Ours | null): MappingFault[] {
  const written = readValues(target).map(({ raw }) => raw)
  const bad = [target.prefix, ...written].filter((tag) => tag !== '' && !TAG.test(tag))
  const open = ours && valuesOf(ours).some(({ id }) => !Object.hasOwn(target.values, id))
  return [
    ...bad.flatMap((tag) => fault(path, `${tag} cannot be a tag`, 'Use letters, digits, _ and - only.')),
    // Without a prefix our tags cannot be distinguished from others, so an old one would stay on the ticket.
    ...(target.prefix === '' && open
      ? fault(`${path}.prefix`, 'tags without a prefix need a tag for every value', 'Set a prefix, such as service_.')
      : []),
  ]
}

export function fault(path: string, message: string, next: string): MappingFault[] {
  return [{ path, message, next }]
}
