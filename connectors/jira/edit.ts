/** The body of one Jira edit, for a decision or for values to put back. Pure. */

import type { Connection, FreshTicket, Labels, Target } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { Api, Edit } from './api.ts'
import { ownValues, placesOf, toVendor } from './mapping.ts'
import { type Attempt, MARK, type Raw, type Shape, type Stamp } from './stamp.ts'

type Spelling = Pick<Api, 'person' | 'textArea'>

/**
 * The vendor's values of the fields that must change. Left out: a value that the ticket has already, because Jira would
 * log nothing, and a field without a target in the mapping, which is decided but not written.
 */
export function wantedOf({ mapping }: Connection, base: FreshTicket, set: Labels): Raw {
  const places = placesOf(mapping)
  const wanted: Raw = {}
  for (const [field, value] of Object.entries(set)) {
    const target = places.find((place) => place.field === field)?.target
    if (field !== 'assignee' && !target) continue
    const raw = target ? toVendor(target, value) : personOf(mapping.people, value)
    if (raw === null) throw unmapped(field, value)
    if (base.fields[field]?.raw !== raw) wanted[field] = raw
  }
  return wanted
}

function personOf(people: Record<string, string>, name: string): string | null {
  return Object.hasOwn(people, name) ? people[name]! : null
}

function unmapped(field: string, value: string): HelpdeskError {
  const where = field === 'assignee' ? 'people' : field === 'group' ? 'groups' : `fields.${field}`
  const message = `The mapping of this connection has no Jira value for ${field} "${value}".`
  return new HelpdeskError('invalid', message, {
    next: `Add it under ${where} in the mapping of this connection.`,
    fields: { [field]: 'not mapped' },
  })
}

export function editOf(raw: Raw, connection: Connection, stamp: Stamp, spelling: Spelling): Edit {
  const fields: Record<string, unknown> = {}
  const update: Record<string, Record<string, unknown>[]> = {}
  if (raw.assignee !== undefined) fields.assignee = raw.assignee === null ? null : spelling.person(raw.assignee)
  for (const { field, target } of placesOf(connection.mapping)) {
    const value = raw[field]
    if (value === undefined) continue
    if (target.to === 'component')
      append(
        update,
        'components',
        swap(target, value, stamp.components, (id) => ({ id })),
      )
    else if (target.to === 'label')
      append(
        update,
        'labels',
        swap(target, value, stamp.labels, (label) => label),
      )
    else if (target.to === 'priority') fields.priority = value === null ? null : { id: value }
    else fields[target.id] = fieldValue(target, value, stamp.shapes[target.id] ?? 'plain', spelling)
  }
  return { ...(size(fields) && { fields }), ...(size(update) && { update }) }
}

/** Adds the marker to the edit, so that fields and marker are written together or not at all. */
export function marked(edit: Edit, attempt: Attempt, marks: string[]): Edit {
  const { decision } = attempt
  // A property holds 32,768 characters.
  const decisions = [...marks.filter((id) => id !== decision), decision].slice(-100)
  const properties = [{ key: MARK, value: { ...attempt, decisions } }]
  return { ...edit, properties, historyMetadata: { type: `${MARK}:decision`, extraData: { decision } } }
}

/** Components and labels are also used for other purposes: only values of this target are removed. */
function swap(target: Target, value: string | null, present: string[], spell: (raw: string) => unknown) {
  const wanted = value?.split(',') ?? []
  const added = wanted.filter((raw) => !present.includes(raw)).map((raw) => ({ add: spell(raw) }))
  const stale = ownValues(target, present).filter((raw) => !wanted.includes(raw))
  return [...added, ...stale.map((raw) => ({ remove: spell(raw) }))]
}

function fieldValue(target: Target & { to: 'field' }, raw: string | null, shape: Shape, spelling: Spelling): unknown {
  if (raw === null) return null
  if (target.type === 'text') return shape === 'document' ? spelling.textArea(raw) : raw
  if (target.type === 'cascading') {
    const [parent, child] = raw.split('/')
    return child === undefined ? { id: parent } : { id: parent, child: { id: child } }
  }
  return shape === 'list' ? raw.split(',').map((id) => ({ id })) : { id: raw }
}

function append(
  update: Record<string, Record<string, unknown>[]>,
  name: string,
  operations: Record<string, unknown>[],
) {
  if (operations.length > 0) update[name] = [...(update[name] ?? []), ...operations]
}

function size(object: object): boolean {
  return Object.keys(object).length > 0
}
