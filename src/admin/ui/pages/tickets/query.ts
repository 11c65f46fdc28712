import type { TicketsSearch } from '../../search.ts'

const FIELDS = ['service', 'category', 'priority'] as const

/** The filter of the API that the address means. */
export function queryOf({ id: _, service, category, priority, map, newest, ...rest }: TicketsSearch) {
  const values = { service, category, priority }
  const value = FIELDS.flatMap((field) => (values[field] ? [`${field}/${values[field]}`] : []))
  return {
    ...rest,
    source: rest.source as 'rule' | undefined,
    map: map === undefined ? undefined : String(map),
    newest: newest ? ('true' as const) : undefined,
    value: value.length > 0 ? value : undefined,
  }
}
