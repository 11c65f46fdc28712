/** Where the fields of the taxonomy could be written. Pure. */
import { fold, type MetadataField, type TaxonomyField, valuesOf } from '../../contract/index.ts'
import { candidatesFor, type Found, isEverywhere, ROBOTS_ONLY } from './candidates.ts'
import { confidenceOf, ranked, rivalOf } from './choose.ts'
import { isNamedLike, isPriority } from './field-names.ts'
import { closedBecause } from './gate.ts'
import type { Wanted } from './match.ts'
import { pairCandidates } from './pair.ts'
import { byLevels, COMPUTED, priorityCandidates } from './priority.ts'
import { shownTickets } from './shown.ts'
import type { Candidate, Evidence, Proposal } from './types.ts'

/** A field that another target uses is out: the best fit keeps it. Keys are those of `SolvedTicket.fields`. */
export function proposeFields(evidence: Evidence): { proposals: Proposal[]; used: Set<string> } {
  const used = new Set<string>()
  const waiting = evidence.taxonomy.fields.map((field) => ({ field, ...optionsFor(field, evidence) }))
  const done = new Map<string, Proposal>()
  while (waiting.length > 0) {
    for (const one of waiting) one.candidates = one.candidates.filter(({ keys }) => keys.every((key) => !used.has(key)))
    waiting.sort((a, b) => fitOf(b.candidates) - fitOf(a.candidates))
    const { field, candidates, closed } = waiting.shift()!
    const proposal = fieldProposal(field, candidates, closed, evidence)
    if (proposal.adds) for (const key of candidates[0]?.keys ?? []) used.add(key)
    done.set(field.id, proposal)
  }
  return { proposals: evidence.taxonomy.fields.map(({ id }) => done.get(id)!), used }
}

function fitOf([best]: Candidate[]): number {
  return best ? best.coverage + (best.named ? 0.5 : 0) - (best.doubts.length > 0 ? 1 : 0) : -1
}

function optionsFor(field: TaxonomyField, evidence: Evidence): Found {
  if (field.kind === 'flag') return flagCandidates(field, evidence)
  if (field.kind !== 'choice') return plainCandidates(field, evidence)
  const asked = { wanted: wantedOf(field), isNamed: (name: string) => isNamedLike(field, name) }
  const found = candidatesFor(asked, evidence)
  if (!isPriority(field)) return { ...found, candidates: ranked(found.candidates) }
  return priorityOptions(field, found, evidence)
}

/** Other fields with levels count only where the priority itself cannot be written, or only robots write it. */
function priorityOptions(field: TaxonomyField, found: Found, evidence: Evidence): Found {
  const own = priorityCandidates(field, evidence)
  const isFree = own.candidates.some(({ doubts }) => !doubts.some((doubt) => doubt.includes(ROBOTS_ONLY)))
  if (isFree) return own
  const { candidates: pairs } = pairCandidates(field, evidence)
  const closed = [...own.closed, ...found.closed]
  if (pairs.length > 0) return { candidates: ranked(pairs), closed }
  if (own.candidates.length > 0) return own
  const levels = found.candidates.filter(({ named }) => named).map((one) => byLevels(field, one))
  return { candidates: own.closed.some(({ because }) => because === COMPUTED) ? [] : ranked(levels), closed }
}

function wantedOf(field: TaxonomyField): Wanted[] {
  return valuesOf(field).map(({ id, title, synonyms }) => ({
    id,
    names: [id.replaceAll('_', ' '), ...(title ? [title] : [])],
    synonyms,
  }))
}

function fieldProposal(
  field: TaxonomyField,
  candidates: Candidate[],
  closed: Found['closed'],
  evidence: Evidence,
): Proposal {
  const path = `fields.${field.id}`
  const [best, ...others] = candidates
  if (!best || best.coverage < 0.5) return nothing(path, closed)
  const rival = rivalOf(best, others)
  const doubts = [...best.doubts, ...(rival ? [`${rival.name} fits as well`] : [])]
  return {
    of: 'field',
    path,
    target: best.name,
    adds: { fields: { [field.id]: best.target } },
    confidence: confidenceOf(best, rival),
    reason: reasonOf(best, field.kind === 'choice' ? valuesOf(field).length : 0, doubts),
    gaps: best.gaps,
    warnings: best.warnings,
    tickets: shownTickets(evidence.samples, best),
  }
}

export function nothing(path: string, closed: Found['closed'], of: Proposal['of'] = 'field'): Proposal {
  const why = closed.map(({ name, because }) => `${name}: ${because}`)
  const reason = why.length > 0 ? why.join('; ') : 'no field of the helpdesk has options that match half of its values'
  return { of, path, target: null, adds: null, confidence: 'no', reason, gaps: [], warnings: [], tickets: [] }
}

export function reasonOf({ coverage, named, reasons }: Candidate, values: number, doubts: string[]): string {
  const matched = values > 0 ? [`${Math.round(coverage * values)} of ${values} values have exactly one match`] : []
  return [...matched, ...(named ? ['the name fits'] : []), ...reasons, ...doubts].join('; ')
}

/** A checkbox has our name, or one of the boxes of a field has it. */
function flagCandidates(field: TaxonomyField, { metadata }: Evidence): Found {
  const own = [field.id.replaceAll('_', ' '), field.title ?? ''].map(fold)
  const open = metadata.fields.filter((one) => closedBecause(one, metadata.places) === null)
  const candidates = open.flatMap((one): Candidate[] => {
    const active = one.options.filter((option) => option.active !== false && isEverywhere(option, metadata.places))
    const box = isList(one) ? active.find(({ name }) => own.includes(fold(name))) : undefined
    if (box) return [plain(one, { true: box.id }, UNTICKED, 'only the name of its option says so')]
    if (!isNamedLike(field, one.name)) return []
    const yes =
      active.find(({ name }) => ['yes', 'true', 'ticked', 'ja', 'oui', 'si', 'да', 'はい'].includes(fold(name))) ??
      (active.length === 1 ? active[0] : undefined)
    const no = active.find(({ name }) =>
      ['no', 'false', 'not ticked', 'nein', 'non', 'нет', 'いいえ'].includes(fold(name)),
    )
    return yes ? [plain(one, { true: yes.id, ...(no && { false: no.id }) }, no ? [] : UNTICKED)] : []
  })
  return { candidates, closed: [] }
}

const UNTICKED = [{ value: 'false', because: 'the field has no option for it: it is left as it is' }]

/** Can it hold several options at once? Only such a field has boxes for several flags. */
const isList = ({ writeAs }: MetadataField): boolean => writeAs.includes('multiselect')

/** Numbers into numbers, texts into texts, where the name is ours; always asked. */
function plainCandidates(field: TaxonomyField, { metadata }: Evidence): Found {
  const types = field.kind === 'entity' ? ['text'] : ['number', 'integer', 'decimal']
  const own = [field.id.replaceAll('_', ' '), field.title ?? ''].map(fold)
  const open = metadata.fields.flatMap((one) => {
    const type = types.find((kind) => one.writeAs.includes(kind))
    return type && closedBecause(one, metadata.places) === null ? [{ one, type }] : []
  })
  const equal = open.filter(({ one }) => own.includes(fold(one.name)))
  const named = equal.length > 0 ? equal : open.filter(({ one }) => isNamedLike(field, one.name))
  const candidates = named.map(({ one, type }): Candidate => {
    const candidate = plain(one, {}, [])
    return { ...candidate, target: { to: 'field', id: one.id, type, values: {}, blank: [] } }
  })
  const what = field.kind === 'entity' ? 'text' : 'number'
  const closed = candidates.length > 0 ? [] : [{ name: 'its value', because: `no ${what} field has its name` }]
  return { candidates, closed }
}

function plain(
  field: Evidence['metadata']['fields'][number],
  values: Record<string, string>,
  gaps: Candidate['gaps'],
  doubt = 'only its name says so',
): Candidate {
  return {
    target: { to: 'field', id: field.id, type: field.writeAs[0]!, values, blank: [] },
    name: `${field.name} (${field.id})`,
    keys: [field.id],
    coverage: 1,
    named: true,
    rare: false,
    gaps,
    warnings: [],
    doubts: [doubt],
    reasons: [],
    labels: Object.fromEntries(field.options.map(({ id, name }) => [id, name])),
  }
}
