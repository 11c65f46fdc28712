/** Checks a mapping against Jira and the taxonomy. Pure; lists every fault, so that all can be fixed at once. */
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
import { groupTarget, vendorField } from './mapping.ts'

export function checkMapping(mapping: Mapping, metadata: Metadata, taxonomy: Taxonomy): MappingFault[] {
  const faults: MappingFault[] = []
  for (const [field, target] of Object.entries(mapping.fields)) {
    const known = taxonomy.fields.find(({ id }) => id === field)
    const path = `fields.${field}`
    if (known) faults.push(...missingValues(path, target, known))
    else faults.push(fault(path, `The taxonomy has no field ${field}.`, 'Remove it, or add the field to the taxonomy.'))
    faults.push(...targetFaults(path, target, metadata))
  }
  return [...faults, ...groupFaults(mapping, metadata), ...peopleFaults(mapping, metadata), ...sharedTargets(mapping)]
}

function missingValues(path: string, target: Target, field: TaxonomyField): MappingFault[] {
  const values = valuesOf(field).map(({ id }) => id)
  const prefixed = target.to === 'label' && target.prefix !== ''
  const free = target.to === 'field' && target.type === 'text' && Object.keys(target.values).length === 0
  const unmapped = prefixed || free ? [] : values.filter((value) => !Object.hasOwn(target.values, value))
  const extra = Object.keys(target.values).filter((value) => !accepts(field, value))
  return [
    ...unmapped.map((value) =>
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
  ]
}

function targetFaults(path: string, target: Target, metadata: Metadata): MappingFault[] {
  switch (target.to) {
    case 'priority':
      return [
        ...unknown(path, target, new Set(metadata.priorities.map(({ id }) => id))),
        ...defaultPriority(path, target, metadata),
      ]
    case 'component':
      return unknown(path, target, new Set(metadata.components.map(({ id }) => id)))
    case 'label':
      return labelFaults(path, target)
    case 'field':
      return fieldFaults(path, target, metadata)
  }
}

function unknown(path: string, target: Target, ids: Set<string>): MappingFault[] {
  const what = target.to === 'field' ? 'option' : target.to
  const next = `Choose the ${what} again; it may have been deleted, or belong to another project.`
  const message = (raw: string) => `Jira has no ${what} ${raw}.`
  return [
    ...Object.entries(target.values).flatMap(([value, raw]) =>
      ids.has(raw) ? [] : [fault(`${path}.values.${value}`, message(raw), next)],
    ),
    ...target.blank.flatMap((raw) => (ids.has(raw) ? [] : [fault(`${path}.blank`, message(raw), next)])),
  ]
}

/** Jira gives each new issue the default priority: unless it counts as blank, it looks like a person's choice. */
function defaultPriority(path: string, target: Target, { priorities }: Metadata): MappingFault[] {
  return priorities
    .filter(({ isDefault, id }) => isDefault && !target.blank.includes(id))
    .map(({ id, name }) =>
      fault(
        `${path}.blank`,
        `Jira gives every new issue the priority ${name}, so we would never write one.`,
        `Add ${id} to blank.`,
      ),
    )
}

function labelFaults(path: string, target: Target & { to: 'label' }): MappingFault[] {
  const spaced = Object.entries(target.values).filter(([, label]) => /\s/.test(label))
  const faults = spaced.map(([value]) =>
    fault(`${path}.values.${value}`, 'A Jira label cannot contain spaces.', 'Write it with - or _.'),
  )
  if (/\s/.test(target.prefix))
    faults.push(fault(`${path}.prefix`, 'A Jira label cannot contain spaces.', 'Write it with - or _.'))
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

function fieldFaults(path: string, target: Target & { to: 'field' }, metadata: Metadata): MappingFault[] {
  const field = metadata.fields.find(({ id }) => id === target.id)
  if (!field) return [fault(`${path}.id`, `Jira has no field ${target.id}.`, 'Choose the field again.')]
  if (target.type === 'tagger') return [fault(`${path}.type`, 'tagger is a kind of Zendesk field.', 'Use select.')]
  if (target.type === 'text') return []
  if (field.options.length === 0) {
    return [
      fault(
        `${path}.id`,
        `The options of ${field.name} cannot be seen.`,
        'Put it on the create or edit screen of the project.',
      ),
    ]
  }
  const ids = field.options.map(({ id }) => id)
  const pairs = field.options.flatMap(({ id, children }) => (children ?? []).map((child) => `${id}/${child.id}`))
  return unknown(path, target, new Set(target.type === 'cascading' ? [...ids, ...pairs] : ids))
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

function peopleFaults({ people }: Mapping, metadata: Metadata): MappingFault[] {
  return Object.entries(people).flatMap(([name, id]) => {
    if (metadata.people.some((person) => person.id === id && person.active)) return []
    return [
      fault(
        `people.${name}`,
        `No issue can be assigned to ${name}.`,
        'Check that the account is active and assignable in the project.',
      ),
    ]
  })
}

/** Two of our fields on one select or on the priority would overwrite each other. */
function sharedTargets(mapping: Mapping): MappingFault[] {
  const group = groupTarget(mapping)
  const all = [...Object.entries(mapping.fields), ...(group ? ([['group', group]] as const) : [])]
  const seen = new Map<string, string>()
  return all.flatMap(([field, target]) => {
    if (target.to === 'component' || target.to === 'label') return []
    const name = vendorField(target)
    const first = seen.get(name)
    seen.set(name, first ?? field)
    const path = field === 'group' ? 'group' : `fields.${field}`
    return first === undefined
      ? []
      : [fault(path, `${first} and ${field} both write ${name}.`, 'Give each its own field.')]
  })
}

function fault(path: string, message: string, next: string): MappingFault {
  return { path, message, next }
}
