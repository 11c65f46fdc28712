/** All that can be said of one field. Pure. */
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
import type { Asked } from './ask.ts'
import { type Figure, f1, pairedChange, share } from './figures.ts'
import { resample } from './resample.ts'

export type ClassReport = { value: string; n: number; predicted: number; precision: Figure; recall: Figure; f1: Figure }

export type BinReport = { from: number; to: number; n: number; confidence: number; accuracy: Figure }

export type CoverageReport = {
  /** What was asked for: 0.95 is right 95 times in 100. */
  target: number
  /** Null: no threshold gives it on these tickets. */
  threshold: number | null
  share: Figure
  precision: Figure | null
  /** The threshold found on one half of the tickets and judged on the other, both ways: what to expect of it. */
  elsewhere: { share: Figure; precision: Figure }
}

export type LanguageReport = { language: string; n: number; accuracy: Figure; macroF1: Figure }

export type Mistake = { id: string; expected: string; value: string; confidence: number | null }

export type FieldReport = {
  field: string
  n: number
  /** With a value, right or wrong; the others count as wrong. */
  answered: number
  accuracy: Figure
  macroF1: Figure
  /** Always the most frequent class of these tickets. */
  baseline: { value: string; accuracy: Figure; macroF1: number; gain: Figure }
  confidence: { kind: 'calibrated' | 'raw' | 'mixed' | 'none'; n: number }
  ece: Figure
  brier: Figure
  reliability: BinReport[]
  coverage: CoverageReport[]
  /** From strict to lenient: what is applied above a threshold, and how much of it is right. */
  curve: { threshold: number; share: number; precision: number }[]
  classes: ClassReport[]
  confusion: Confusion[]
  languages: LanguageReport[]
  /** Wrong with the highest confidence: errors of the model, or of the label. */
  mistakes: Mistake[]
}

export const TARGETS = [0.9, 0.95, 0.99]
const SHOWN_MISTAKES = 25
const CURVE_POINTS = 100

export type FieldOutcome = Outcome & { id: string; language: string }

/** The tickets with a label for this field. */
export function outcomesOf(asked: Asked[], field: string): FieldOutcome[] {
  return asked.flatMap(({ ticket, answer }) => {
    const expected = ticket.labels[field]
    if (expected === undefined) return []
    const said = answer?.fields[field]
    const { id, language } = ticket
    return [{ id, language, expected, value: said?.value ?? null, confidence: confidenceOf(said) }]
  })
}

const confidenceOf = (said: FieldAnswer | undefined) => said?.calibrated ?? said?.raw ?? null

export function reportField(asked: Asked[], field: string): FieldReport {
  const outcomes = outcomesOf(asked, field)
  const drawn = resample(outcomes, TARGETS)
  const confidence = kindOfConfidence(asked, field)
  return {
    field,
    n: outcomes.length,
    answered: outcomes.filter(({ value }) => value !== null).length,
    accuracy: accuracyOf(outcomes),
    macroF1: drawn.macroF1,
    baseline: baseline(outcomes),
    confidence,
    ece: { ...drawn.ece, n: confidence.n },
    brier: { ...drawn.brier, n: confidence.n },
    reliability: reliability(outcomes).map(({ accuracy, ...bin }) => ({
      ...bin,
      accuracy: share(Math.round(accuracy * bin.n), bin.n),
    })),
    coverage: TARGETS.map((target, t) => coverage(outcomes, target, drawn.coverage[t]!)),
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

function kindOfConfidence(asked: Asked[], field: string): FieldReport['confidence'] {
  const said = asked.flatMap(({ ticket, answer }) =>
    ticket.labels[field] === undefined ? [] : (answer?.fields[field] ?? []),
  )
  const calibrated = said.filter((each) => each.calibrated !== null).length
  const n = said.filter((each) => confidenceOf(each) !== null).length
  return { kind: n === 0 ? 'none' : calibrated === 0 ? 'raw' : calibrated === n ? 'calibrated' : 'mixed', n }
}

function coverage(outcomes: Outcome[], target: number, share_: Figure): CoverageReport {
  const found = coverageAt(outcomes, target)
  return {
    target,
    threshold: found?.threshold ?? null,
    share: share_,
    precision: found && share(Math.round(found.precision * found.n), found.n),
    elsewhere: elsewhere(outcomes, target),
  }
}

function elsewhere(outcomes: Outcome[], target: number): CoverageReport['elsewhere'] {
  const halves = [outcomes.filter((_, i) => i % 2 === 0), outcomes.filter((_, i) => i % 2 === 1)] as const
  let applied = 0
  let right = 0
  for (const [seen, unseen] of [halves, [halves[1], halves[0]]] as const) {
    const found = coverageAt(seen, target)
    if (!found) continue
    const kept = coverageAbove(unseen, found.threshold)
    applied += kept.n
    right += Math.round(kept.precision * kept.n)
  }
  return { share: share(applied, outcomes.length), precision: share(right, applied) }
}

function curve(outcomes: Outcome[]): FieldReport['curve'] {
  const sorted = outcomes.filter((o) => o.confidence !== null).sort((a, b) => b.confidence! - a.confidence!)
  const points: FieldReport['curve'] = []
  const step = Math.max(1, Math.floor(sorted.length / CURVE_POINTS))
  let right = 0
  let due = 1
  for (const [i, outcome] of sorted.entries()) {
    if (isRight(outcome)) right++
    const n = i + 1
    // Tickets of one confidence are applied together or not at all.
    if (sorted[n]?.confidence === outcome.confidence || (n < due && n < sorted.length)) continue
    points.push({ threshold: outcome.confidence!, share: n / outcomes.length, precision: right / n })
    due = n + step
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
    .map(([language, own = []]) => ({
      language,
      n: own.length,
      accuracy: accuracyOf(own),
      macroF1: resample(own, []).macroF1,
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
