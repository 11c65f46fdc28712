/** Translates values, both ways. Vendor values are ids where there are any: names are translated and renamed. */
import {
  type FieldState,
  isFree,
  type Mapping,
  partsOf,
  readValues,
  type SingleTarget,
  type Target,
  writtenValue,
} from '../../src/contract/index.ts'
import { type FieldTarget, idsOf, isNumeric, KINDS, kindOf, opaque, optionId, type Several } from './kinds.ts'

/**
 * One place in Jira where a field of ours (a taxonomy field id, or `group`) is stored. `key` distinguishes the places of a
 * field with several: `priority.0`, `priority.1`.
 */
export type Place = { field: string; key: string; target: SingleTarget }

/** Vendor values by the key of their place, and of the assignee; null is empty. */
export type Raw = Record<string, string | null>

export function placesOf(mapping: Mapping): Place[] {
  const group = groupTarget(mapping)
  const targets: [string, Target][] = Object.entries(mapping.fields)
  if (group) targets.push(['group', group])
  return targets.flatMap(([field, target]) =>
    partsOf(target).map((part, n) => ({ field, key: target.to === 'all' ? `${field}.${n}` : field, target: part })),
  )
}

/** Jira cannot assign to groups: a component, field or label stands for one. `native` cannot be written. */
export function groupTarget(mapping: Mapping): SingleTarget | null {
  if (!mapping.group || mapping.group.to === 'native') return null
  return { ...mapping.group, values: { ...mapping.group.values, ...mapping.groups } }
}

/** The name of the vendor's field, as `issue.fields` and changelog items have it. */
export function vendorField(target: SingleTarget): string {
  switch (target.to) {
    case 'priority':
      return 'priority'
    case 'field':
      return target.id
    case 'component':
      return 'components'
    case 'label':
      return 'labels'
  }
}

/** The vendor's value for our value, `''` for an empty field; null when the mapping has none: it is held, never guessed. */
export function toVendor(target: SingleTarget, value: string): string | null {
  const written = writtenValue(target, value)
  if (written !== null) return written
  if (target.to === 'label' && target.prefix !== '') return /\s/.test(value) ? null : target.prefix + value
  return isFree(target) ? freeValue(target as FieldTarget, value) : null
}

/** A field without a list of values holds whatever we decided, in the form that Jira stores. */
function freeValue({ type }: FieldTarget, value: string): string | null {
  switch (type) {
    case 'text':
      return value
    case 'number':
      return isNumeric(value) ? String(Number(value)) : null
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(value) ? value : null
    default:
      return null
  }
}

const FREE = ['text', 'number', 'date']

/** Of several entries with this vendor value the first counts; one that ends in `/*` means every child of that parent. */
export function fromVendor(target: SingleTarget, raw: string | null): string | null {
  return valuesFor(target, raw)[0] ?? null
}

/** Every value of ours that this vendor value can mean. */
function valuesFor(target: SingleTarget, raw: string | null): string[] {
  const entries = readValues(target)
  const exact = entries.filter((one) => one.raw === (raw ?? ''))
  if (exact.length > 0) return exact.map(({ value }) => value)
  if (raw === null) return []
  const branch = entries.filter((one) => one.raw.endsWith('/*') && raw.startsWith(one.raw.slice(0, -1)))
  if (branch.length > 0) return branch.map(({ value }) => value)
  if (target.to === 'label' && target.prefix !== '' && raw.startsWith(target.prefix)) {
    return [raw.slice(target.prefix.length)].filter(Boolean)
  }
  return isFree(target) && FREE.includes((target as FieldTarget).type) ? [raw] : []
}

/** What `issue.fields` holds for the place, as one string. */
export function rawOf(target: SingleTarget, value: unknown): string | null {
  switch (target.to) {
    case 'priority':
      return optionId(value)
    case 'component':
    case 'label':
      return Array.isArray(value) ? joined(ownValues(target, idsOf(value))) : opaque(value)
    case 'field':
      return fieldRaw(target, value)
  }
}

function fieldRaw(target: FieldTarget, value: unknown): string | null {
  const kind = kindOf(target)
  if (kind && 'several' in kind) return severalRaw(target, kind.list(value))
  // A mapping may say `select` for a multi-select.
  if (Array.isArray(value) && target.type === 'select') return severalRaw(target, idsOf(value))
  if (value === null || value === undefined) return null
  return kind ? kind.read(value, target) : opaque(value)
}

/** Our values in a field of several. Values of others are nobody's answer to labels and flags; else a person chose them. */
export function severalRaw(target: FieldTarget, values: string[]): string | null {
  const own = ownValues(target, values)
  const shared = target.type === 'labels' || isFlag(target) || readValues(target).some(({ raw }) => raw === '')
  return joined(own.length > 0 || shared ? own : values)
}

/** The other boxes beside that of a flag are flags of their own. */
function isFlag({ values }: FieldTarget): boolean {
  const ours = Object.keys(values)
  return ours.length > 0 && ours.every((value) => value === 'true' || value === 'false')
}

/**
 * Components and labels are used for many purposes: only those of this target are a value of this field. Several at
 * once give a value that the mapping does not have (`a,b`), so that it is not mistaken for an answer.
 */
export function ownValues(target: SingleTarget, values: string[]): string[] {
  const vendorValues = new Set(readValues(target).map(({ raw }) => raw))
  const prefix = target.to === 'label' ? target.prefix : ''
  return values.filter((value) => vendorValues.has(value) || (prefix !== '' && value.startsWith(prefix)))
}

/** Every value of a field that can hold several. */
export function allValues(target: SingleTarget, value: unknown): string[] {
  const kind = target.to === 'field' ? kindOf(target) : undefined
  return kind && 'several' in kind ? kind.list(value) : idsOf(value)
}

export function joined(values: string[]): string | null {
  return values.length > 0 ? values.join(',') : null
}

const MULTISELECT = KINDS.multiselect as Several // so defined in kinds.ts

/** Does the place hold several values at once, of which only some are ours? */
export function severalOf(target: SingleTarget, shape: 'list' | 'document' | 'plain'): Several | null {
  if (target.to !== 'field') return null
  const kind = kindOf(target)
  if (kind && 'several' in kind) return kind
  return target.type === 'select' && shape === 'list' ? MULTISELECT : null
}

/** The state of one of our fields, from the vendor values of its places. A place that is not shown is not in `raw`. */
export function statesFrom(mapping: Mapping, raw: Raw): Record<string, FieldState> {
  const states: Record<string, FieldState> = {}
  for (const [field, parts] of byField(placesOf(mapping))) {
    if (parts.some(({ key }) => !Object.hasOwn(raw, key))) continue
    const [first] = parts
    const alone = parts.length === 1 && first ? (raw[first.key] ?? null) : null
    states[field] = {
      value: ourValue(parts, raw),
      raw: rawTogether(parts, raw),
      blank: parts.every(({ target, key }) => isBlank(target, raw[key] ?? null)),
      ...(first && alone !== null && keepsParent(first.target, alone) && { under: `${alone}/` }),
    }
  }
  return states
}

export function byField(places: Place[]): Map<string, Place[]> {
  const fields = new Map<string, Place[]>()
  for (const place of places) fields.set(place.field, [...(fields.get(place.field) ?? []), place])
  return fields
}

/** Our value, when every place has it. */
export function ourValue(parts: Place[], raw: Raw): string | null {
  const sets = parts.map(({ target, key }) => valuesFor(target, raw[key] ?? null))
  return sets[0]?.find((value) => sets.every((set) => set.includes(value))) ?? null
}

export function rawTogether(parts: Place[], raw: Raw): string | null {
  const raws = parts.map(({ key }) => raw[key] ?? null)
  if (raws.every((one) => one === null)) return null
  return raws.map((one) => one ?? '').join(TOGETHER)
}

const TOGETHER = ' + '

/** The part of one place in what `rawTogether` joined, `''` for an empty one; null: it cannot be told apart. */
export function rawApart(raw: string | null, places: number, at: number): string | null {
  if (raw === null) return ''
  if (places === 1) return raw
  const parts = raw.split(TOGETHER)
  return parts.length === places ? parts[at]! : null
}

function isBlank(target: SingleTarget, raw: string | null): boolean {
  if (raw === null || target.blank.includes(raw)) return true
  return keepsParent(target, raw)
}

/** The form asked for the parent only: it stays, whatever `blank` says, and its child may be filled in. */
export function keepsParent(target: SingleTarget, raw: string): boolean {
  const keeps = target.to === 'field' && target.type === 'cascading' && target.keepParent !== false
  return keeps && !raw.includes('/') && fromVendor(target, raw) === null
}
