/** The fields of the helpdesk that could take our values, each with how well it fits. Pure. */
import { fold, type Metadata, type MetadataField, type Option, type SolvedTicket } from '../../contract/index.ts'
import { closedBecause, offScreen } from './gate.ts'
import { type Leaf, leavesOf, matchOptions, type Wanted } from './match.ts'
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

export const ROBOTS_ONLY = 'by automations only'

export type Asked = { wanted: Wanted[]; isNamed: (name: string) => boolean; forGroup?: true }
export type Found = { candidates: Candidate[]; closed: { name: string; because: string }[] }

/** Fields that are proposed by rules of their own. */
const OTHER_RULES = ['priority', 'components', 'component', 'labels']

/** Fields and components; the priority, texts and labels are proposed by other rules. */
export function candidatesFor(asked: Asked, evidence: Evidence): Found {
  const found: Found = { candidates: [], closed: [] }
  for (const field of evidence.metadata.fields.filter(
    ({ id, type }) => !OTHER_RULES.includes(id) && type !== 'priority',
  )) {
    const named = asked.isNamed(field.name)
    const candidate = closedBecause(field, evidence.metadata.places) ?? fieldCandidate(asked, field, evidence)
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
  const listed = field.options.length > 0 ? field.options : seenOptions(field, samples)
  if (listed.length === 0) return notListed(field)
  const options = listed.filter((option) => isEverywhere(option, metadata.places))
  const leaves = leavesOf(options)
  if (leaves.length > TOO_MANY) return `it has ${leaves.length} options: that is a list of things, not of categories`
  if ((leaves.length <= 1 && field.options.length > 0) || isYesNo(leaves)) return 'it is a yes or no'
  const matched = matchOptions(asked.wanted, leaves)
  const blank = [...new Set(Object.values(field.defaults))]
  const usage = usageOf(samples, field.id, blank)
  if (usage && leaves.length > MANY && usage.distinct > usage.tickets / 3)
    return `it has ${usage.distinct} different values in ${usage.tickets} tickets: that is an identifier`
  const use = judged(usage)
  const unchosen = [...new Set([...blank, ...(usage?.unchosen ?? [])])]
  const labels = Object.fromEntries(leaves.map(({ id, path }) => [id, path.join(' / ')]))
  const lost = listed.length - options.length
  const named = asked.isNamed(field.name)
  const isSure = named && matched.coverage === 1 && matched.equal === 1
  return {
    target: { to: 'field', id: field.id, type: field.writeAs[0]!, values: matched.values, blank: unchosen },
    name: `${field.name} (${field.id})`,
    keys: [field.id],
    coverage: matched.coverage,
    named,
    rare: use.rare,
    gaps: matched.gaps,
    warnings: [
      ...(field.optionsComplete || field.options.length === 0 ? [] : ['Not all of its options could be read.']),
      ...(lost > 0 ? [`${lost} of its options are not in every project.`] : []),
      ...use.warnings,
    ],
    doubts: [
      ...(matched.guessed
        ? ['one of ours stands for a whole branch of options: check which option of it is written']
        : []),
      ...(matched.equal < 0.5 ? [WORDS_ONLY] : []),
      ...(field.options.length === 0
        ? ['the helpdesk does not list its values: these are those of solved tickets']
        : []),
      ...use.doubts,
      ...(leaves.length > MANY && !matched.guessed && !isSure ? [`it has ${leaves.length} options`] : []),
    ],
    reasons: [...use.reasons, ...blankReason(unchosen, labels)],
    labels,
  }
}

/** Kinds that take any text, number or date: they hold no list of categories. */
const FREE = ['text', 'textarea', 'number', 'integer', 'decimal', 'date']

/** A field of labels lists no options, but solved tickets show which are in use. */
function seenOptions({ id, writeAs, optionsComplete }: MetadataField, samples: SolvedTicket[]): Option[] {
  if (optionsComplete || writeAs.some((type) => FREE.includes(type))) return []
  const seen = samples.flatMap(({ fields }) => (Object.hasOwn(fields, id) ? fields[id]!.now : []))
  return [...new Set(seen)].map((value) => ({ id: value, name: value }))
}

function notListed({ writeAs, optionsComplete }: MetadataField): string {
  if (writeAs.some((type) => FREE.includes(type))) return 'it takes any text or number, not one of a list'
  return optionsComplete
    ? 'it has no options'
    : 'the helpdesk does not list what it can hold: look the ids up there, and map it by hand'
}

/** Do half of our groups have a component? Then components are groups, and nothing else. */
function areGroups({ metadata, names }: Evidence): boolean {
  const leaves = metadata.components.filter(({ active }) => active).map(({ id, name }) => ({ id, path: [name] }))
  return matchOptions(groupsWanted(names.groups), leaves).coverage >= 0.5
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
  const matched = matchOptions(wanted, leaves)
  const ours = new Set(Object.values(matched.values).flat())
  const led = active.filter(({ id, assignee }) => assignee !== null && ours.has(id))
  const use = judged(usageOf(samples, 'component'))
  return {
    target: { to: 'component', values: matched.values, blank: [] },
    name: 'components',
    keys: ['component'],
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
  if (byRobots > NEARLY_ALL) return { rare: false, reasons: [], warnings: [], doubts: [`${share}, ${ROBOTS_ONLY}`] }
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

export const isEverywhere = ({ where }: Option, places: Metadata['places']) =>
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
