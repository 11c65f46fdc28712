/** The body of one Jira edit, for a decision or for values to put back. Pure. */
import type { Connection, FreshTicket, SingleTarget, Write } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { Edit } from './api.ts'
import { refusal } from './field-kinds.ts'
import { isNumeric, kindOf, type Several, type Spelling } from './kinds.ts'
import {
  keepsParent,
  ownValues,
  type Place,
  placesOf,
  type Raw,
  rawApart,
  severalOf,
  toVendor,
  vendorField,
} from './mapping.ts'
import { type Attempt, MARK, type Stamp } from './stamp.ts'

type Wanted = {
  raw: Raw
  /** Fields of the taxonomy that are left alone, with why. */
  held: Record<string, string>
}

/**
 * The vendor's values of the places that must change. Left out: a value that the ticket has already, because Jira would
 * log nothing, and a field without a target in the mapping, which is decided but not written.
 */
export function wantedOf(
  { mapping }: Connection,
  base: FreshTicket,
  { set, restore = {} }: Pick<Write, 'set' | 'restore'>,
): Wanted {
  const { raws, kinds } = base.stamp as Stamp // from fetchTicket
  const places = placesOf(mapping)
  const wanted: Wanted = { raw: {}, held: {} }
  for (const [field, value] of Object.entries(set)) {
    if (field === 'assignee') {
      const person = Object.hasOwn(mapping.people, value) ? mapping.people[value]! : null
      const id = field in restore ? restore[field]! : person
      if (id === null && !(field in restore)) throw unmapped(field, value)
      if ((raws.assignee ?? null) !== id) wanted.raw.assignee = id
    }
    const parts = places.filter((place) => place.field === field)
    for (const [at, { key, target }] of parts.entries()) {
      const vendor = field in restore ? rawApart(restore[field]!, parts.length, at) : toVendor(target, value)
      if (vendor === null) throw unmapped(field, value, target)
      const present = raws[key] ?? null
      if (present === (vendor || null)) continue
      const forbidden = target.to === 'field' ? refusal(target.id, target.type, kinds[target.id]) : null
      const held = forbidden ?? otherParent(target, present, vendor)
      if (held) wanted.held[field] = held
      else wanted.raw[key] = vendor || null
    }
  }
  return wanted
}

/** A parent that the form chose stays: only a child of it may be filled in. */
function otherParent(target: SingleTarget, present: string | null, wanted: string): string | null {
  if (present === null || !keepsParent(target, present) || wanted.startsWith(`${present}/`)) return null
  return `the ticket has the parent ${present}, and ${wanted} is not below it: a parent that was chosen stays`
}

function unmapped(field: string, value: string, target?: SingleTarget): HelpdeskError {
  const where = field === 'assignee' ? 'people' : field === 'group' ? 'groups' : `fields.${field}`
  if (target?.to === 'field' && Object.keys(target.values).length === 0) {
    const form = target.type === 'number' ? 'a number' : target.type === 'date' ? 'a date such as 2026-01-31' : 'mapped'
    return new HelpdeskError('invalid', `${field} "${value}" is not ${form}, as ${target.id} in Jira needs.`, {
      next: `Correct the type under ${where} in the mapping of this connection.`,
      fields: { [field]: `not ${form}` },
    })
  }
  const message = `The mapping of this connection has no Jira value for ${field} "${value}".`
  return new HelpdeskError('invalid', message, {
    next: `Add it under ${where} in the mapping of this connection.`,
    fields: { [field]: 'not mapped' },
  })
}

type Present = Pick<Stamp, 'lists' | 'shapes'>

export function editOf(raw: Raw, { mapping }: Connection, present: Present, spelling: Spelling): Edit {
  const fields: Record<string, unknown> = {}
  const update: Record<string, Record<string, unknown>[]> = {}
  if (raw.assignee !== undefined) fields.assignee = raw.assignee === null ? null : spelling.person(raw.assignee)
  for (const { key, target } of placesOf(mapping)) {
    const value = raw[key]
    if (value === undefined) continue
    const name = vendorField(target)
    const several = severalIn(target, present)
    if (several?.whole) fields[name] = rest(target, value, present).map(several.spell)
    else if (several) append(update, name, swap(target, value, present, several.spell))
    else fields[name] = value === null ? null : single(target, value, present, spelling)
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

/** The keys of the places and fields of ours that are stored in this field of Jira. */
export function placesIn({ mapping }: Connection, vendor: string): Pick<Place, 'field' | 'key'>[] {
  if (vendor === 'assignee') return [{ field: vendor, key: vendor }]
  return placesOf(mapping).filter(({ target }) => vendorField(target) === vendor)
}

function severalIn(target: SingleTarget, { shapes }: Present): Pick<Several, 'spell' | 'whole'> | null {
  if (target.to === 'component') return { spell: (id) => ({ id }) }
  if (target.to === 'label') return { spell: (label) => label }
  return severalOf(target, shapes[vendorField(target)] ?? 'plain')
}

function parted(target: SingleTarget, value: string | null, { lists }: Present) {
  const present = lists[vendorField(target)] ?? []
  const wanted = value?.split(',') ?? []
  const ours = new Set([...ownValues(target, present), ...target.blank])
  return {
    present,
    added: wanted.filter((one) => !present.includes(one)),
    stale: [...ours].filter((one) => present.includes(one) && !wanted.includes(one)),
  }
}

/** Values of others stay: only values of this target, and values that nobody chose, are removed. */
function swap(target: SingleTarget, value: string | null, present: Present, spell: (raw: string) => unknown) {
  const { added, stale } = parted(target, value, present)
  return [...added.map((one) => ({ add: spell(one) })), ...stale.map((one) => ({ remove: spell(one) }))]
}

function rest(target: SingleTarget, value: string | null, all: Present): string[] {
  const { present, added, stale } = parted(target, value, all)
  return [...present.filter((one) => !stale.includes(one)), ...added]
}

function single(target: SingleTarget, raw: string, { shapes }: Present, spelling: Spelling): unknown {
  if (target.to !== 'field') return { id: raw }
  if (target.type === 'text') return shapes[target.id] === 'document' ? spelling.textArea(raw) : raw
  // What was a number when it was put back stays a text otherwise: Jira says what it does not accept.
  if (target.type === 'number' && !isNumeric(raw)) return raw
  const kind = kindOf(target)
  return kind && !('several' in kind) ? kind.write(raw, spelling) : { id: raw }
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
