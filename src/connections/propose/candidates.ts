/** The fields of the helpdesk that could take our values, each with how well it fits. Pure. */
import type { Metadata, MetadataField, Option } from '../../contract/index.ts'
import { fold } from './fold.ts'
import { closedBecause, offScreen } from './gate.ts'
import { type Leaf, leavesOf, type Matched, matchBranches, matchValues, type Wanted } from './match.ts'
import type { Candidate, Evidence } from './types.ts'
import { type Usage, usageOf } from './usage.ts'

/** From here on a list is no list of categories. */
const MANY = 60
const TOO_MANY = 2000
/** Filled in less often than this, a field is hardly used. */
const RARELY = 0.05
const USUALLY = 0.6
const NEARLY_ALL = 0.9

/** A doubt that matching by order takes away. */
export const WORDS_ONLY = 'most names match in some words only'

export type Asked = { wanted: Wanted[]; isNamed: (name: string) => boolean; forGroup?: true }
export type Found = { candidates: Candidate[]; closed: { name: string; because: string }[] }

/** Fields and components; the priority, texts and labels are proposed by other rules. */
export function candidatesFor(asked: Asked, evidence: Evidence): Found {
  const found: Found = { candidates: [], closed: [] }
  for (const field of evidence.metadata.fields) {
    const named = asked.isNamed(field.name)
    const because = closedBecause(field, evidence.metadata.places)
    if (because === null && field.options.length === 0) continue
    const candidate = because ?? fieldCandidate(asked, field, evidence)
    if (typeof candidate !== 'string') found.candidates.push(candidate)
    // Only a field that a person would look for is worth a line.
    else if (named) found.closed.push({ name: field.name, because: candidate })
  }
  const component = asked.forGroup || !areGroups(evidence) ? componentCandidate(asked, evidence) : null
  if (component) found.candidates.push(component)
  return found
}

function fieldCandidate(asked: Asked, field: MetadataField, evidence: Evidence): Candidate | string {
  const { metadata, samples } = evidence
  const options = field.options.filter((option) => isEverywhere(option, metadata.places))
  const { parents, children } = leavesOf(options)
  const count = parents.length + children.length
  if (count > TOO_MANY) return `it has ${count} options: that is a list of things, not of categories`
  if (count <= 1 || isYesNo(parents)) return 'it is a yes or no'
  const matched = bestMatch(asked.wanted, parents, children)
  const blank = [...new Set(Object.values(field.defaults))]
  const usage = usageOf(samples, field.id, blank)
  if (usage && count > MANY && usage.distinct > usage.tickets / 3)
    return `it has ${usage.distinct} different values in ${usage.tickets} tickets: that is an identifier`
  const use = judged(usage)
  const unchosen = [...new Set([...blank, ...(usage?.unchosen ?? [])])]
  const labels = Object.fromEntries([...parents, ...children].map(({ id, path }) => [id, path.join(' / ')]))
  const lost = field.options.length - options.length
  return {
    target: { to: 'field', id: field.id, type: field.writeAs[0]!, values: matched.values, blank: unchosen },
    name: `${field.name} (${field.id})`,
    key: field.id,
    coverage: matched.coverage,
    named: asked.isNamed(field.name),
    rare: use.rare,
    gaps: matched.gaps,
    warnings: [
      ...(field.optionsComplete ? [] : ['Not all of its options could be read.']),
      ...(lost > 0 ? [`${lost} of its options are not in every project.`] : []),
      ...use.warnings,
    ],
    doubts: [
      ...matched.doubts,
      ...(matched.equal < 0.5 ? [WORDS_ONLY] : []),
      ...use.doubts,
      ...(count > MANY && matched.doubts.length === 0 ? [`it has ${count} options`] : []),
    ],
    reasons: [...use.reasons, ...blankReason(unchosen, labels)],
    labels,
  }
}

type Doubtful = Matched & { doubts: string[] }

function bestMatch(wanted: Wanted[], parents: Leaf[], children: Leaf[]): Doubtful {
  const sure = { doubts: [] }
  const isTree = parents.some(({ path }) => path.length > 1)
  const byParent = { ...(parents.length > MANY && isTree ? NOTHING : matchValues(wanted, parents)), ...sure }
  const byChild = { ...matchValues(wanted, children), ...sure }
  const better = byChild.coverage > byParent.coverage ? byChild : byParent
  if (!isTree) return better
  const byBranch = matchBranches(wanted, parents)
  if (byBranch.coverage <= better.coverage) return better
  return {
    ...byBranch,
    doubts: ['one of ours stands for a whole branch of options: check which option of it is written'],
  }
}

const NOTHING: Matched = { values: {}, gaps: [], coverage: 0, equal: 0 }

/** Do half of our groups have a component? Then components are groups, and nothing else. */
function areGroups({ metadata, names }: Evidence): boolean {
  const leaves = metadata.components.filter(({ active }) => active).map(({ id, name }) => ({ id, path: [name] }))
  return matchValues(groupsWanted(names.groups), leaves).coverage >= 0.5
}

export const groupsWanted = (groups: string[]): Wanted[] =>
  groups.map((name) => ({ id: name, names: [name], synonyms: [] }))

/** Components belong to one project each. */
function componentCandidate({ wanted, isNamed }: Asked, { metadata, samples }: Evidence): Candidate | null {
  const { places, components, fields } = metadata
  const active = components.filter((one) => one.active)
  const screen = fields.find(({ id }) => id === 'components' || id === 'component')
  if (active.length === 0 || places.length > 1 || (screen && offScreen(screen.where, places))) return null
  const leaves = active.map(({ id, name }) => ({ id, path: [name] }))
  const matched = matchValues(wanted, leaves)
  const ours = new Set(Object.values(matched.values).flat())
  const led = active.filter(({ id, assignee }) => assignee !== null && ours.has(id))
  const use = judged(usageOf(samples, 'component'))
  return {
    target: { to: 'component', values: matched.values, blank: [] },
    name: 'components',
    key: 'component',
    coverage: matched.coverage,
    named: isNamed(screen?.name ?? ''),
    rare: use.rare,
    gaps: matched.gaps,
    warnings: [
      ...use.warnings,
      ...(led.length > 0
        ? [`New tickets of ${led.map(({ name }) => name).join(', ')} are assigned to the lead of the component.`]
        : []),
    ],
    doubts: use.doubts,
    reasons: use.reasons,
    labels: Object.fromEntries(active.map(({ id, name }) => [id, name])),
  }
}

/** What the use of a field says about proposing it. */
export function judged(usage: Usage | null): Pick<Candidate, 'rare' | 'reasons' | 'warnings' | 'doubts'> {
  if (!usage) return { rare: false, reasons: [], warnings: [], doubts: [] }
  const { filled, byPeople, byRobots, byCustomers, tickets } = usage
  const share = `filled in ${percent(filled)} of ${tickets} solved tickets`
  if (filled < RARELY) return { rare: true, reasons: [`${share}: hardly anybody uses it`], warnings: [], doubts: [] }
  if (byRobots > NEARLY_ALL)
    return { rare: false, reasons: [], warnings: [], doubts: [`${share}, by automations only`] }
  if (byCustomers > 0.5)
    return {
      rare: false,
      reasons: [share],
      warnings: ['Customers fill it in when they write: what they chose is learnt from, and left alone.'],
      doubts: [],
    }
  const who = filled > USUALLY && byPeople > 0.5 ? ', mostly by agents' : ''
  return { rare: false, reasons: [share + who], warnings: [], doubts: [] }
}

export function blankReason(blank: string[], labels: Record<string, string>): string[] {
  if (blank.length === 0) return []
  return [`new tickets get ${blank.map((id) => labels[id] ?? id).join(', ')} by themselves, which counts as empty`]
}

const isEverywhere = ({ where }: Option, places: Metadata['places']) =>
  where === undefined || places.every(({ id }) => where.includes(id))

const YES_NO = new Set('yes no true false ticked ja nein oui non si no да нет はい いいえ'.split(' '))

const isYesNo = (leaves: Leaf[]) =>
  leaves.length <= 3 &&
  leaves.every(({ path }) =>
    YES_NO.has(
      fold(path.at(-1) ?? '')
        .split(' ')
        .find((word) => word !== 'not') ?? '',
    ),
  )

const percent = (share: number) => `${Math.round(share * 100)} %`
