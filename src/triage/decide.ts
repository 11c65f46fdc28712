import type { Promised, PromiseOf } from '../classifiers/index.ts'
import {
  type Answer,
  accepts,
  barOf,
  type ConnectionSettings,
  type FieldAnswer,
  type Labels,
  type Mode,
  type Plan,
  rankOf,
  type Source,
  type Taxonomy,
  type TaxonomyField,
  valuesOf,
} from '../contract/index.ts'
import type { Distrust } from '../trust/index.ts'
import type { Ruled } from './rules/index.ts'
import { describeBelow } from './show-confidence.ts'
import { saysExpected, saysMissing } from './show-promise.ts'

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
  /** Null: no confidence is enough yet. */
  threshold: number | null
  passed: boolean
  why?: string
  /** What the threshold comes from; absent: it is a setting. */
  promise?: Promised & { says: string }
}

export type Policy = {
  taxonomy: Taxonomy
  settings: Pick<ConnectionSettings, 'precision' | 'precisions' | 'threshold' | 'thresholds'>
  mode: Mode
  promiseOf: PromiseOf
  /** Why a value may not be automated, whatever the confidence; absent: every value may. */
  distrustOf?: Distrust
}

/**
 * Turns evidence into a verdict. A rule overrides the model, and a guard raises what both decided. A ticket with a required field
 * in doubt is held; one with a required field of which nothing is proven yet is only suggested. An optional field in doubt is
 * left out. Pure.
 */
export function decide(evidence: Evidence, policy: Policy): Verdict {
  const { taxonomy, mode } = policy
  const { ruled, answer, because, distrust } = evidence
  const verdict: Verdict = { plan: 'apply', reason: '', values: {}, sources: {}, answers: {}, gates: [] }
  if (ruled.skip) return { ...verdict, plan: 'skip', reason: ruled.skip.reason }
  const doubts: string[] = []
  const gaps: Gap[] = []
  const extras: Gap[] = []
  for (const field of taxonomy.fields) {
    const { doubt, unproven } = decideField(verdict, field, evidence, policy)
    if (doubt && field.required) doubts.push(doubt)
    if (unproven) (field.required ? gaps : extras).push({ field: field.id, says: unproven })
  }
  if (distrust) return { ...verdict, plan: 'hold', reason: distrust }
  if (!answer && because && doubts.length > 0) return { ...verdict, plan: 'hold', reason: because }
  if (doubts.length > 0) return { ...verdict, plan: 'hold', reason: doubts.join('; ') }
  switch (mode) {
    case 'automate':
      if (gaps.length > 0) return { ...verdict, plan: 'suggest', reason: onlySuggested(gaps) }
      // What is not proven is not applied with the rest.
      for (const { field } of extras) {
        delete verdict.values[field]
        delete verdict.sources[field]
      }
      return { ...verdict, plan: 'apply', reason: `every required field is decided${expectation(verdict, taxonomy)}` }
    case 'suggest':
      return { ...verdict, plan: 'suggest', reason: 'the connection is in suggest mode: an internal note only' }
    case 'observe':
      return { ...verdict, plan: 'skip', reason: 'the connection is in observe mode: nothing is written' }
    default:
      return mode satisfies never
  }
}

/** A field of which nothing is proven yet, and what is missing. */
type Gap = { field: string; says: string }

const onlySuggested = (gaps: Gap[]) =>
  `only suggested: ${gaps.map(({ field, says }) => `${field}: ${says}`).join('; ')}`

/** How often the least certain of the required values is expected to be right. */
function expectation({ gates, sources }: Verdict, { fields }: Taxonomy): string {
  const required = fields.filter((field) => field.required && sources[field.id] !== 'rule').map(({ id }) => id)
  const promises = gates.flatMap(({ field, promise }) => (promise && required.includes(field) ? promise : []))
  const share = ({ expected }: Promised) => expected?.share ?? 0
  const least = promises.reduce<(typeof promises)[number] | null>((a, b) => (a && share(a) <= share(b) ? a : b), null)
  return least ? `, ${least.says}` : ''
}

// Adds one field to the verdict; returns why it is in doubt, and what is missing to prove it.
function decideField(
  verdict: Verdict,
  field: TaxonomyField,
  { ruled, answer, doubts = {} }: Evidence,
  policy: Policy,
): Pick<Proposal, 'doubt' | 'unproven'> {
  const { value, source, doubt, unproven } = propose(verdict, field, ruled, answer, policy)
  const guarded = raise(field, value, ruled)
  const final = guarded ?? value
  if (final === undefined) return { doubt }
  const personOnly = isAutomatic(field, final) ? null : `${field.id} ${final}: ${PERSON_ONLY}`
  // A guard decides a field that the classifier did not answer, so such a field is not in doubt.
  const why = personOnly ?? doubts[field.id] ?? (verdict.answers[field.id] ? doubt : null)
  // The reviewer sees a required field in doubt as the best guess.
  if (why && !field.required) return { doubt: why }
  verdict.values[field.id] = final
  verdict.sources[field.id] = guarded ? 'rule' : source
  // A rule decides in the place of the classifier.
  return { doubt: why, ...(unproven && !guarded ? { unproven } : {}) }
}

const UNDECIDED = {
  model: 'the model gave no value',
  rule: 'no rule decides it',
  metadata: 'the metadata of the ticket has no usable value for it',
}

const isAutomatic = (field: TaxonomyField, value: string) =>
  valuesOf(field).find(({ id }) => id === value)?.automatic ?? true

const PERSON_ONLY = 'this value is never set without a person'

type Proposal = {
  value: string | undefined
  source: Source
  doubt: string | null
  /** What is missing to prove that such a value is right as often as was asked for. */
  unproven?: string
}

function propose(
  verdict: Verdict,
  field: TaxonomyField,
  ruled: Ruled,
  answer: Answer | null,
  { settings, promiseOf, distrustOf }: Policy,
): Proposal {
  const rule = ruled.decided[field.id]
  const answered = answer?.fields[field.id]
  if (answered) verdict.answers[field.id] = answered
  if (rule) return { value: rule.value, source: 'rule', doubt: null }
  const noValue = (doubt: string): Proposal => ({ value: undefined, source: 'rule', doubt: `${field.id}: ${doubt}` })
  if (!answered || !answer) return noValue(answer?.refused?.[field.id] ?? UNDECIDED[field.source])
  const { value } = answered
  if (!accepts(field, value)) return noValue(`the model answered "${value.slice(0, 60)}", which is not in the taxonomy`)
  const bar = barOf(settings, field.id, value)
  const promised = 'precision' in bar ? promiseOf(answer.model, field.id, bar.precision) : null
  const threshold = 'threshold' in bar ? bar.threshold : promised!.threshold
  const confidence = answered.calibrated ?? answered.raw
  const doubt = answered.doubt ?? (isAutomatic(field, value) ? whyBelow(answered, threshold) : PERSON_ONLY)
  const missing = promised && threshold === null ? saysMissing(promised) : undefined
  const unproven = doubt ? undefined : (missing ?? distrustOf?.(field.id, value) ?? undefined)
  const why = doubt ?? unproven
  verdict.gates.push({
    field: field.id,
    confidence,
    calibrated: answered.calibrated !== null,
    threshold,
    passed: !why,
    ...(why ? { why } : {}),
    ...(promised ? { promise: { ...promised, says: missing ?? saysExpected(promised) } } : {}),
  })
  const source = answered.source ?? answer.source
  return { value, source, doubt: doubt && `${field.id} ${value}: ${doubt}`, ...(unproven ? { unproven } : {}) }
}

function whyBelow({ raw, calibrated }: FieldAnswer, threshold: number | null): string | null {
  const confidence = calibrated ?? raw
  if (confidence === null) return 'the model server gives no confidence'
  if (threshold === null || confidence >= threshold) return null
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
