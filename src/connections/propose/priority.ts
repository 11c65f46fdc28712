/** Priorities match by their order in the project's scheme, never by id. Pure. */
import type { Metadata, TaxonomyField } from '../../contract/index.ts'
import { valuesOf } from '../../contract/index.ts'
import { blankReason, type Found, judged, WORDS_ONLY } from './candidates.ts'
import { isNamed } from './field-names.ts'
import { offScreen } from './gate.ts'
import { byOrder, levelOf, topDown } from './levels.ts'
import type { Candidate, Evidence } from './types.ts'
import { usageOf } from './usage.ts'

/** Why the priority itself is not written where Impact and Urgency are. */
export const COMPUTED = 'it cannot be edited, and Impact and Urgency can: the helpdesk computes it from them'

/** The helpdesk's own priority, where it can be edited. */
export function priorityCandidates(field: TaxonomyField, evidence: Evidence): Found {
  const { metadata, samples } = evidence
  const { places, priorities } = metadata
  const scheme = priorities.filter(({ where }) => places.every(({ id }) => where.includes(id)))
  if (scheme.length === 0)
    return { candidates: [], closed: [{ name: 'the priority', because: closedPriority(metadata) }] }
  const ordered = topDown(scheme)
  const ours = valuesOf(field)
    .map(({ id }) => id)
    .reverse()
  const { values, gaps, left } = byOrder(ours, ordered ?? scheme)
  const labels = Object.fromEntries(scheme.map(({ id, name }) => [id, name]))
  const given = givenPriorities(metadata)
  const usage = usageOf(samples, 'priority', given)
  const blank = [...new Set([...given, ...(usage?.unchosen ?? [])])]
  const use = judged(usage)
  const candidate: Candidate = {
    target: { to: 'priority', values, blank },
    name: 'the priority',
    keys: ['priority'],
    coverage: ours.length === 0 ? 0 : Object.keys(values).length / ours.length,
    named: true,
    rare: use.rare,
    gaps,
    warnings: [
      ...use.warnings,
      ...(left.length > 0
        ? [`${left.map(({ name }) => name).join(', ')} has no value of ours: it is left alone.`]
        : []),
    ],
    doubts: [
      ...(ordered ? [] : ['the names of the levels do not say which one is the most urgent']),
      ...(gaps.length > 0 ? ['the helpdesk has fewer levels than we have'] : []),
      ...use.doubts,
    ],
    reasons: [`by order, from ${(ordered ?? scheme)[0]!.name} down`, ...use.reasons, ...blankReason(blank, labels)],
    labels,
  }
  return { candidates: [candidate], closed: [] }
}

/** The default on the screen of a place goes before the site's default. */
function givenPriorities({ places, priorities }: Metadata): string[] {
  const inPlaces = places.flatMap(({ id }) => {
    const own = priorities.filter(({ defaultIn }) => defaultIn.includes(id))
    return (own.length > 0 ? own : priorities.filter((one) => one.isDefault && one.where.includes(id))).map(
      (one) => one.id,
    )
  })
  const anywhere = places.length === 0 ? priorities.filter((one) => one.isDefault).map(({ id }) => id) : []
  return [...new Set([...inPlaces, ...anywhere])]
}

function closedPriority({ fields, places, priorities }: Metadata): string {
  const on = (what: string) =>
    fields.some(({ name, where }) => isNamed(what, name) && offScreen(where, places) === null)
  if (on('impact') && on('urgency')) return COMPUTED
  if (priorities.length === 0) return 'the helpdesk lists no priorities'
  return places.length > 1 ? 'the projects have no priority in common' : 'it is not on the edit screen'
}

/** A custom field with levels, such as Severity: its options match by their order too. */
export function byLevels(field: TaxonomyField, candidate: Candidate): Candidate {
  const { target } = candidate
  if (target.to !== 'field' || !candidate.named || candidate.coverage === 1) return candidate
  const levels = Object.entries(candidate.labels).map(([id, name]) => ({ id, name }))
  const ordered = levels.length <= 7 ? topDown(levels) : null
  if (!ordered || levels.some(({ name }) => levelOf(name) === null)) return candidate
  const ours = valuesOf(field)
    .map(({ id }) => id)
    .reverse()
  const { values, gaps, left } = byOrder(ours, ordered)
  return {
    ...candidate,
    target: { ...target, values },
    doubts: candidate.doubts.filter((doubt) => doubt !== WORDS_ONLY),
    coverage: Object.keys(values).length / ours.length,
    gaps,
    warnings: [...candidate.warnings, ...left.map(({ name }) => `${name} has no value of ours: it is left alone.`)],
    reasons: [`by order, from ${ordered[0]!.name} down`, ...candidate.reasons],
  }
}
