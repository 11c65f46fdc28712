/** Translates values, both ways. Pure. */
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
import { canonical, type FieldTarget, isTicked, kindOf, readChosen, readValue } from './kinds.ts'

export type Label = Extract<Target, { to: 'label' }>

/** All targets: those of the mapped fields, and that of the group where a field or tag stands for it. */
export function targets(mapping: Mapping): [field: string, target: Target][] {
  const fields = Object.entries(mapping.fields)
  const { group } = mapping
  if (!group || group.to === 'native') return fields
  return [...fields, ['group', { ...group, values: { ...group.values, ...mapping.groups } }]]
}

/** Every place that the mapping writes, with our field. */
export function places(mapping: Mapping): { field: string; part: SingleTarget }[] {
  return targets(mapping).flatMap(([field, target]) => partsOf(target).map((part) => ({ field, part })))
}

/** Zendesk's own groups are used unless the mapping says otherwise. */
export function hasNativeGroup(mapping: Mapping): boolean {
  return mapping.group === undefined || mapping.group.to === 'native'
}

/** Our value -> Zendesk's; null when the mapping has no entry: we do not guess. */
export function vendorValue(target: SingleTarget, value: string): string | null {
  const mapped = writtenValue(target, value)
  if (mapped !== null) return mapped
  if (target.to === 'label') return /\s/.test(value) ? null : target.prefix + value
  if (target.to !== 'field') return null
  // A flag that is false leaves its box unticked.
  if (target.type === 'checkbox') return value === 'false' || (isFree(target) && value === 'true') ? value : null
  if (!takesAny(target)) return null
  return kindOf(target.type)?.form?.pattern.test(value) === false ? null : canonical(target.type, value)
}

/** Does the field take our value as it is? */
function takesAny(target: SingleTarget): target is FieldTarget {
  return target.to === 'field' && isFree(target) && kindOf(target.type)?.listed === undefined
}

export function idOf(ids: Record<string, string>, name: string): string | null {
  return Object.hasOwn(ids, name) ? (ids[name] ?? null) : null
}

/** Zendesk's value -> ours: all that have it, because several of ours may be one of theirs. */
function ownValues(target: SingleTarget, raw: string | null): string[] {
  if (raw === null) return []
  const known = readValues(target).flatMap((one) => (same(target, one.raw, raw) ? [one.value] : []))
  if (known.length > 0) return known
  if (target.to === 'label')
    return target.prefix !== '' && raw.startsWith(target.prefix) && raw !== target.prefix
      ? [raw.slice(target.prefix.length)]
      : []
  if (target.to === 'field' && target.type === 'checkbox') return isFree(target) || raw === 'false' ? [raw] : []
  return takesAny(target) ? [raw] : []
}

function same(target: SingleTarget, listed: string, raw: string): boolean {
  if (target.to !== 'field') return listed === raw
  if (target.type === 'checkbox') return String(isTicked(listed)) === raw
  return canonical(target.type, listed) === raw
}

export function ownValue(target: SingleTarget, raw: string | null): string | null {
  return ownValues(target, raw)[0] ?? null
}

/** The name that has this vendor id in `groups` or `people`. */
export function nameOf(ids: Record<string, string>, id: string | null): string | null {
  if (id === null) return null
  for (const [name, vendor] of Object.entries(ids)) if (vendor === id) return name
  return null
}

/** Does the target write this tag? Without a prefix it writes only the listed ones; other tags belong to people. */
export function isOwnTag(target: Label, tag: string): boolean {
  return ownValue(target, tag) !== null
}

export function tagOf(target: Label, tags: string[]): string | null {
  return tags.find((tag) => isOwnTag(target, tag)) ?? null
}

/** The option of a multi-select that is ours to exchange: one of the mapping, or one that nobody chose. */
export function isOwnOption(target: FieldTarget, option: string): boolean {
  return ownValue(target, option) !== null || target.blank.includes(option)
}

/** What a place of ours holds, out of the vendor's value of the field. */
export function rawIn(target: FieldTarget, value: unknown): string | null {
  if (target.type === 'checkbox') return String(isTicked(value))
  if (target.type !== 'multiselect') return canonical(target.type, readValue(value))
  const chosen = readChosen(value)
  return (
    chosen.find((option) => ownValue(target, option) !== null) ?? chosen.find((o) => isOwnOption(target, o)) ?? null
  )
}

/** A box that nobody ticked holds nothing, and an option that is not ours does not fill a multi-select. */
function isBlank(target: SingleTarget, raw: string | null): boolean {
  if (raw === null || target.blank.includes(raw)) return true
  return target.to === 'field' && target.type === 'checkbox' && raw === 'false'
}

/** What a ticket or an event shows of the fields that we write. Absent or undefined: not shown. */
export type Shown = {
  priority?: string | null
  groupId?: string | null
  assigneeId?: string | null
  tags?: string[]
  custom?: Map<string, unknown>
}

/** The state of every field of the mapping that is shown, including `group` and `assignee`. */
export function fieldStates(mapping: Mapping, shown: Shown): Record<string, FieldState> {
  const fields: Record<string, FieldState> = {}
  for (const [field, target] of targets(mapping)) {
    const state = stateOf(target, shown)
    if (state) fields[field] = state
  }
  if (hasNativeGroup(mapping) && shown.groupId !== undefined)
    fields.group = accountState(mapping.groups, shown.groupId, blankGroups(mapping))
  if (shown.assigneeId !== undefined)
    fields.assignee = accountState(mapping.people, shown.assigneeId, mapping.assignee.blank)
  return fields
}

function blankGroups({ group }: Mapping): string[] {
  return group?.to === 'native' ? group.blank : []
}

/** Between the values of several places, in the `raw` of a field that is written into each of them. */
export const TOGETHER = ' + '

/** Undefined when a part of it is not shown. Several places have our value when each of them has it. */
export function stateOf(target: Target, shown: Shown): FieldState | undefined {
  const parts = partsOf(target)
  const raws: (string | null)[] = []
  for (const part of parts) {
    const raw = rawOf(part, shown)
    if (raw === undefined) return undefined
    raws.push(raw)
  }
  const values = parts.map((part, at) => ownValues(part, raws[at] ?? null))
  return {
    value: values[0]?.find((value) => values.every((others) => others.includes(value))) ?? null,
    raw: raws.every((raw) => raw === null) ? null : raws.map((raw) => raw ?? '').join(TOGETHER),
    blank: parts.every((part, at) => isBlank(part, raws[at] ?? null)),
  }
}

function rawOf(target: SingleTarget, shown: Shown): string | null | undefined {
  switch (target.to) {
    case 'priority':
      return shown.priority
    case 'field':
      return shown.custom && rawIn(target, shown.custom.get(target.id))
    case 'label':
      return shown.tags && tagOf(target, shown.tags)
    case 'component':
      return undefined
    default:
      return target satisfies never
  }
}

function accountState(ids: Record<string, string>, raw: string | null, blank: string[]): FieldState {
  return { value: nameOf(ids, raw), raw, blank: raw === null || blank.includes(raw) }
}
