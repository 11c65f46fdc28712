/** Our words and Zendesk's, both ways. Pure. */
import type { FieldState, Mapping, Target } from '../../src/contract/index.ts'

export type Label = Extract<Target, { to: 'label' }>

/** Everything that is written like a field: the mapped fields, and the group where a field or tag stands for it. */
export function targets(mapping: Mapping): [field: string, target: Target][] {
  const fields = Object.entries(mapping.fields)
  const { group } = mapping
  if (!group || group.to === 'native') return fields
  return [...fields, ['group', { ...group, values: { ...group.values, ...mapping.groups } }]]
}

/** Zendesk has groups of its own, so they are used unless the mapping says otherwise. */
export function hasNativeGroup(mapping: Mapping): boolean {
  return mapping.group === undefined || mapping.group.to === 'native'
}

/** Our value -> Zendesk's; null: the mapping has no entry, and we do not guess. */
export function vendorValue(target: Target, value: string): string | null {
  const mapped = idOf(target.values, value)
  if (mapped !== null) return mapped
  if (target.to === 'label') return /\s/.test(value) ? null : target.prefix + value
  return isFree(target) ? value : null
}

export function idOf(ids: Record<string, string>, name: string): string | null {
  return Object.hasOwn(ids, name) ? (ids[name] ?? null) : null
}

/** A text field without a list of values holds whatever we decided. */
function isFree(target: Target): boolean {
  return target.to === 'field' && target.type === 'text' && Object.keys(target.values).length === 0
}

/** Zendesk's value -> ours. */
export function ownValue(target: Target, raw: string | null): string | null {
  if (raw === null) return null
  const known = nameOf(target.values, raw)
  if (known !== null) return known
  if (target.to !== 'label') return isFree(target) ? raw : null
  return target.prefix !== '' && raw.startsWith(target.prefix) ? raw.slice(target.prefix.length) || null : null
}

/** Name whose vendor id this is, in `groups`, `people` or `values`. */
export function nameOf(ids: Record<string, string>, id: string | null): string | null {
  if (id === null) return null
  for (const [name, vendor] of Object.entries(ids)) if (vendor === id) return name
  return null
}

/** Is this tag one of those that the target writes? With no prefix only the listed ones are: the rest is people's. */
export function isOwnTag(target: Label, tag: string): boolean {
  return ownValue(target, tag) !== null
}

export function tagOf(target: Label, tags: string[]): string | null {
  return tags.find((tag) => isOwnTag(target, tag)) ?? null
}

export function stateOf(target: Target, raw: string | null): FieldState {
  return { value: ownValue(target, raw), raw, blank: raw === null || target.blank.includes(raw) }
}

/** What a ticket or an event tells of the places we write to. Absent or undefined: not told. */
type Told = {
  priority?: string | null
  groupId?: string | null
  assigneeId?: string | null
  tags?: string[]
  custom?: Map<string, string | null>
}

/** The state of every field of the mapping that `told` tells, `group` and `assignee` included. */
export function fieldStates(mapping: Mapping, told: Told): Record<string, FieldState> {
  const fields: Record<string, FieldState> = {}
  for (const [field, target] of targets(mapping)) {
    const raw = rawOf(target, told)
    if (raw !== undefined) fields[field] = stateOf(target, raw)
  }
  if (hasNativeGroup(mapping) && told.groupId !== undefined) fields.group = accountState(mapping.groups, told.groupId)
  if (told.assigneeId !== undefined) fields.assignee = accountState(mapping.people, told.assigneeId)
  return fields
}

function rawOf(target: Target, told: Told): string | null | undefined {
  switch (target.to) {
    case 'priority':
      return told.priority
    case 'field':
      return told.custom && (told.custom.get(target.id) ?? null)
    case 'label':
      return told.tags && tagOf(target, told.tags)
    case 'component':
      return undefined
    default:
      return target satisfies never
  }
}

function accountState(ids: Record<string, string>, raw: string | null): FieldState {
  return { value: nameOf(ids, raw), raw, blank: raw === null }
}
