/** Translates a changelog entry into changes of our fields. Pure. */
import { type Actor, type Change, type Mapping, readValues, type SingleTarget } from '../../src/contract/index.ts'
import { type FieldTarget, idsOf, kindOf, type Logged, listed } from './kinds.ts'
import {
  byField,
  joined,
  ourValue,
  ownValues,
  type Place,
  placesOf,
  type Raw,
  rawTogether,
  severalRaw,
  vendorField,
} from './mapping.ts'
import { type Item, issueId } from './payload.ts'
import { personName } from './people.ts'

export type Entry = { id: string | null; at: string; by: Actor; items: Item[]; decision?: string }

/**
 * Extra knowledge: names of custom fields by id (REST `expand=names`), ids of people by key, and the values after the
 * entry, which a field with several places needs.
 */
export type Known = { names?: Record<string, string>; aliases?: Map<string, string>; after?: Raw }

/** A change of one place, or of the assignee. */
export type PlaceChange = { key: string; fromRaw: string | null; toRaw: string | null }

/**
 * `unclear`: the entry alone does not say what changed, so the issue must be read. `before`: the values before the entry,
 * as far as they are known.
 */
type Found = { changes: Change[]; unclear: boolean; before: Raw }

export function changesOf(entry: Entry, mapping: Mapping, extra: Known = {}): Found {
  const places = placesOf(mapping)
  const named = entry.items.map((item) => ({ item, field: fieldOf(item, places, extra) }))
  const parts = placeChanges(entry, mapping, extra)
  const after: Raw = { ...extra.after, ...sides(parts, 'toRaw') }
  const before: Raw = { ...after, ...sides(parts, 'fromRaw') }
  const touched = [...byField(places)].filter(([, of]) => of.some(({ key }) => parts.some((one) => one.key === key)))
  const found: Bare[] = touched.map(([field, of]) => ({ field, ...between(of, before, after) }))
  for (const { key, fromRaw, toRaw } of parts) {
    const name = (raw: string | null) => personName(mapping.people, raw)
    if (key === 'assignee') found.push({ field: key, from: name(fromRaw), to: name(toRaw), fromRaw, toRaw })
  }
  for (const { item, field } of named) if (field === 'status') found.push(moved(item))
  found.push(...doubtfulIn(entry, places, extra, after))
  const { items: _, ...action } = entry
  // A move to another project empties fields that do not exist there: no person chose that.
  const relocated = named.some(({ field }) => field === 'project' || field === 'key')
  const kept = relocated ? found.filter((change) => change.toRaw !== null) : found
  const partly = touched.some(([, of]) => of.some(({ key }) => !Object.hasOwn(after, key)))
  return {
    changes: kept.map((change) => ({ ...change, ...action, action: entry.id })),
    unclear: partly || named.some(({ field }) => field === null),
    before,
  }
}

type Bare = Pick<Change, 'field' | 'from' | 'to' | 'fromRaw' | 'toRaw' | 'doubtful'>

/**
 * Changes of fields that the history names by a title that they no longer have, or that two fields have: each of ours that
 * has now what the item says may be the field.
 */
function doubtfulIn(entry: Entry, places: Place[], extra: Known, after: Raw): Bare[] {
  return entry.items.flatMap((item) =>
    candidatesOf(item, places, extra).flatMap(({ field, key, target }): Bare[] => {
      const [fromRaw, toRaw] = [sideOf(target, [item], 'from', extra), sideOf(target, [item], 'to', extra)]
      if (fromRaw === toRaw || !Object.hasOwn(after, key) || after[key] !== toRaw) return []
      const parts = byField(places).get(field) ?? []
      return [{ field, ...between(parts, { ...after, [key]: fromRaw }, after), doubtful: true }]
    }),
  )
}

function between(parts: Place[], before: Raw, after: Raw): Omit<Bare, 'field'> {
  return {
    from: ourValue(parts, before),
    to: ourValue(parts, after),
    fromRaw: rawTogether(parts, before),
    toRaw: rawTogether(parts, after),
  }
}

function sides(parts: PlaceChange[], side: 'fromRaw' | 'toRaw'): Raw {
  return Object.fromEntries(parts.map((part) => [part.key, part[side]]))
}

/** The changes of the single places, and of the assignee. */
export function placeChanges(entry: Entry, mapping: Mapping, extra: Known = {}): PlaceChange[] {
  const places = placesOf(mapping)
  const named = entry.items.map((item) => ({ item, field: fieldOf(item, places, extra) }))
  const found = places.flatMap(({ key, target }): PlaceChange[] => {
    const items = named.filter((one) => one.field === vendorField(target)).map((one) => one.item)
    if (items.length === 0) return []
    const [fromRaw, toRaw] = [sideOf(target, items, 'from', extra), sideOf(target, items, 'to', extra)]
    return fromRaw === toRaw ? [] : [{ key, fromRaw, toRaw }]
  })
  const assigned = named.filter(({ field }) => field === 'assignee')
  for (const { item } of assigned) {
    const [from, to] = [logged(item, 'from', extra), logged(item, 'to', extra)]
    found.push({ key: 'assignee', fromRaw: from.account ?? null, toRaw: to.account ?? null })
  }
  return found
}

function sideOf(target: SingleTarget, items: Item[], side: 'from' | 'to', extra: Known): string | null {
  const one = logged(items[0]!, side, extra)
  switch (target.to) {
    case 'priority':
      return one.id || null
    case 'component':
      // One item for each component added or removed.
      return joined(ownValues(target, idsOf(items.map((item) => item[side]))))
    case 'label':
      // Ids are null. The texts hold the whole list, joined by spaces, which no label can contain.
      return joined(ownValues(target, one.text?.split(/\s+/).filter(Boolean) ?? []))
    case 'field':
      return fieldRaw(target, one)
  }
}

function fieldRaw(target: FieldTarget, side: Logged): string | null {
  const kind = kindOf(target)
  if (!kind) return side.id || side.text || null
  if ('several' in kind) return severalRaw(target, kind.loggedList(side))
  // A mapping may say `select` for a multi-select.
  if (target.type === 'select' && side.id?.startsWith('[')) return severalRaw(target, listed(side.id))
  return kind.logged(side, target)
}

function logged(item: Item, side: 'from' | 'to', { aliases }: Known): Logged {
  const id = item[side]
  const account = side === 'from' ? item.fromAccount : item.toAccount
  const text = side === 'from' ? item.fromText : item.toText
  return { id, text, account: account || (id && (aliases?.get(id) ?? id)) || null }
}

function moved(item: Item): Bare {
  return { field: 'status', from: item.fromText, to: item.toText, fromRaw: item.from, toRaw: item.to }
}

// Data Center has no `fieldId`, but its names of system fields are fixed. Cloud translates names, but has the id.
const SYSTEM: Record<string, string> = {
  priority: 'priority',
  assignee: 'assignee',
  status: 'status',
  resolution: 'resolution',
  labels: 'labels',
  component: 'components',
  components: 'components',
  'component/s': 'components',
  project: 'project',
  key: 'key',
}

/** The vendor field of an item; null for a custom field that nothing identifies; `''` for one that does not matter. */
function fieldOf(item: Item, places: Place[], { names }: Known = {}): string | null {
  if (item.fieldId) return item.fieldId.toLowerCase() === 'key' ? 'key' : item.fieldId
  const name = item.field ?? ''
  if (item.fieldtype !== 'custom') return Object.hasOwn(SYSTEM, name.toLowerCase()) ? SYSTEM[name.toLowerCase()]! : ''
  const custom = places.filter(({ target }) => target.to === 'field')
  if (custom.length === 0) return ''
  const owners = ownersOf(name, names)
  // A title of exactly one field that is not ours.
  if (owners?.length === 1 && !custom.some(({ target }) => vendorField(target) === owners[0])) return ''
  const possible = owners?.length ? custom.filter(({ target }) => owners.includes(vendorField(target))) : custom
  // Option ids are unique across all fields of a site, so an option id of the mapping identifies the field.
  const options = [item.from, item.to].flatMap((side) => (side ? [...side.matchAll(/\d+/g)].map(String) : []))
  const byOption = possible.find(({ target }) => options.some((id) => issueId(id) && holdsOption(target, id)))
  if (byOption) return vendorField(byOption.target)
  if (!owners) return null
  return owners.length === 1 ? owners[0]! : ''
}

/** The fields that have this title now; undefined: the titles are not known. */
function ownersOf(title: string, names: Known['names']): string[] | undefined {
  return names && Object.keys(names).filter((id) => names[id] === title)
}

/** The places that an item without an id may mean, if its title does not tell: a renamed field, or two of one title. */
function candidatesOf(item: Item, places: Place[], extra: Known): Place[] {
  const owners = item.fieldId || item.fieldtype !== 'custom' ? undefined : ownersOf(item.field ?? '', extra.names)
  if (!owners || owners.length === 1 || fieldOf(item, places, extra) !== '') return []
  return places.filter(
    ({ target }) => target.to === 'field' && (owners.length === 0 || owners.includes(vendorField(target))),
  )
}

function holdsOption(target: SingleTarget, id: string): boolean {
  return [...readValues(target).map(({ raw }) => raw), ...target.blank].some((raw) => raw.split('/').includes(id))
}
