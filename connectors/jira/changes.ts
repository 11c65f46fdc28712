/** Translates a changelog entry into changes of our fields. Pure. */
import type { Actor, Change, Mapping, Target } from '../../src/contract/index.ts'
import { fromVendor, joined, knownOptions, ownValues, type Place, placesOf, vendorField } from './mapping.ts'
import { type Item, issueId } from './payload.ts'
import { personName } from './people.ts'

export type Entry = { id: string | null; at: string; by: Actor; items: Item[]; decision?: string }

/** Extra knowledge: names of custom fields by id (REST `expand=names`), and ids of people by key. */
export type Known = { names?: Record<string, string>; aliases?: Map<string, string> }

/** `unclear`: a custom field changed and nothing says which one; the issue must be read. */
export function changesOf(entry: Entry, mapping: Mapping, extra: Known = {}): { changes: Change[]; unclear: boolean } {
  const places = placesOf(mapping)
  const named = entry.items.map((item) => ({ item, field: fieldOf(item, places, extra) }))
  const found = places.flatMap(({ field, target }) => {
    const items = named.filter((one) => one.field === vendorField(target)).map((one) => one.item)
    return items.length > 0 ? changed(field, target, items) : []
  })
  for (const { item, field } of named) {
    if (field === 'assignee') found.push(assigned(item, mapping, extra))
    if (field === 'status') found.push(moved(item))
  }
  const { items: _, ...action } = entry
  // A move to another project empties fields that do not exist there: no person chose that.
  const relocated = named.some(({ field }) => field === 'project' || field === 'key')
  const kept = relocated ? found.filter((change) => change.toRaw !== null) : found
  const changes = kept.map((change) => ({ ...change, ...action, action: entry.id }))
  return { changes, unclear: named.some(({ field }) => field === null) }
}

type Bare = Pick<Change, 'field' | 'from' | 'to' | 'fromRaw' | 'toRaw'>

function changed(field: string, target: Target, items: Item[]): Bare[] {
  const { fromRaw, toRaw } = between(target, items)
  if (fromRaw === toRaw) return []
  return [{ field, from: fromVendor(target, fromRaw), to: fromVendor(target, toRaw), fromRaw, toRaw }]
}

function between(target: Target, items: Item[]): { fromRaw: string | null; toRaw: string | null } {
  const item = items[0]!
  switch (target.to) {
    case 'priority':
      return { fromRaw: item.from || null, toRaw: item.to || null }
    case 'component': {
      // One item for each component added or removed.
      const ids = (side: 'from' | 'to') => items.map((one) => one[side]).filter((id) => id !== null)
      return { fromRaw: joined(ownValues(target, ids('from'))), toRaw: joined(ownValues(target, ids('to'))) }
    }
    case 'label':
      // Ids are null. The texts hold the whole list, joined by spaces, which no label can contain.
      return {
        fromRaw: joined(ownValues(target, split(item.fromText))),
        toRaw: joined(ownValues(target, split(item.toText))),
      }
    case 'field':
      return { fromRaw: fieldRaw(target, item.from, item.fromText), toRaw: fieldRaw(target, item.to, item.toText) }
  }
}

function fieldRaw(target: Target & { to: 'field' }, id: string | null, text: string | null): string | null {
  if (target.type === 'text') return text || null
  if (!id) return null
  if (target.type === 'cascading') {
    // "Parent values: Internet(10500)Level 1 values: Fibre(10502)"
    const ids = [...id.matchAll(/\((\d+)\)/g)].map((found) => found[1]!)
    return ids.length > 0 ? ids.slice(0, 2).join('/') : id
  }
  const several = /^\[(.*)\]$/.exec(id)
  return several ? joined(knownOptions(target, several[1]!.split(/\s*,\s*/).filter(Boolean))) : id
}

function assigned(item: Item, mapping: Mapping, { aliases }: Known): Bare {
  const id = (account: string | null, key: string | null) => account ?? (key && (aliases?.get(key) ?? key)) ?? null
  const fromRaw = id(item.fromAccount, item.from) || null
  const toRaw = id(item.toAccount, item.to) || null
  const name = (raw: string | null) => personName(mapping.people, raw)
  return { field: 'assignee', from: name(fromRaw), to: name(toRaw), fromRaw, toRaw }
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
  if (names) return custom.map(({ target }) => vendorField(target)).find((id) => names[id] === name) ?? ''
  // Option ids are unique across all fields of a site, so an option id of the mapping identifies the field.
  const options = [item.from, item.to].flatMap((side) => (side ? [...side.matchAll(/\d+/g)].map(String) : []))
  const byOption = custom.find(({ target }) => options.some((id) => issueId(id) && holdsOption(target, id)))
  return byOption ? vendorField(byOption.target) : null
}

function holdsOption(target: Target, id: string): boolean {
  return [...Object.values(target.values), ...target.blank].some((raw) => raw.split('/').includes(id))
}

function split(text: string | null): string[] {
  return text?.split(/\s+/).filter(Boolean) ?? []
}
