/** Everything that is measured about one field. Pure. */
import type { FieldAnswer } from '../../contract/index.ts'
import {
  type Confusion,
  confusion,
  coverageAbove,
  coverageAt,
  macroF1,
  type Outcome,
  perClass,
  reliability,
} from '../metrics.ts'
import { type Figure, f1, pairedChange, share } from './figures.ts'
import { resample } from './resample.ts'
import type { TicketResult } from './ticket-result.ts'

type ClassReport = { value: string; n: number; predicted: number; precision: Figure; recall: Figure; f1: Figure }

type BinReport = { from: number; to: number; n: number; confidence: number; accuracy: Figure }

type CoverageReport = {
  /** The precision to reach: at 0.95, 95 of 100 applied tickets are correct. */
  target: number
  /** Null: no threshold reaches it on these tickets. */
  threshold: number | null
  share: Figure
  precision: Figure | null
  /** The threshold chosen on one half of the tickets and measured on the other, both ways: what to expect on new tickets. */
  elsewhere: { share: Figure; precision: Figure }
}

type LanguageReport = { language: string; n: number; accuracy: Figure; macroF1: Figure }

type Mistake = { id: string; expected: string; value: string; confidence: number | null }

/** Accuracy, confidence, coverage and mistakes of one field. */
export type FieldReport = {
  field: string
  n: number
  /** Tickets with an answer, correct or not; those without one count as wrong. */
  answered: number
  accuracy: Figure
  macroF1: Figure
  /** Always answers the most frequent class of these tickets. */
  baseline: { value: string; accuracy: Figure; macroF1: number; gain: Figure }
  confidence: { kind: 'calibrated' | 'raw' | 'mixed' | 'none'; n: number }
  ece: Figure
  brier: Figure
  reliability: BinReport[]
  coverage: CoverageReport[]
  /** From the highest threshold to the lowest: the share that is applied, and how much of it is correct. */
  curve: { threshold: number; share: number; precision: number }[]
  classes: ClassReport[]
  confusion: Confusion[]
  languages: LanguageReport[]
  /** Wrong answers with the highest confidence: mistakes of the model, or wrong labels. */
  mistakes: Mistake[]
}

const TARGETS = [0.9, 0.95, 0.99]
const SHOWN_MISTAKES = 25
const CURVE_POINTS = 100

export type FieldOutcome = Outcome & { id: string; language: string }

/** The tickets with a label for this field. */
export function outcomesOf(results: TicketResult[], field: string): FieldOutcome[] {
  return results.flatMap(({ ticket, answer }) => {
    const expected = ticket.labels[field]
    if (expected === undefined) return []
    const fieldAnswer = answer?.fields[field]
    const { id, language } = ticket
    return [{ id, language, expected, value: fieldAnswer?.value ?? null, confidence: confidenceOf(fieldAnswer) }]
  })
}

const confidenceOf = (answer: FieldAnswer | undefined) => answer?.calibrated ?? answer?.raw ?? null

export function reportField(results: TicketResult[], field: string): FieldReport {
  const outcomes = outcomesOf(results, field)
  const resampled = resample(outcomes, TARGETS)
  const confidence = kindOfConfidence(results, field)
  return {
    field,
    n: outcomes.length,
    answered: outcomes.filter(({ value }) => value !== null).length,
    accuracy: accuracyOf(outcomes),
    macroF1: resampled.macroF1,
    baseline: baseline(outcomes),
    confidence,
    ece: { ...resampled.ece, n: confidence.n },
    brier: { ...resampled.brier, n: confidence.n },
    reliability: reliability(outcomes).map(({ accuracy, ...bin }) => ({
      ...bin,
      accuracy: share(Math.round(accuracy * bin.n), bin.n),
    })),
    coverage: TARGETS.map((target, t) => coverage(outcomes, target, resampled.coverage[t]!)),
    curve: curve(outcomes),
    classes: classes(outcomes),
    confusion: confusion(outcomes),
    languages: languages(outcomes),
    mistakes: mistakes(outcomes),
  }
}

const isRight = ({ expected, value }: Outcome) => expected === value

function accuracyOf(outcomes: Outcome[]): Figure {
  return share(outcomes.filter(isRight).length, outcomes.length)
}

function baseline(outcomes: FieldOutcome[]): FieldReport['baseline'] {
  const value = perClass(outcomes)[0]?.value ?? ''
  const always = outcomes.map((outcome) => ({ ...outcome, value }))
  return {
    value,
    accuracy: accuracyOf(always),
    macroF1: macroF1(always),
    gain: pairedChange(always.map(isRight), outcomes.map(isRight)),
  }
}

function kindOfConfidence(results: TicketResult[], field: string): FieldReport['confidence'] {
  const answers = results.flatMap(({ ticket, answer }) =>
    ticket.labels[field] === undefined ? [] : (answer?.fields[field] ?? []),
  )
  const calibrated = answers.filter((each) => each.calibrated !== null).length
  const n = answers.filter((each) => confidenceOf(each) !== null).length
  return { kind: n === 0 ? 'none' : calibrated === 0 ? 'raw' : calibrated === n ? 'calibrated' : 'mixed', n }
}

function coverage(outcomes: Outcome[], target: number, applied: Figure): CoverageReport {
  const found = coverageAt(outcomes, target)
  return {
    target,
    threshold: found?.threshold ?? null,
    share: applied,
    precision: found && share(Math.round(found.precision * found.n), found.n),
    elsewhere: onOtherHalf(outcomes, target),
  }
}

function onOtherHalf(outcomes: Outcome[], target: number): CoverageReport['elsewhere'] {
  const halves = [outcomes.filter((_, i) => i % 2 === 0), outcomes.filter((_, i) => i % 2 === 1)] as const
  let applied = 0
  let right = 0
  for (const [chosenOn, measuredOn] of [halves, [halves[1], halves[0]]] as const) {
    const found = coverageAt(chosenOn, target)
    if (!found) continue
    const reached = coverageAbove(measuredOn, found.threshold)
    applied += reached.n
    right += Math.round(reached.precision * reached.n)
  }
  return { share: share(applied, outcomes.length), precision: share(right, applied) }
}

function curve(outcomes: Outcome[]): FieldReport['curve'] {
  const sorted = outcomes.filter((o) => o.confidence !== null).sort((a, b) => b.confidence! - a.confidence!)
  const points: FieldReport['curve'] = []
  const step = Math.max(1, Math.floor(sorted.length / CURVE_POINTS))
  let right = 0
  let nextPoint = 1
  for (const [i, outcome] of sorted.entries()) {
    if (isRight(outcome)) right++
    const n = i + 1
    // Tickets with the same confidence are applied together or not at all.
    if (sorted[n]?.confidence === outcome.confidence || (n < nextPoint && n < sorted.length)) continue
    points.push({ threshold: outcome.confidence!, share: n / outcomes.length, precision: right / n })
    nextPoint = n + step
  }
  return points
}

function classes(outcomes: Outcome[]): ClassReport[] {
  return perClass(outcomes).map(({ value, n, predicted, recall }) => {
    const right = Math.round(recall * n)
    return {
      value,
      n,
      predicted,
      precision: share(right, predicted),
      recall: share(right, n),
      f1: f1(right, n, predicted),
    }
  })
}

function languages(outcomes: FieldOutcome[]): LanguageReport[] {
  return Object.entries(Object.groupBy(outcomes, ({ language }) => language))
    .map(([language, outcomes = []]) => ({
      language,
      n: outcomes.length,
      accuracy: accuracyOf(outcomes),
      macroF1: resample(outcomes, []).macroF1,
    }))
    .sort((a, b) => b.n - a.n)
}

function mistakes(outcomes: FieldOutcome[]): Mistake[] {
  return outcomes
    .filter((outcome) => !isRight(outcome) && outcome.value !== null)
    .sort((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0))
    .slice(0, SHOWN_MISTAKES)
    .map(({ id, expected, value, confidence }) => ({ id, expected, value: value!, confidence }))
}
