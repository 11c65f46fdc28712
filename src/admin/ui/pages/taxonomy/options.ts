/** The options of a helpdesk's field beside the values of ours. Pure. */
import type { InferResponseType } from 'hono/client'
import type { api } from '../../api.ts'

export type Connection = InferResponseType<(typeof api)['connections']['$get'], 200>['items'][number]
export type Metadata = InferResponseType<(typeof api)['connections'][':name']['metadata']['$get'], 200>
type Target = Connection['mapping']['fields'][string]
type Part = Exclude<Target, { to: 'all' }>
type Option = { id: string; name: string }

/** Where a field of ours is stored, and what is chosen there. */
export type Compared = {
  /** The helpdesk's name of it. */
  place: string
  /** Our value -> the names of its options. */
  known: Map<string, string[]>
  /** Options that no value of ours has. */
  unknown: Option[]
  /** Of our values: those without an option. */
  without: string[]
  /** Whether one option can be added to it: it is one place. */
  isSingle: boolean
}

/** Null: the connection does not write this field, or into a place without options. */
export function compare(target: Target | undefined, metadata: Metadata, values: string[]): Compared | null {
  if (!target) return null
  const parts = (target.to === 'all' ? target.parts : [target]).map((part) => ({ part, at: optionsOf(part, metadata) }))
  const places = parts.filter(({ at }) => at !== null)
  if (places.length === 0) return null
  const known = new Map<string, string[]>()
  const used = new Set<string>()
  for (const { part, at } of places)
    for (const [value, raw] of Object.entries(part.values))
      for (const id of [raw].flat()) {
        used.add(id)
        const name = at!.options.find((option) => option.id === id)?.name ?? id
        known.set(value, [...(known.get(value) ?? []), name])
      }
  return {
    place: places.map(({ at }) => at!.name).join(', '),
    known,
    unknown: places.flatMap(({ at }) => at!.options).filter(({ id }) => !used.has(id)),
    without: values.filter((value) => !known.has(value)),
    isSingle: target.to !== 'all',
  }
}

function optionsOf(part: Part, metadata: Metadata): { name: string; options: Option[] } | null {
  switch (part.to) {
    case 'priority':
      return { name: 'Priority', options: metadata.priorities }
    case 'component':
      return { name: 'Components', options: metadata.components.filter(({ active }) => active) }
    case 'field': {
      const field = metadata.fields.find(({ id }) => id === part.id)
      if (!field || field.options.length === 0) return null
      const options = field.options.flatMap((option) => [option, ...(option.children ?? [])])
      // An option with children is chosen through them.
      const parents = new Set(field.options.filter(({ children }) => children?.length).map(({ id }) => id))
      return { name: field.name, options: options.filter(({ id, active }) => active !== false && !parents.has(id)) }
    }
    case 'label':
      return null
    default:
      return part satisfies never
  }
}

/** A merge patch that reads the option as this value too. */
export function patchFor(field: string, target: Target, value: string, option: string) {
  const raw = target.to === 'all' ? [] : [target.values[value] ?? []].flat()
  const all = [...raw, option]
  return { mapping: { fields: { [field]: { values: { [value]: all.length === 1 ? all[0]! : all } } } } }
}
