import {
  type Answer,
  accepts,
  type ConnectionSettings,
  type FieldAnswer,
  type Labels,
  type Mode,
  type Plan,
  rankOf,
  type Source,
  type Taxonomy,
  type TaxonomyField,
  thresholdOf,
  valuesOf,
} from '../contract/index.ts'
import type { Ruled } from './rules/index.ts'

export type Evidence = {
  ruled: Ruled
  /** Null: no classifier was asked or none could answer; `because` says why. */
  answer: Answer | null
  because?: string
  /** Why a field must not be automatic whatever decided it, by field. */
  doubts?: Record<string, string>
  /** Why nothing of this ticket may be automatic. */
  distrust?: string
}

export type Verdict = {
  plan: Plan
  reason: string
  values: Labels
  sources: Record<string, Source>
  answers: Record<string, FieldAnswer>
  /** For the trace: the threshold that each field had to reach, and what it reached. */
  gates: Gate[]
}

type Gate = {
  field: string
  confidence: number | null
  /** False: the confidence is the model's own word, not calibrated yet. */
  calibrated: boolean
  threshold: number
  passed: boolean
  why?: string
}

export type Policy = { taxonomy: Taxonomy; settings: Pick<ConnectionSettings, 'threshold' | 'thresholds'>; mode: Mode }

/**
 * From evidence to a verdict. A rule beats the model, a guard lifts it, a doubtful required field holds the ticket, and
 * a doubtful optional one is left out. Pure.
 */
export function decide(evidence: Evidence, { taxonomy, settings, mode }: Policy): Verdict {
  const { ruled, answer, because, distrust } = evidence
  const verdict: Verdict = { plan: 'apply', reason: '', values: {}, sources: {}, answers: {}, gates: [] }
  if (ruled.skip) return { ...verdict, plan: 'skip', reason: ruled.skip.reason }
  const doubts: string[] = []
  for (const field of taxonomy.fields) {
    const doubt = decideField(verdict, field, evidence, settings)
    if (doubt && field.required) doubts.push(doubt)
  }
  if (distrust) return { ...verdict, plan: 'hold', reason: distrust }
  if (!answer && because && doubts.length > 0) return { ...verdict, plan: 'hold', reason: because }
  if (doubts.length > 0) return { ...verdict, plan: 'hold', reason: doubts.join('; ') }
  switch (mode) {
    case 'automate':
      return { ...verdict, plan: 'apply', reason: 'every required field is decided' }
    case 'suggest':
      return { ...verdict, plan: 'suggest', reason: 'the connection is in suggest mode: an internal note only' }
    case 'observe':
      return { ...verdict, plan: 'skip', reason: 'the connection is in observe mode: nothing is written' }
    default:
      return mode satisfies never
  }
}

// Adds what is known of one field to the verdict; returns why it is in doubt, or null.
function decideField(
  verdict: Verdict,
  field: TaxonomyField,
  { ruled, answer, doubts = {} }: Evidence,
  settings: Policy['settings'],
): string | null {
  const { value, source, doubt } = propose(verdict, field, ruled, answer, settings)
  const lifted = lift(field, value, ruled)
  const final = lifted ?? value
  if (final === undefined) return doubt
  const never = isAutomatic(field, final) ? null : `${field.id} ${final}: ${PERSON_ONLY}`
  // Where nobody answered, the guard does.
  const why = never ?? doubts[field.id] ?? (verdict.answers[field.id] ? doubt : null)
  // A doubtful optional field is left out; a doubtful required one is shown to the reviewer as the best guess.
  if (why && !field.required) return why
  verdict.values[field.id] = final
  verdict.sources[field.id] = lifted ? 'rule' : source
  return why
}

const UNDECIDED = {
  model: 'the model gave no value',
  rule: 'no rule decides it',
  metadata: 'the metadata of the ticket does not tell it',
}

const isAutomatic = (field: TaxonomyField, value: string) =>
  valuesOf(field).find(({ id }) => id === value)?.automatic ?? true

const PERSON_ONLY = 'this value is never set without a person'

type Proposal = { value: string | undefined; source: Source; doubt: string | null }

function propose(
  verdict: Verdict,
  field: TaxonomyField,
  ruled: Ruled,
  answer: Answer | null,
  settings: Policy['settings'],
): Proposal {
  const rule = ruled.decided[field.id]
  const said = answer?.fields[field.id]
  if (said) verdict.answers[field.id] = said
  if (rule) return { value: rule.value, source: 'rule', doubt: null }
  const nothing = (doubt: string): Proposal => ({ value: undefined, source: 'rule', doubt: `${field.id}: ${doubt}` })
  if (!said || !answer) return nothing(answer?.refused?.[field.id] ?? UNDECIDED[field.source])
  const { value } = said
  if (!accepts(field, value))
    return nothing(`the model said "${said.value.slice(0, 60)}", which is not in the taxonomy`)
  const threshold = thresholdOf(settings, field.id, value)
  const confidence = said.calibrated ?? said.raw
  const why = said.doubt ?? (isAutomatic(field, value) ? lack(said, threshold) : PERSON_ONLY)
  const calibrated = said.calibrated !== null
  verdict.gates.push({ field: field.id, confidence, calibrated, threshold, passed: !why, ...(why ? { why } : {}) })
  return { value, source: said.source ?? answer.source, doubt: why && `${field.id} ${value}: ${why}` }
}

function lack({ raw, calibrated }: FieldAnswer, threshold: number): string | null {
  const confidence = calibrated ?? raw
  if (confidence === null) return 'the model server gives no confidence'
  if (confidence >= threshold) return null
  const standing = calibrated === null ? ' (not calibrated yet)' : ''
  return `confidence ${confidence.toFixed(2)} is below ${threshold.toFixed(2)}${standing}`
}

// Values are ordered in the taxonomy: a guard says that a field may not be below one of them. Null: it is not.
function lift(field: TaxonomyField, value: string | undefined, { guards }: Ruled): string | null {
  const rank = (id: string) => rankOf(field, id) ?? Number.NEGATIVE_INFINITY
  const floors = guards.filter((guard) => guard.field === field.id).map(({ atLeast }) => atLeast)
  const least = floors.reduce<string | null>((a, b) => (a === null || rank(b) > rank(a) ? b : a), null)
  if (least === null || rankOf(field, least) === null) return null
  return value === undefined || rank(least) > rank(value) ? least : null
}
