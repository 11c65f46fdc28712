/** Checks one place of a mapping against Jira. Pure. */
import {
  isFree,
  type MappingFault,
  type Metadata,
  type MetadataField,
  type Option,
  type SingleTarget,
} from '../../src/contract/index.ts'
import { targetOf } from './field-kinds.ts'
import { type FieldTarget, fieldTypes, isNumeric, kindOf } from './kinds.ts'

export function fault(path: string, message: string, next: string): MappingFault {
  return { path, message, next }
}

export function targetFaults(path: string, target: SingleTarget, metadata: Metadata): MappingFault[] {
  switch (target.to) {
    case 'priority':
      return priorityFaults(path, target, metadata)
    case 'component':
      return componentFaults(path, target, metadata)
    case 'label':
      return labelFaults(path, target)
    case 'field':
      return fieldFaults(path, target, metadata)
  }
}

/** Does the field hold several values at once? */
export function holdsSeveral(target: SingleTarget, { fields }: Metadata): boolean {
  if (target.to !== 'field') return target.to !== 'priority'
  const kind = kindOf(target)
  if (kind && 'several' in kind) return true
  return fields.find(({ id }) => id === target.id)?.writeAs.includes('multiselect') ?? false
}

type Entry = { path: string; raw: string; written: boolean }

/** Every vendor value of the target, with its path; `''` stands for an empty field. */
function entriesOf(path: string, target: SingleTarget): Entry[] {
  const values = Object.entries(target.values).flatMap(([value, raws]) =>
    [raws].flat().map((raw, n) => ({ path: `${path}.values.${value}`, raw, written: n === 0 })),
  )
  return [...values, ...target.blank.map((raw) => ({ path: `${path}.blank`, raw, written: false }))].filter(
    ({ raw }) => raw !== '',
  )
}

const PER_PROJECT = 'Make one connection for each project (filter projects), each with its own values.'

// ----------------------------------------------------------------------------------------------------- priorities

function priorityFaults(path: string, target: SingleTarget, metadata: Metadata): MappingFault[] {
  const { priorities } = metadata
  const schemes = new Set(priorities.flatMap(({ where }) => where))
  const unknown = entriesOf(path, target).flatMap((entry) => {
    const priority = priorities.find(({ id }) => id === entry.raw)
    if (!priority) {
      return [
        fault(entry.path, `Jira has no priority ${entry.raw}.`, 'Choose the priority again; it may have been deleted.'),
      ]
    }
    const lacking = [...schemes].filter((project) => !priority.where.includes(project))
    if (lacking.length === 0 || entry.path.endsWith('.blank')) return []
    const has = priorities.filter(({ where }) => lacking.some((project) => where.includes(project)))
    const choice = has.map(({ id, name }) => `${name} (${id})`).join(', ')
    const message = `The priority scheme of ${lacking.join(', ')} does not have ${priority.name} (${entry.raw}).`
    return [fault(entry.path, message, lacking.length < schemes.size ? PER_PROJECT : `Use one of: ${choice}.`)]
  })
  return [
    ...unknown,
    ...defaultPriority(path, target, metadata, schemes),
    ...foreignBlank(path, target, metadata, schemes),
  ]
}

/** Jira does not always say which priority a project gives; but it is one of its scheme. */
function foreignBlank(path: string, target: SingleTarget, { priorities }: Metadata, schemes: Set<string>) {
  const told = new Set(priorities.flatMap(({ defaultIn }) => defaultIn))
  const blank = priorities.filter(({ id }) => target.blank.includes(id))
  return [...schemes]
    .filter((project) => !told.has(project) && blank.length > 0 && !blank.some(({ where }) => where.includes(project)))
    .map((project) =>
      fault(
        `${path}.blank`,
        `${project} does not have ${blank.map(({ name }) => name).join(', ')}, so its new tickets have another priority.`,
        `Look at a new ticket in ${project}, and add its priority to blank.`,
      ),
    )
}

/** Jira gives each new issue the default priority: unless it counts as blank, it looks like a person's choice. */
function defaultPriority(path: string, target: SingleTarget, { priorities }: Metadata, schemes: Set<string>) {
  const given = priorities.filter(
    ({ defaultIn, isDefault }) => defaultIn.length > 0 || (isDefault && schemes.size === 0),
  )
  return given
    .filter(({ id }) => !target.blank.includes(id))
    .map(({ id, name, defaultIn }) => {
      const where = defaultIn.length > 0 && defaultIn.length < schemes.size ? ` in ${defaultIn.join(', ')}` : ''
      const message = `Jira gives every new issue${where} the priority ${name}, so we would never write one.`
      return fault(`${path}.blank`, message, `Add ${id} to blank.`)
    })
}

// ----------------------------------------------------------------------------------------------------- components, labels

function componentFaults(path: string, target: SingleTarget, { components, places }: Metadata): MappingFault[] {
  return entriesOf(path, target).flatMap((entry) => {
    const found = components.filter(({ id }) => id === entry.raw)
    const component = found.find(({ active }) => active) ?? found[0]
    if (!component) {
      return [
        fault(
          entry.path,
          `Jira has no component ${entry.raw}.`,
          'Choose the component again; it may have been deleted, or belong to another project.',
        ),
      ]
    }
    if (!component.active) return [archived(entry, component, components)]
    const others = places.filter(({ id }) => !found.some(({ project }) => project === id))
    if (others.length === 0 || !entry.written) return []
    const message = `The component ${component.name} (${entry.raw}) is in ${component.project} only, not in ${others.map(({ id }) => id).join(', ')}.`
    return [fault(entry.path, message, PER_PROJECT)]
  })
}

function archived(entry: Entry, { name, project }: Metadata['components'][number], components: Metadata['components']) {
  const successor = components.find((one) => one.active && one.name === name && one.project === project)
  const next = successor ? `Use ${successor.id}, the active component of this name.` : 'Choose an active component.'
  return fault(entry.path, `The component ${name} (${entry.raw}) is archived, so Jira refuses it.`, next)
}

function labelFaults(path: string, target: SingleTarget & { to: 'label' }): MappingFault[] {
  const faults = spacedFaults(path, target)
  if (/\s/.test(target.prefix)) faults.push(fault(`${path}.prefix`, ...SPACES))
  if (target.prefix === '' && Object.keys(target.values).length === 0) {
    faults.push(
      fault(
        path,
        'Without a prefix or values, our labels cannot be distinguished from others.',
        'Set a prefix such as svc-.',
      ),
    )
  }
  return faults
}

const SPACES = ['A Jira label cannot contain spaces.', 'Write it with - or _.'] as const

function spacedFaults(path: string, target: SingleTarget): MappingFault[] {
  return entriesOf(path, target)
    .filter(({ raw }) => /\s/.test(raw))
    .map((entry) => fault(entry.path, ...SPACES))
}

// ----------------------------------------------------------------------------------------------------- custom fields

function fieldFaults(path: string, target: FieldTarget, metadata: Metadata): MappingFault[] {
  const field = metadata.fields.find(({ id }) => id === target.id)
  if (!field) return [fault(`${path}.id`, `Jira has no field ${target.id}.`, 'Choose the field again.')]
  const refused = kindFault(path, target, field)
  if (refused) return [refused]
  if (target.keepParent && target.type !== 'cascading') {
    return [fault(`${path}.keepParent`, `${field.name} has no parent and child.`, 'Remove keepParent.')]
  }
  if (isFree(target)) {
    if (['text', 'number', 'date'].includes(target.type)) return []
    return [
      fault(
        `${path}.values`,
        `Without values, nothing is written into ${field.name}.`,
        'Choose a value in Jira for each value of the field.',
      ),
    ]
  }
  const faults = formFaults(path, target, field)
  if (field.options.length > 0 || field.optionsComplete)
    return [...faults, ...optionFaults(path, target, field, metadata)]
  return [...faults, ...unlisted(path, field, metadata)]
}

/** A kind of field that we cannot write, or not like this. */
function kindFault(path: string, target: FieldTarget, field: MetadataField): MappingFault | null {
  const own = targetOf(field.id)
  if (own) return fault(`${path}.id`, `${field.name} has a target of its own.`, `Map it as ${own} instead of field.`)
  if (field.never !== undefined) {
    return fault(
      `${path}.id`,
      `${field.name} (${field.type}) must not be written: ${field.never}.`,
      'Choose another field.',
    )
  }
  if (field.writeAs.length === 0) {
    return fault(
      `${path}.id`,
      `${field.name} is a field of the kind ${field.type}, which we cannot write.`,
      'Choose a field of another kind.',
    )
  }
  const kinds = field.writeAs.map((type) => `${type} (${fieldTypes[type]})`).join(' or ')
  if (field.writeAs.includes(target.type)) return null
  return fault(
    `${path}.type`,
    `${field.name} is a field of the kind ${field.type}, which cannot be written as ${target.type}.`,
    `Use ${kinds}.`,
  )
}

/** Values that cannot be written into a field of this kind, whatever its options. */
function formFaults(path: string, target: FieldTarget, field: MetadataField): MappingFault[] {
  const entries = entriesOf(path, target)
  const wrong = (test: (raw: string) => boolean, form: string, next: string) =>
    entries
      .filter(({ raw }) => !test(raw))
      .map((entry) => fault(entry.path, `${entry.raw} is not ${form}, as ${field.name} needs.`, next))
  switch (target.type) {
    case 'number':
      return wrong(isNumeric, 'a number', 'Write it as a number.')
    case 'date':
      return wrong((raw) => /^\d{4}-\d\d-\d\d$/.test(raw), 'a date', 'Write it as 2026-01-31.')
    case 'labels':
      return spacedFaults(path, target)
    case 'assets':
      return wrong(
        (raw) => /^[^:\s]+:\d+$/.test(raw),
        'an object with its workspace',
        'Write it as workspaceId:objectId.',
      )
    case 'cascading':
      return cascadingFaults(path, target, entries, field)
    default:
      return []
  }
}

function cascadingFaults(path: string, target: FieldTarget, entries: Entry[], field: MetadataField): MappingFault[] {
  const branches = entries.filter(({ raw, written }) => written && raw.endsWith('/*'))
  const given = Object.values(field.defaults)
  const alone = target.blank.filter((raw) => entries.some((entry) => entry.raw.startsWith(`${raw}/`)))
  const chosen = alone.filter((raw) => target.keepParent !== false || !given.includes(raw))
  return [
    ...branches.map((entry) =>
      fault(
        entry.path,
        `${entry.raw} can be read, but not written.`,
        'Put the child that is written first in the list.',
      ),
    ),
    ...chosen.map((raw) =>
      fault(
        `${path}.blank`,
        `${raw} alone means that the form asked for the parent only: it stays, and its child is filled in.`,
        given.includes(raw)
          ? 'Remove it. Or set keepParent to false: new tickets get this parent by themselves, and it may be replaced then.'
          : 'Remove it: a child of the chosen parent is filled in without that.',
      ),
    ),
  ]
}

/** Why no option is known. Nothing is wrong for kinds that never list them. */
function unlisted(path: string, field: MetadataField, metadata: Metadata): MappingFault[] {
  if (!['select', 'cascading', 'multiselect'].includes(field.writeAs[0] ?? '')) return []
  // On a screen that was read, but without options: the screens that were not read may show them.
  if (metadata.unread.some((what) => /screens of/.test(what)) && field.where.length > 0) return []
  const next = metadata.unread.some((what) => /screens of/.test(what))
    ? 'Let our Jira account see the screens that were not read, or put the field on the create or edit screen.'
    : 'Put it on the create or edit screen of the project.'
  return [fault(`${path}.id`, `The options of ${field.name} cannot be seen: it is on no screen that was read.`, next)]
}

function optionFaults(path: string, target: FieldTarget, field: MetadataField, metadata: Metadata): MappingFault[] {
  const holders = metadata.places.map(({ id }) => id).filter((place) => hasOptions(field, place))
  return entriesOf(path, target).flatMap((entry) => {
    if (entry.raw.endsWith('/*') && field.options.some(({ id }) => `${id}/*` === entry.raw)) return []
    const option = find(field.options, entry.raw)
    if (!option) {
      if (!field.optionsComplete) return []
      const next = 'Choose the option again; it may have been deleted, or belong to another project.'
      return [fault(entry.path, `Jira has no option ${entry.raw} in ${field.name}.`, next)]
    }
    if (option.active === false && entry.written) return [disabled(entry, option, field)]
    const lacking = option.where ? holders.filter((place) => !option.where?.includes(place)) : []
    return lacking.length > 0 && entry.written ? [elsewhere(entry, option, field, lacking)] : []
  })
}

/** `20` or `20/21`. */
function find(options: Option[], raw: string): Option | undefined {
  const [parentId, childId] = raw.split('/')
  const parent = options.find(({ id }) => id === parentId)
  if (!parent || childId === undefined) return parent
  const child = parent.children?.find(({ id }) => id === childId)
  const active = parent.active === false ? { active: false } : {}
  return child && { ...child, ...active, ...(parent.where && { where: parent.where }) }
}

function hasOptions({ options }: MetadataField, place: string): boolean {
  return options.some(({ where }) => !where || where.includes(place))
}

function disabled(entry: Entry, { name }: Option, { name: title, options }: MetadataField): MappingFault {
  const siblings = entry.raw.includes('/') ? options.flatMap(({ children }) => children ?? []) : options
  const successor = siblings.find((one) => one.active !== false && one.name === name)
  const next = successor ? `Use ${successor.id}, the active option of this name.` : 'Choose an active option.'
  return fault(entry.path, `The option ${name} (${entry.raw}) of ${title} is disabled, so Jira refuses it.`, next)
}

/** The same field has other options in another project, often with the same names. */
function elsewhere(entry: Entry, { name }: Option, field: MetadataField, lacking: string[]): MappingFault {
  const twins = lacking.flatMap((place) => {
    const twin = field.options.find((one) => one.name === name && one.where?.includes(place))
    return twin ? [`${twin.id} in ${place}`] : []
  })
  const there = twins.length > 0 ? `: there, ${name} is ${twins.join(', ')}` : ''
  const message = `${field.name} has no option ${name} (${entry.raw}) in ${lacking.join(', ')}${there}.`
  return fault(entry.path, message, PER_PROJECT)
}
