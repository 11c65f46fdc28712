/** Compares a proposed mapping with where a configured sandbox really keeps our fields. */

import type { Proposal } from '../../src/connections/index.ts'
import { mappingOf } from '../../src/connections/propose/index.ts'
import { type Mapping, partsOf, readValues, type SingleTarget, type Target } from '../../src/contract/index.ts'

/** `asked`: right, and a person must say yes. `gap`: one of our values is left out, which the proposal says. */
export type Verdict = 'right' | 'asked' | 'wrong' | 'missing' | 'gap'
export type Finding = { path: string; verdict: Verdict; proposed: unknown; wanted: unknown }

/** `names`: those of the routing map: others cannot be proposed. */
export function compare(
  proposals: Proposal[],
  wanted: Mapping,
  names: { groups: string[]; people: string[] },
): Finding[] {
  const sure = partsOfMapping(mappingOf(proposals, ({ confidence }) => confidence === 'propose'))
  const all = partsOfMapping(mappingOf(proposals, () => true))
  const right = partsOfMapping(wanted)
  const named = (path: string) =>
    !/^(groups|people)\./.test(path) || [...names.groups, ...names.people].includes(path.replace(/^\w+\./, ''))
  const paths = [...new Set([...right.keys(), ...all.keys()])].filter(named)
  return paths.flatMap((path): Finding[] => {
    const [proposed, want] = [all.get(path), right.get(path)]
    const finding = (verdict: Verdict) => ({ path, verdict, proposed, wanted: want })
    if (proposed === undefined) return [finding('missing')]
    // A person who is asked about something that is nowhere kept says no.
    if (want === undefined) return sure.has(path) ? [finding('wrong')] : []
    if (!agrees(proposed, want)) return [finding('wrong')]
    const gaps = lacking(proposed, want).map((value) => ({ ...finding('gap'), path: `${path}.values.${value}` }))
    return [finding(sure.has(path) ? 'right' : 'asked'), ...gaps]
  })
}

type Part = Target | string | string[] | { to: 'native'; blank: string[] }

function partsOfMapping({ fields, group, groups, people, assignee }: Mapping): Map<string, Part> {
  const named = (under: string, list: Record<string, Part>) =>
    Object.entries(list).map(([name, part]) => [`${under}.${name}`, part] as const)
  return new Map<string, Part>([
    ...named('fields', fields),
    ...(group ? [['group', group] as const] : []),
    ...named('groups', groups),
    ...named('people', people),
    ...(assignee.blank.length > 0 ? [['assignee.blank', assignee.blank] as const] : []),
  ])
}

const isTarget = (part: Part): part is Target => typeof part === 'object' && 'to' in part && part.to !== 'native'

/** The same places and blanks, and no value that means something else; values may be missing. */
function agrees(proposed: Part, wanted: Part): boolean {
  if (!isTarget(proposed) || !isTarget(wanted)) return text(proposed) === text(wanted)
  const [ours, theirs] = [partsOf(proposed), partsOf(wanted)]
  return ours.length === theirs.length && ours.every((part, at) => agreesIn(part, theirs[at]!))
}

function agreesIn(proposed: SingleTarget, wanted: SingleTarget): boolean {
  const place = ({ values: _, blank, ...rest }: SingleTarget) => text({ ...rest, blank: blank.toSorted() })
  const first = ({ values }: SingleTarget, value: string) => [values[value]].flat()[0]
  const known = new Set(readValues(wanted).map(({ value, raw }) => `${value} ${raw}`))
  return (
    place(proposed) === place(wanted) &&
    readValues(proposed).every(({ value, raw }) => known.has(`${value} ${raw}`)) &&
    Object.keys(proposed.values).every((value) => first(proposed, value) === first(wanted, value))
  )
}

function lacking(proposed: Part, wanted: Part): string[] {
  if (!isTarget(proposed) || !isTarget(wanted)) return []
  const [part] = partsOf(proposed)
  return Object.keys(partsOf(wanted)[0]!.values).filter((value) => part?.values[value] === undefined)
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
