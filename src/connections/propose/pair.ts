/** Impact and Urgency, from which a helpdesk computes its priority: one of our values goes into both. Pure. */
import {
  type MetadataField,
  type SingleTarget,
  type SolvedTicket,
  type TaxonomyField,
  valuesOf,
} from '../../contract/index.ts'
import { blankReason, type Found, isEverywhere, judged } from './candidates.ts'
import { isNamed } from './field-names.ts'
import { closedBecause } from './gate.ts'
import { byOrder, type Level, levelOf, topDown } from './levels.ts'
import type { Candidate, Evidence, Gap } from './types.ts'
import { usageOf } from './usage.ts'

type Half = { field: MetadataField; levels: Level[]; isOrdered: boolean }

/** One candidate for each Impact with each Urgency: usually one. */
export function pairCandidates(field: TaxonomyField, evidence: Evidence): Found {
  const { fields, places } = evidence.metadata
  const ours = valuesOf(field)
    .map(({ id }) => id)
    .reverse()
  const found: Found = { candidates: [], closed: [] }
  const halves = fields.flatMap((one) => {
    const [isImpact, isUrgency] = [isNamed('impact', one.name), isNamed('urgency', one.name)]
    const levels = one.options.filter((option) => option.active !== false && isEverywhere(option, places))
    if (isImpact === isUrgency || closedBecause(one, places) !== null || levels.length < 2) return []
    const ordered = topDown(levels)
    return [{ field: one, levels: ordered ?? levels, isOrdered: ordered !== null, isImpact }]
  })
  for (const impact of halves.filter(({ isImpact }) => isImpact))
    for (const urgency of halves.filter(({ isImpact }) => !isImpact))
      found.candidates.push(candidateOf(ours, [impact, urgency], evidence))
  return found
}

function candidateOf(ours: string[], [impact, urgency]: [Half, Half], { metadata, samples }: Evidence): Candidate {
  const halves = [impact, urgency]
  const shown = shownPairs(ours, halves, metadata.priorities, samples)
  const { pairs, gaps, differing } = together(ours, halves, shown)
  const uses = halves.map(({ field }) => {
    const given = [...new Set(Object.values(field.defaults))]
    const usage = usageOf(samples, field.id, given)
    return { use: judged(usage), blank: [...new Set([...given, ...(usage?.unchosen ?? [])])] }
  })
  const parts = halves.map(
    ({ field }, at): SingleTarget => ({
      to: 'field',
      id: field.id,
      type: field.writeAs[0]!,
      values: Object.fromEntries([...pairs].map(([value, pair]) => [value, pair[at]!])),
      blank: uses[at]!.blank,
    }),
  )
  const labels = Object.fromEntries(halves.flatMap(({ levels }) => levels.map(({ id, name }) => [id, name])))
  const words = ([one, other]: string[]) => `${labels[one!]} and ${labels[other!]}`
  const unordered = halves.filter(({ isOrdered }) => !isOrdered)
  return {
    target: { to: 'all', parts },
    name: halves.map(({ field }) => `${field.name} (${field.id})`).join(' and '),
    keys: halves.map(({ field }) => field.id),
    coverage: ours.length === 0 ? 0 : pairs.size / ours.length,
    named: true,
    rare: uses.some(({ use }) => use.rare),
    gaps,
    warnings: [
      ...new Set(uses.flatMap(({ use }) => use.warnings)),
      ...(shown.size === 0
        ? ['No solved tickets show which priority the helpdesk computes from which pair: try one of each.']
        : []),
    ],
    doubts: [
      ...(shown.size < ours.length
        ? unordered.map(({ field }) => `the levels of ${field.name} do not say which one is the most urgent`)
        : []),
      ...(gaps.length > 0 ? ['not every level of ours has a pair'] : []),
      ...(differing.length > 0
        ? [`solved tickets show other pairs for ${differing.join(', ')} than the order of the levels`]
        : []),
      ...new Set(uses.flatMap(({ use }) => use.doubts)),
    ],
    reasons: [
      'the helpdesk computes its priority from the two',
      ...[...pairs].map(([value, pair]) => `${value} is ${words(pair)}`),
      ...(shown.size > 0 ? [`solved tickets show ${shown.size} of these`] : ['by the order of the levels']),
      ...uses.flatMap(({ blank }) => blankReason(blank, labels)),
    ],
    labels,
  }
}

type Pair = [string, string]

/** What solved tickets show goes before the order of the levels; no pair stands for two of ours. */
function together(
  ours: string[],
  halves: Half[],
  shown: Map<string, Pair>,
): { pairs: Map<string, Pair>; gaps: Gap[]; differing: string[] } {
  const [first, second] = halves.map(({ levels }) => byOrder(ours, levels))
  const pairs = new Map<string, Pair>()
  const gaps: Gap[] = []
  const differing: string[] = []
  const isTaken = (pair: Pair) => [...pairs.values(), ...shown.values()].some((one) => one.join() === pair.join())
  for (const value of ours) {
    const [one, other] = [first!.values[value], second!.values[value]]
    const ordered: Pair | null = one !== undefined && other !== undefined ? [one, other] : null
    const seen = shown.get(value)
    if (seen) {
      pairs.set(value, seen)
      if (ordered && seen.join() !== ordered.join()) differing.push(value)
    } else if (ordered && !isTaken(ordered)) pairs.set(value, ordered)
    else
      gaps.push({ value, because: ordered ? 'its pair stands for another level' : 'one of the two has fewer levels' })
  }
  return { pairs, gaps, differing }
}

/** From so many tickets of a level on, and such a share of them, a pair is its pair. */
const ENOUGH = 3
const MOSTLY = 0.5

/** The pair that most tickets of each level of the computed priority have. */
function shownPairs(ours: string[], halves: Half[], priorities: Level[], samples: SolvedTicket[]): Map<string, Pair> {
  const names = new Map(priorities.map(({ id, name }) => [id, levelOf(name)]))
  const keys = ['priority', ...halves.map(({ field }) => field.id)]
  const known = samples.flatMap(({ fields }) => {
    const [priority, ...pair] = keys.map((key) => fields[key]?.now ?? [])
    const level = priority?.length === 1 ? names.get(priority[0]!) : null
    const value = level === null || level === undefined ? undefined : ours[level]
    return value !== undefined && pair.every(({ length }) => length === 1) ? [{ value, pair: pair.flat() as Pair }] : []
  })
  const found = [...Map.groupBy(known, ({ value }) => value)].flatMap(([value, tickets]): [string, Pair][] => {
    const byPair = Map.groupBy(tickets, ({ pair }) => pair.join())
    const most = [...byPair.values()].reduce((a, b) => (b.length > a.length ? b : a))
    return most.length >= ENOUGH && most.length / tickets.length > MOSTLY ? [[value, most[0]!.pair]] : []
  })
  const isShared = (pair: Pair) => found.filter(([, other]) => other.join() === pair.join()).length > 1
  return new Map(found.filter(([, pair]) => !isShared(pair)))
}
