/** Translates the change of one Zendesk field into changes of our fields; for events and audits. Pure. */
import { type Mapping, partsOf, type SingleTarget, type Target } from '../../src/contract/index.ts'
import { readId, readTags, readText } from './json.ts'
import { hasNativeGroup, nameOf, ownValue, rawIn, type Shown, stateOf, tagOf, targets } from './mapping.ts'

export type Moved = {
  field: string
  from: string | null
  to: string | null
  fromRaw: string | null
  toRaw: string | null
}

/**
 * `name` as in audits: `priority`, `group_id`, `assignee_id`, `status`, `tags`, or a custom field's numeric id. A field
 * that is written to several places is not among them: one change does not tell what the other places hold.
 */
export function moved(mapping: Mapping, name: string, before: unknown, after: unknown): Moved[] {
  switch (name) {
    case 'status':
      return differing(plain('status', lower(before), lower(after)))
    case 'assignee_id':
      return differing(account('assignee', mapping.people, before, after))
    case 'group_id':
      return hasNativeGroup(mapping) ? differing(account('group', mapping.groups, before, after)) : []
    default:
      return targets(mapping).flatMap(([field, target]) => {
        if (target.to === 'all' || !isAt(target, name)) return []
        const fromRaw = rawAt(target, before)
        const toRaw = rawAt(target, after)
        return differing({ field, from: ownValue(target, fromRaw), to: ownValue(target, toRaw), fromRaw, toRaw })
      })
  }
}

/** Does a change of this Zendesk field change a field of ours that is written to several places? */
export function movesPart(mapping: Mapping, name: string, before: unknown, after: unknown): boolean {
  return targets(mapping).some(
    ([, target]) =>
      target.to === 'all' &&
      target.parts.some((part) => isAt(part, name) && rawAt(part, before) !== rawAt(part, after)),
  )
}

function isAt(target: SingleTarget, name: string): boolean {
  switch (target.to) {
    case 'priority':
      return name === 'priority'
    case 'field':
      return name === target.id
    case 'label':
      return name === 'tags'
    case 'component':
      return false
    default:
      return target satisfies never
  }
}

function rawAt(target: SingleTarget, value: unknown): string | null {
  if (target.to === 'priority') return lower(value)
  if (target.to === 'label') return tagOf(target, readTags(value) ?? [])
  return target.to === 'field' ? rawIn(target, value) : null
}

type Whole = Extract<Target, { to: 'all' }>
export type Step = { name: string; before: unknown; after: unknown }

/**
 * The changes of a field that is written to several places: what each place holds is followed through all steps of the
 * history. One list of changes for each group of steps, because one action may change several places.
 */
export function movedWhole(mapping: Mapping, groups: Step[][]): Moved[][] {
  const found: Moved[][] = groups.map(() => [])
  for (const [field, target] of targets(mapping)) {
    if (target.to !== 'all') continue
    const shown = atFirst(target, groups.flat())
    for (const [at, steps] of groups.entries()) {
      const before = stateOf(target, shown)
      for (const { name, after } of steps) if (partsOf(target).some((part) => isAt(part, name))) put(shown, name, after)
      const after = stateOf(target, shown)
      if (!before || !after) continue
      const change = { field, from: before.value, to: after.value, fromRaw: before.raw, toRaw: after.raw }
      found[at]?.push(...differing(change))
    }
  }
  return found
}

/** What the places held before the first step: a change names the value before it, and an initial value has none. */
function atFirst(target: Whole, steps: Step[]): Shown {
  const shown: Shown = { priority: null, tags: [], custom: new Map() }
  for (const { name, before } of steps.toReversed())
    if (target.parts.some((part) => isAt(part, name))) put(shown, name, before)
  return shown
}

function put(shown: Shown, name: string, value: unknown): void {
  if (name === 'priority') shown.priority = lower(value)
  else if (name === 'tags') shown.tags = readTags(value) ?? []
  else shown.custom?.set(name, value)
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
