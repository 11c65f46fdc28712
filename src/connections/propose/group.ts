/** Where the route's group could be written: the helpdesk's own groups, a component, a field, a label last. Pure. */
import { fold, type Mapping, type Metadata, type Option } from '../../contract/index.ts'
import { candidatesFor, type Found, groupsWanted } from './candidates.ts'
import { confidenceOf, ranked, rivalOf } from './choose.ts'
import { nothing, reasonOf } from './field.ts'
import { isNamed } from './field-names.ts'
import { offScreen } from './gate.ts'
import { shownTickets } from './shown.ts'
import type { Candidate, Evidence, Gap, Proposal } from './types.ts'
import { usageOf } from './usage.ts'

export function proposeGroup(evidence: Evidence, used: Set<string>): Proposal {
  const { names, metadata } = evidence
  if (names.groups.length === 0) {
    const because = 'it names no groups: publish one, then propose again'
    return nothing('group', [{ name: 'the routing map', because }], 'group')
  }
  if (metadata.groups.length > 0) return nativeGroup(evidence)
  const wanted = groupsWanted(names.groups)
  const found = candidatesFor({ wanted, isNamed: (name) => isNamed('group', name), forGroup: true }, evidence)
  const free = ranked(found.candidates.filter(({ keys }) => keys.every((key) => !used.has(key))))
  // A component goes before a field that fits no better.
  const component = free.find(({ target }) => target.to === 'component')
  const best = component && component.coverage >= (free[0]?.coverage ?? 0) ? component : free[0]
  return best ? candidateGroup(best, free, evidence) : labelGroup(evidence, found)
}

function candidateGroup(best: Candidate, free: Candidate[], evidence: Evidence): Proposal {
  const rival = best.target.to === 'component' ? undefined : rivalOf(best, free)
  const { target } = best
  if (target.to === 'all') throw new Error('a group is written to one place')
  const doubts = [...best.doubts, ...(rival ? [`${rival.name} fits as well`] : [])]
  return {
    of: 'group',
    path: 'group',
    target: best.name,
    adds: { group: { ...target, values: {} }, groups: single(target.values) },
    confidence: confidenceOf(best, rival),
    reason: reasonOf(best, evidence.names.groups.length, doubts),
    gaps: best.gaps,
    warnings: best.warnings,
    tickets: shownTickets(evidence.samples, best),
  }
}

/** `groups` has one vendor id for each name. */
const single = (values: Record<string, string | string[]>): Mapping['groups'] =>
  Object.fromEntries(Object.entries(values).map(([name, raw]) => [name, [raw].flat()[0]!]))

function nativeGroup(evidence: Evidence): Proposal {
  const { names, metadata, samples } = evidence
  const groups: Mapping['groups'] = {}
  const gaps: Gap[] = []
  for (const name of names.groups) {
    const same = metadata.groups.filter((group) => fold(group.name) === fold(name))
    const open = same.filter(({ active, private: isPrivate }) => active && !isPrivate)
    if (open.length === 1) groups[name] = open[0]!.id
    else gaps.push({ value: name, because: whyNot(same, open.length) })
  }
  const labels = Object.fromEntries(metadata.groups.map(({ id, name }) => [id, name]))
  const given = metadata.givenTo.filter(({ kind }) => kind === 'group')
  const unchosen = usageOf(samples, 'group')?.unchosen ?? []
  const blank = [...new Set([...given.map(({ id }) => id), ...unchosen])]
  const coverage = Object.keys(groups).length / names.groups.length
  const target = { to: 'field' as const, id: 'group', type: 'group', values: groups, blank }
  const because = [
    ...given.map(({ name, why }) => `new tickets get ${name} without anybody's choice (${why}), which counts as empty`),
    ...unchosen
      .filter((id) => !given.some((one) => one.id === id))
      .map((id) => `most new tickets get ${labels[id] ?? id}, which counts as empty`),
  ]
  const best: Candidate = {
    target,
    name: "the helpdesk's own groups",
    keys: ['group'],
    coverage,
    named: true,
    rare: false,
    gaps,
    warnings: [],
    doubts: [],
    reasons: because,
    labels,
  }
  return {
    of: 'group',
    path: 'group',
    target: best.name,
    adds: coverage < 0.5 ? null : { group: { to: 'native', blank }, groups },
    confidence: confidenceOf(best, undefined),
    reason: `${Object.keys(groups).length} of ${names.groups.length} groups have the name of one group there; ${['groups are its own', ...because].join('; ')}`,
    gaps,
    warnings: metadata.groups
      .filter((group) => group.private && names.groups.some((name) => fold(name) === fold(group.name)))
      .map(
        ({ name }) =>
          `${name} is a private group: a ticket that is put into it stays private for good. Map it by hand if that is meant.`,
      ),
    tickets: coverage < 0.5 ? [] : shownTickets(samples, best),
  }
}

function whyNot(same: Metadata['groups'], open: number): string {
  if (open > 1) return 'several groups have this name'
  if (same.length === 0) return 'no group has this name'
  return same.some(({ active }) => active) ? 'the group is private' : 'the group is not active'
}

/** Nothing else can take the groups: a label for each of them. */
function labelGroup({ names, metadata }: Evidence, { closed }: Found): Proposal {
  const screen = metadata.fields.find(({ id }) => id === 'labels')
  const blocked = screen ? offScreen(screen.where, metadata.places) : 'it has no labels'
  if (blocked !== null) return nothing('group', [...closed, { name: 'labels', because: blocked }], 'group')
  const prefix = freePrefix(metadata)
  const groups = Object.fromEntries(names.groups.map((name) => [name, prefix + fold(name).replaceAll(' ', '-')]))
  if (new Set(Object.values(groups)).size < names.groups.length)
    return nothing('group', [{ name: 'labels', because: 'two groups would get the same label' }], 'group')
  return {
    of: 'group',
    path: 'group',
    target: `labels that start with ${prefix}`,
    adds: { group: { to: 'label', prefix, values: {}, blank: [] }, groups },
    confidence: 'ask',
    reason: [
      'no component and no field has the names of our groups',
      ...closed.map((one) => `${one.name}: ${one.because}`),
    ].join('; '),
    gaps: [],
    warnings: ['Agents see the group only as a label.'],
    tickets: [],
  }
}

/** A prefix that is in no option's tag: a tag of a drop-down sets the drop-down. */
function freePrefix({ fields }: Metadata): string {
  const tags = fields.flatMap(({ options }) => options.flatMap((option: Option) => [option.id, option.name]))
  const prefixes = ['group-', 'pointsman-group-', 'routed-to-']
  return prefixes.find((prefix) => !tags.some((tag) => tag.startsWith(prefix))) ?? 'pointsman-routed-to-'
}
