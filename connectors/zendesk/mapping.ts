/** Translates values, both ways. Pure. */
import type { FieldState, Mapping, Target } from '../../src/contract/index.ts'

export type Label = Extract<Target, { to: 'label' }>

/** All targets: those of the mapped fields, and that of the group where a field or tag stands for it. */
export function targets(mapping: Mapping): [field: string, target: Target][] {
  const fields = Object.entries(mapping.fields)
  const { group } = mapping
  if (!group || group.to === 'native') return fields
  return [...fields, ['group', { ...group, values: { ...group.values, ...mapping.groups } }]]
}

/** Zendesk's own groups are used unless the mapping says otherwise. */
export function hasNativeGroup(mapping: Mapping): boolean {
  return mapping.group === undefined || mapping.group.to === 'native'
}

/** Our value -> Zendesk's; null when the mapping has no entry: we do not guess. */
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

/** The name that has this vendor id in `groups`, `people` or `values`. */
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

function stateOf(target: Target, raw: string | null): FieldState {
  return { value: ownValue(target, raw), raw, blank: raw === null || target.blank.includes(raw) }
}

/** What a ticket or an event shows of the fields that we write. Absent or undefined: not shown. */
type Shown = {
  priority?: string | null
  groupId?: string | null
  assigneeId?: string | null
  tags?: string[]
  custom?: Map<string, string | null>
}

/** The state of every field of the mapping that is shown, including `group` and `assignee`. */
export function fieldStates(mapping: Mapping, shown: Shown): Record<string, FieldState> {
  const fields: Record<string, FieldState> = {}
  for (const [field, target] of targets(mapping)) {
    const raw = rawOf(target, shown)
    if (raw !== undefined) fields[field] = stateOf(target, raw)
  }
  if (hasNativeGroup(mapping) && shown.groupId !== undefined) fields.group = accountState(mapping.groups, shown.groupId)
  if (shown.assigneeId !== undefined) fields.assignee = accountState(mapping.people, shown.assigneeId)
  return fields
}

function rawOf(target: Target, shown: Shown): string | null | undefined {
  switch (target.to) {
    case 'priority':
      return shown.priority
    case 'field':
      return shown.custom && (shown.custom.get(target.id) ?? null)
    case 'label':
      return shown.tags && tagOf(target, shown.tags)
    case 'component':
      return undefined
    default:
      return target satisfies never
  }
}

function accountState(ids: Record<string, string>, raw: string | null): FieldState {
  return { value: nameOf(ids, raw), raw, blank: raw === null }
}
