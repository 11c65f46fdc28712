/** Translates values, both ways. Vendor values are ids where there are any: names are translated and renamed. */
import type { FieldState, Mapping, Target } from '../../src/contract/index.ts'
import { plainText } from './adf.ts'
import { isRecord, Text } from './payload.ts'

/** One of our fields (a taxonomy field id, or `group`) and where it is stored. */
export type Place = { field: string; target: Target }

export function placesOf(mapping: Mapping): Place[] {
  const places = Object.entries(mapping.fields).map(([field, target]) => ({ field, target }))
  const group = groupTarget(mapping)
  return group ? [...places, { field: 'group', target: group }] : places
}

/** Jira cannot assign to groups: a component, field or label stands for one. `native` cannot be written. */
export function groupTarget(mapping: Mapping): Target | null {
  if (!mapping.group || mapping.group.to === 'native') return null
  return { ...mapping.group, values: { ...mapping.group.values, ...mapping.groups } }
}

/** The name of the vendor's field, as `issue.fields` and changelog items have it. */
export function vendorField(target: Target): string {
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

/** The vendor's value for our value; null when the mapping has none: such a value is held, never guessed. */
export function toVendor(target: Target, value: string): string | null {
  const mapped = Object.hasOwn(target.values, value) ? target.values[value]! : null
  if (mapped !== null) return mapped
  if (target.to === 'label' && target.prefix !== '') return /\s/.test(value) ? null : target.prefix + value
  // A text field without a list of values holds whatever we decided.
  return target.to === 'field' && target.type === 'text' && Object.keys(target.values).length === 0 ? value : null
}

export function fromVendor(target: Target, raw: string | null): string | null {
  if (raw === null) return null
  const mapped = Object.entries(target.values).find(([, vendor]) => vendor === raw)?.[0]
  if (mapped !== undefined) return mapped
  if (target.to === 'label' && target.prefix !== '' && raw.startsWith(target.prefix)) {
    return raw.slice(target.prefix.length) || null
  }
  return target.to === 'field' && target.type === 'text' && Object.keys(target.values).length === 0 ? raw : null
}

export function stateOf(target: Target, vendorValue: unknown): FieldState {
  const raw = rawOf(target, vendorValue)
  return { value: fromVendor(target, raw), raw, blank: raw === null || target.blank.includes(raw) }
}

/** What `issue.fields` holds for the target, as one string. */
function rawOf(target: Target, value: unknown): string | null {
  switch (target.to) {
    case 'priority':
      return optionId(value)
    case 'component':
      return joined(ownValues(target, manyIds(value)))
    case 'label':
      return joined(ownValues(target, manyIds(value)))
    case 'field':
      if (target.type === 'text') return plainText(value) || null
      if (target.type === 'cascading') return cascade(value)
      return Array.isArray(value) ? joined(knownOptions(target, manyIds(value))) : optionId(value)
  }
}

/**
 * Components and labels are used for many purposes: only those of this target are a value of this field. Several at
 * once give a value that the mapping does not have (`a,b`), so that it is not mistaken for an answer.
 */
export function ownValues(target: Target, values: string[]): string[] {
  const vendorValues = new Set(Object.values(target.values))
  const prefix = target.to === 'label' ? target.prefix : ''
  return values.filter((value) => vendorValues.has(value) || (prefix !== '' && value.startsWith(prefix)))
}

/** A multi-select: the options of the mapping, or all options when the mapping has none of them. */
export function knownOptions(target: Target, values: string[]): string[] {
  const own = ownValues(target, values)
  return own.length > 0 ? own : values
}

export function joined(values: string[]): string | null {
  return values.length > 0 ? values.join(',') : null
}

export function manyIds(value: unknown): string[] {
  return Array.isArray(value) ? value.map(optionId).filter((id) => id !== null) : []
}

function optionId(value: unknown): string | null {
  if (!isRecord(value)) return Text.parse(value) || null
  return Text.parse(value.id) ?? Text.parse(value.value) ?? Text.parse(value.name)
}

function cascade(value: unknown): string | null {
  const parent = optionId(value)
  const child = isRecord(value) ? optionId(value.child) : null
  return parent !== null && child !== null ? `${parent}/${child}` : parent
}
