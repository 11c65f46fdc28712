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
import { describeBelow } from './show-confidence.ts'

export type Evidence = {
  ruled: Ruled
  /** Null: no classifier was asked, or none could answer; `because` is the reason. */
  answer: Answer | null
  because?: string
  /** By field: why a person must decide it, even when a rule decided it. */
  doubts?: Record<string, string>
  /** Why a person must decide the whole ticket. */
  distrust?: string
}

export type Verdict = {
  plan: Plan
  reason: string
  values: Labels
  sources: Record<string, Source>
  answers: Record<string, FieldAnswer>
  /** For the trace: the threshold and the confidence of each answered field. */
  gates: Gate[]
}

type Gate = {
  field: string
  confidence: number | null
  /** False: the confidence is the model's own number, not calibrated yet. */
  calibrated: boolean
  threshold: number
  passed: boolean
  why?: string
}

export type Policy = { taxonomy: Taxonomy; settings: Pick<ConnectionSettings, 'threshold' | 'thresholds'>; mode: Mode }

/**
 * Turns evidence into a verdict. A rule overrides the model, and a guard raises what both decided. A ticket with a required field
 * in doubt is held; an optional field in doubt is left out. Pure.
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

// Adds one field to the verdict; returns why it is in doubt, or null.
function decideField(
  verdict: Verdict,
  field: TaxonomyField,
  { ruled, answer, doubts = {} }: Evidence,
  settings: Policy['settings'],
): string | null {
  const { value, source, doubt } = propose(verdict, field, ruled, answer, settings)
  const guarded = raise(field, value, ruled)
  const final = guarded ?? value
  if (final === undefined) return doubt
  const personOnly = isAutomatic(field, final) ? null : `${field.id} ${final}: ${PERSON_ONLY}`
  // A guard decides a field that the classifier did not answer, so such a field is not in doubt.
  const why = personOnly ?? doubts[field.id] ?? (verdict.answers[field.id] ? doubt : null)
  // The reviewer sees a required field in doubt as the best guess.
  if (why && !field.required) return why
  verdict.values[field.id] = final
  verdict.sources[field.id] = guarded ? 'rule' : source
  return why
}

const UNDECIDED = {
  model: 'the model gave no value',
  rule: 'no rule decides it',
  metadata: 'the metadata of the ticket has no usable value for it',
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
  const answered = answer?.fields[field.id]
  if (answered) verdict.answers[field.id] = answered
  if (rule) return { value: rule.value, source: 'rule', doubt: null }
  const noValue = (doubt: string): Proposal => ({ value: undefined, source: 'rule', doubt: `${field.id}: ${doubt}` })
  if (!answered || !answer) return noValue(answer?.refused?.[field.id] ?? UNDECIDED[field.source])
  const { value } = answered
  if (!accepts(field, value)) return noValue(`the model answered "${value.slice(0, 60)}", which is not in the taxonomy`)
  const threshold = thresholdOf(settings, field.id, value)
  const confidence = answered.calibrated ?? answered.raw
  const why = answered.doubt ?? (isAutomatic(field, value) ? whyBelow(answered, threshold) : PERSON_ONLY)
  const calibrated = answered.calibrated !== null
  verdict.gates.push({ field: field.id, confidence, calibrated, threshold, passed: !why, ...(why ? { why } : {}) })
  return { value, source: answered.source ?? answer.source, doubt: why && `${field.id} ${value}: ${why}` }
}

function whyBelow({ raw, calibrated }: FieldAnswer, threshold: number): string | null {
  const confidence = calibrated ?? raw
  if (confidence === null) return 'the model server gives no confidence'
  if (confidence >= threshold) return null
  return `${describeBelow(confidence, threshold)}${calibrated === null ? ' (not calibrated yet)' : ''}`
}

// The highest value that guards demand, by the taxonomy's order of values; null: the value is high enough.
function raise(field: TaxonomyField, value: string | undefined, { guards }: Ruled): string | null {
  const rank = (id: string) => rankOf(field, id) ?? Number.NEGATIVE_INFINITY
  const demanded = guards.filter((guard) => guard.field === field.id).map(({ atLeast }) => atLeast)
  const least = demanded.reduce<string | null>((a, b) => (a === null || rank(b) > rank(a) ? b : a), null)
  if (least === null || rankOf(field, least) === null) return null
  return value === undefined || rank(least) > rank(value) ? least : null
}
