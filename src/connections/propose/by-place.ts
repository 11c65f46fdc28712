/** The same evidence as one project or form sees it, and the mappings of each where they differ. Pure. */
import type { Mapping } from '../../contract/index.ts'
import type { Evidence } from './types.ts'

export function inPlace({ metadata, samples, ...rest }: Evidence, place: string): Evidence {
  const here = <Value extends { where?: string[] }>(list: Value[]) =>
    list.filter(({ where }) => where === undefined || where.includes(place))
  return {
    ...rest,
    samples: samples.filter((ticket) => ticket.place === place),
    metadata: {
      ...metadata,
      places: metadata.places.filter(({ id }) => id === place),
      fields: metadata.fields.map((field) => ({
        ...field,
        where: field.where.filter((id) => id === place),
        defaults: Object.fromEntries(Object.entries(field.defaults).filter(([id]) => id === place)),
        options: here(field.options),
      })),
      priorities: here(metadata.priorities),
      components: metadata.components.filter(({ project }) => project === place),
    },
  }
}

/** Do these mappings write different things? What only one of them has differs too. */
export function differ(mappings: Mapping[]): boolean {
  return new Set(mappings.map((mapping) => JSON.stringify(sorted(written(mapping))))).size > 1
}

/** The order of keys and lists does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

const written = ({ fields, group, groups }: Mapping) => ({ fields, group, groups })
