/** Translates the change of one Zendesk field into changes of our fields; for events and audits. Pure. */
import type { Mapping } from '../../src/contract/index.ts'
import { readId, readTags, readText } from './json.ts'
import { hasNativeGroup, nameOf, ownValue, tagOf, targets } from './mapping.ts'

export type Moved = {
  field: string
  from: string | null
  to: string | null
  fromRaw: string | null
  toRaw: string | null
}

/** `name` as in audits: `priority`, `group_id`, `assignee_id`, `status`, `tags`, or a custom field's numeric id. */
export function moved(mapping: Mapping, name: string, before: unknown, after: unknown): Moved[] {
  switch (name) {
    case 'status':
      return differing(plain('status', lower(before), lower(after)))
    case 'assignee_id':
      return differing(account('assignee', mapping.people, before, after))
    case 'group_id':
      return hasNativeGroup(mapping) ? differing(account('group', mapping.groups, before, after)) : []
    case 'tags':
      return movedTags(mapping, readTags(before) ?? [], readTags(after) ?? [])
    default:
      return movedFields(mapping, name, before, after)
  }
}

function movedFields(mapping: Mapping, name: string, before: unknown, after: unknown): Moved[] {
  return targets(mapping).flatMap(([field, target]) => {
    const here = target.to === 'priority' ? name === 'priority' : target.to === 'field' && target.id === name
    if (!here) return []
    const read = target.to === 'priority' ? lower : readText
    const fromRaw = read(before)
    const toRaw = read(after)
    return differing({ field, from: ownValue(target, fromRaw), to: ownValue(target, toRaw), fromRaw, toRaw })
  })
}

function movedTags(mapping: Mapping, before: string[], after: string[]): Moved[] {
  return targets(mapping).flatMap(([field, target]) => {
    if (target.to !== 'label') return []
    const fromRaw = tagOf(target, before)
    const toRaw = tagOf(target, after)
    return differing({ field, from: ownValue(target, fromRaw), to: ownValue(target, toRaw), fromRaw, toRaw })
  })
}

function account(field: string, ids: Record<string, string>, before: unknown, after: unknown): Moved {
  const fromRaw = readId(before) ?? null
  const toRaw = readId(after) ?? null
  return { field, from: nameOf(ids, fromRaw), to: nameOf(ids, toRaw), fromRaw, toRaw }
}

function plain(field: string, from: string | null, to: string | null): Moved {
  return { field, from, to, fromRaw: from, toRaw: to }
}

function lower(value: unknown): string | null {
  return readText(value)?.toLowerCase() ?? null
}

function differing(change: Moved): Moved[] {
  return change.fromRaw === change.toRaw ? [] : [change]
}
