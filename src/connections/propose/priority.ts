/** Priorities match by their order in the project's scheme, never by id. Pure. */
import type { Metadata, TaxonomyField } from '../../contract/index.ts'
import { valuesOf } from '../../contract/index.ts'
import { blankReason, type Found, judged } from './candidates.ts'
import { isNamed } from './field-names.ts'
import { fold } from './fold.ts'
import { offScreen } from './gate.ts'
import type { Candidate, Evidence, Gap } from './types.ts'
import { usageOf } from './usage.ts'

/** Names of levels, the most urgent first. */
const LEVELS: string[][] = [
  'Blocker, Highest, Urgent, Critical, Kritisch, Critique, Crítica, Critico, Критический, Критичный, Срочный, Наивысший, Höchste, Sehr hoch, Dringend, Urgente, La plus haute, Maximale, 最高, 緊急, P1, Sev 1, Sev1, S1, 1',
  'High, Hoch, Haute, Élevée, Élevé, Alta, Высокий, Major, Majeure, 高, P2, Sev 2, Sev2, S2, 2',
  'Medium, Normal, Mittel, Moyenne, Moyen, Normale, Media, Средний, Обычный, 中, 通常, P3, Sev 3, Sev3, S3, 3',
  'Low, Minor, Niedrig, Gering, Basse, Faible, Mineure, Baja, Низкий, 低, P4, Sev 4, Sev4, S4, 4',
  'Lowest, Trivial, Niedrigste, Sehr niedrig, La plus basse, Muy baja, Самый низкий, 最低, P5, Sev 5, Sev5, S5, 5',
].map((names) => names.split(', ').map(fold))

type Level = { id: string; name: string }

/** Ours from the top down, onto theirs from the top down. */
function byOrder(ours: string[], theirs: Level[]): { values: Record<string, string>; gaps: Gap[]; left: Level[] } {
  const values = Object.fromEntries(ours.slice(0, theirs.length).map((id, i) => [id, theirs[i]!.id]))
  const gaps = ours.slice(theirs.length).map((value) => ({ value, because: `there are only ${theirs.length} levels` }))
  return { values, gaps, left: theirs.slice(ours.length) }
}

/** The levels with the most urgent first; null when their names do not say which end is the top. */
function topDown(levels: Level[]): Level[] | null {
  const known = levels.flatMap(({ name }, place) => {
    const level = levelOf(name)
    return level === null ? [] : [{ place, level }]
  })
  const pairs = known.flatMap((a) => known.filter((b) => b.place > a.place).map((b) => Math.sign(b.level - a.level)))
  const down = pairs.filter((sign) => sign > 0).length
  const up = pairs.filter((sign) => sign < 0).length
  if (down === up) return null
  // Names in both orders: the list has no order, so it gets the order of the names.
  if (Math.min(down, up) > 0)
    return known.length < levels.length ? null : levels.toSorted((a, b) => levelOf(a.name)! - levelOf(b.name)!)
  return down > up ? levels : levels.toReversed()
}

function levelOf(name: string): number | null {
  const folded = fold(name)
  const whole = LEVELS.findIndex((names) => names.includes(folded))
  if (whole >= 0) return whole
  const start = /^(?:p|s|sev|prio|priority|severity)? ?([1-5])\b/.exec(folded)
  if (start) return Number(start[1]) - 1
  const last = LEVELS.findIndex((names) => names.some((known) => folded.split(' ').includes(known)))
  return last < 0 ? null : last
}

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
    key: 'priority',
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
  if (on('impact') && on('urgency'))
    return 'it cannot be edited, and Impact and Urgency can: the helpdesk computes it from them'
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
    coverage: Object.keys(values).length / ours.length,
    gaps,
    warnings: [...candidate.warnings, ...left.map(({ name }) => `${name} has no value of ours: it is left alone.`)],
    reasons: [`by order, from ${ordered[0]!.name} down`, ...candidate.reasons],
  }
}
