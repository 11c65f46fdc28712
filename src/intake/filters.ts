import type { Filters, Place } from '../contract/index.ts'

/**
 * Why a ticket is none of ours, in words, or null when we act on it. What the event does not say cannot exclude it: the
 * ticket is looked at again once it was fetched. Pure.
 */
export function outsideFilters(place: Place, filters: Filters): string | null {
  const { project, issueType, brand, form, channel, tags } = place
  if (excluded(filters.projects, project)) return `project ${project} is not among ${filters.projects.join(', ')}`
  if (
    issueType &&
    filters.issueTypes.length > 0 &&
    !has(filters.issueTypes, issueType.name) &&
    !has(filters.issueTypes, issueType.id)
  )
    return `issue type ${issueType.name} is not among ${filters.issueTypes.join(', ')}`
  if (excluded(filters.brands, brand)) return `brand ${brand ?? 'none'} is not among ${filters.brands.join(', ')}`
  if (excluded(filters.forms, form)) return `form ${form ?? 'none'} is not among ${filters.forms.join(', ')}`
  if (excluded(filters.channels, channel)) return `channel ${channel} is not among ${filters.channels.join(', ')}`
  if (tags) {
    if (filters.tags.length > 0 && !tags.some((tag) => has(filters.tags, tag)))
      return `none of the tags ${filters.tags.join(', ')} is there`
    const unwanted = tags.find((tag) => has(filters.withoutTags, tag))
    if (unwanted) return `tag ${unwanted} keeps us out`
  }
  return null
}

function excluded(allowed: string[], value: string | null | undefined): boolean {
  return allowed.length > 0 && value !== undefined && (value === null || !has(allowed, value))
}

function has(list: string[], value: string) {
  return list.some((entry) => entry.toLowerCase() === value.toLowerCase())
}
