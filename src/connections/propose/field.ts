/** Where the fields of the taxonomy could be written. Pure. */
import { type TaxonomyField, valuesOf } from '../../contract/index.ts'
import { candidatesFor, type Found } from './candidates.ts'
import { confidenceOf, ranked, rivalOf } from './choose.ts'
import { isNamedLike, isPriority } from './field-names.ts'
import { fold } from './fold.ts'
import { closedBecause } from './gate.ts'
import type { Wanted } from './match.ts'
import { byLevels, priorityCandidates } from './priority.ts'
import { shownTickets } from './shown.ts'
import type { Candidate, Evidence, Proposal } from './types.ts'

/** A field that another target uses is out: the best fit keeps it. Keys are those of `SolvedTicket.fields`. */
export function proposeFields(evidence: Evidence): { proposals: Proposal[]; used: Set<string> } {
  const used = new Set<string>()
  const waiting = evidence.taxonomy.fields.map((field) => ({ field, ...optionsFor(field, evidence) }))
  const done = new Map<string, Proposal>()
  while (waiting.length > 0) {
    for (const one of waiting) one.candidates = one.candidates.filter(({ key }) => !used.has(key))
    waiting.sort((a, b) => fitOf(b.candidates) - fitOf(a.candidates))
    const { field, candidates, closed } = waiting.shift()!
    const proposal = fieldProposal(field, candidates, closed, evidence)
    if (proposal.adds && candidates[0]) used.add(candidates[0].key)
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
  const own = priorityCandidates(field, evidence)
  // Other fields with levels count only where the priority itself cannot be written.
  if (own.candidates.length > 0) return own
  const levels = found.candidates.filter(({ named }) => named).map((one) => byLevels(field, one))
  const isComputed = own.closed.some(({ because }) => because.includes('computes'))
  return { candidates: isComputed ? [] : ranked(levels), closed: [...own.closed, ...found.closed] }
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
    reason: reasonOf(best, valuesOf(field).length, doubts),
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

/** A checkbox has our name: its options say nothing. */
function flagCandidates(field: TaxonomyField, { metadata }: Evidence): Found {
  const candidates = metadata.fields.flatMap((one): Candidate[] => {
    const active = one.options.filter((option) => option.active !== false)
    if (!isNamedLike(field, one.name) || closedBecause(one, metadata.places) !== null) return []
    const yes =
      active.find(({ name }) => ['yes', 'true', 'ticked', 'ja', 'oui', 'si', 'да'].includes(fold(name))) ??
      (active.length === 1 ? active[0] : undefined)
    const no = active.find(({ name }) => ['no', 'false', 'not ticked', 'nein', 'non', 'нет'].includes(fold(name)))
    if (!yes) return []
    const values = { true: yes.id, ...(no && { false: no.id }) }
    const gaps = no ? [] : [{ value: 'false', because: 'the field has no option for it: it is left as it is' }]
    return [plain(one, values, gaps)]
  })
  return { candidates, closed: [] }
}

/** Numbers into numbers, texts into texts, where the name is ours; always asked. */
function plainCandidates(field: TaxonomyField, { metadata }: Evidence): Found {
  const types = field.kind === 'entity' ? ['text'] : ['number', 'integer', 'decimal']
  const own = [field.id.replaceAll('_', ' '), field.title ?? ''].map(fold)
  const candidates = metadata.fields.flatMap((one): Candidate[] => {
    const type = types.find((kind) => one.writeAs.includes(kind))
    if (!type || !own.includes(fold(one.name)) || closedBecause(one, metadata.places) !== null) return []
    const candidate = plain(one, {}, [])
    return [{ ...candidate, target: { to: 'field', id: one.id, type, values: {}, blank: [] } }]
  })
  const closed =
    candidates.length > 0
      ? []
      : [{ name: 'its value', because: `no ${field.kind === 'entity' ? 'text' : 'number'} field has its name` }]
  return { candidates, closed }
}

function plain(
  field: Evidence['metadata']['fields'][number],
  values: Record<string, string>,
  gaps: Candidate['gaps'],
): Candidate {
  return {
    target: { to: 'field', id: field.id, type: field.writeAs[0]!, values, blank: [] },
    name: `${field.name} (${field.id})`,
    key: field.id,
    coverage: 1,
    named: true,
    rare: false,
    gaps,
    warnings: [],
    doubts: ['only its name says so'],
    reasons: [],
    labels: Object.fromEntries(field.options.map(({ id, name }) => [id, name])),
  }
}
