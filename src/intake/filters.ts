import type { Filter, Filters, Place } from '../contract/index.ts'

/**
 * The reason why a ticket is outside the filters of its connection; null when we act on it. `known` are the adapter's
 * filters. What the event does not say excludes nothing: the ticket is checked again once it was fetched. Pure.
 */
export function outsideFilters(place: Place, filters: Filters, known: Record<string, Filter>): string | null {
  for (const [name, filter] of Object.entries(known)) {
    const listed = filters[name] ?? []
    const found = place[filter.place]
    if (listed.length === 0 || !found) continue
    const reason = filter.exclude ? excludedBy(found, listed, filter) : notAmong(found, listed, filter)
    if (reason) return reason
  }
  return null
}

function excludedBy(found: string[], listed: string[], { label }: Filter): string | null {
  const unwanted = found.find((value) => has(listed, value))
  return unwanted === undefined ? null : `excluded by ${label} ${unwanted}`
}

function notAmong(found: string[], listed: string[], { label, several }: Filter): string | null {
  if (found.some((value) => has(listed, value))) return null
  return several
    ? `none of the ${label}s ${listed.join(', ')} is there`
    : `${label} ${found[0] ?? 'none'} is not among ${listed.join(', ')}`
}

function has(list: string[], value: string) {
  return list.some((entry) => entry.toLowerCase() === value.toLowerCase())
}
