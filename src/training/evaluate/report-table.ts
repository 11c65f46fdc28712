/** A report as text for a terminal. Pure. */

import type { Step } from './cascade.ts'
import type { FieldReport } from './field.ts'
import {
  amount,
  CONFIDENCE,
  change,
  conditions,
  count,
  duration,
  exactPercent,
  figure,
  oneLine,
  percent,
  threeDecimals,
  threshold,
} from './format.ts'
import type { EntityReport, NumberReport } from './open-field.ts'
import type { Report } from './report.ts'

const SHOWN_CLASSES = 30
const SHOWN_PAIRS = 10

/** The report as tables of text. */
export function table(report: Report): string {
  const parts = [
    head(report),
    ...(report.fields.length > 0 ? [fields(report), confidence(report)] : []),
    ...open(report),
    cascade(report),
    ...report.fields.map(details),
    costs(report),
    notes(report),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function head({ classifier, tickets, answered, allRight, outsideTaxonomy }: Report): string {
  return [
    `${classifier.kind} classifier: ${oneLine(classifier.model, 100)}`,
    `${count(tickets)} tickets, ${count(answered)} answered, all fields correct on ${figure(allRight)}`,
    `answers outside the taxonomy: ${outsideTaxonomy}${outsideTaxonomy > 0 ? '  (must be 0)' : ''}`,
    'In brackets: 95 % interval. Tickets without an answer count as wrong. The baseline always answers the most frequent class.',
  ].join('\n')
}

function fields(report: Report): string {
  return columns([
    ['field', 'n', 'accuracy', 'macro-F1', 'baseline', 'gain in points'],
    ...report.fields.map((field) => [
      field.field,
      count(field.n),
      figure(field.accuracy),
      figure(field.macroF1),
      `${percent(field.baseline.accuracy.value)} (${oneLine(field.baseline.value, 24)})`,
      change(field.baseline.gain),
    ]),
  ])
}

function confidence(report: Report): string {
  return columns([
    ['confidence', 'n', 'ECE', 'Brier', 'applied at 90 %', 'at 95 %', 'at 99 %', 'kind'],
    ...report.fields.map((field) => [
      field.field,
      count(field.confidence.n),
      threeDecimals(field.ece),
      threeDecimals(field.brier),
      ...field.coverage.map((c) => (c.threshold === null ? 'none' : figure(c.share))),
      CONFIDENCE[field.confidence.kind],
    ]),
  ])
}

function open({ open }: Report): string[] {
  const numbers = open.filter((each) => each.kind !== 'entity')
  const entities = open.filter((each) => each.kind === 'entity')
  return [
    ...(numbers.length > 0 ? [numbersTable(numbers)] : []),
    ...(entities.length > 0 ? [entitiesTable(entities)] : []),
  ]
}

function numbersTable(fields: NumberReport[]): string {
  return columns([
    ['score or number', 'n', 'answered', 'exact', 'near', 'tolerance', 'mean absolute error'],
    ...fields.map((each) => [
      each.field,
      count(each.n),
      count(each.answered),
      figure(each.exact),
      figure(each.near),
      `±${each.tolerance}`,
      amount(each.meanError),
    ]),
  ])
}

function entitiesTable(fields: EntityReport[]): string {
  return columns([
    ['entity', 'n', 'exact', 'wrong', 'missed', 'invented (must be 0)'],
    ...fields.map((each) => [
      each.field,
      count(each.n),
      figure(each.exact),
      figure(each.wrong),
      figure(each.missed),
      count(each.invented),
    ]),
  ])
}

function cascade({ cascade }: Report): string {
  if (!cascade) return ''
  const fields = Object.keys(cascade.accuracy)
  return [
    `cascade at ${conditions(cascade)}: ${figure(cascade.callsSaved)} of the calls and ${
      cascade.tokensSaved === null ? 'an unknown share' : figure(cascade.tokensSaved)
    } of the tokens saved`,
    columns([
      ['field', 'n', 'cascade', 'embedded alone', 'endpoint alone', 'change in points'],
      ...fields.map((field) => {
        const { cascade: both, embedded, endpoint } = cascade.accuracy[field]!
        return [field, count(both.n), figure(both), figure(embedded), figure(endpoint), change(cascade.change[field]!)]
      }),
    ]),
    ...(cascade.precisions.length > 0
      ? ['', steps('precision', cascade.precisions, ({ precision }) => exactPercent(precision ?? 0))]
      : []),
    '',
    steps('threshold alone', cascade.sweep, ({ threshold }) => (threshold ?? 0).toFixed(2)),
  ].join('\n')
}

function steps(name: string, steps: Step[], setting: (step: Step) => string): string {
  const fields = Object.keys(steps[0]!.change)
  return columns([
    [name, 'calls saved', 'tokens saved', ...fields.map((field) => `${field}, points`)],
    ...steps.map((step) => [
      setting(step),
      figure(step.callsSaved),
      step.tokensSaved === null ? '–' : figure(step.tokensSaved),
      ...fields.map((field) => change(step.change[field]!)),
    ]),
  ])
}

function details(field: FieldReport): string {
  const more = field.classes.length - SHOWN_CLASSES
  return [
    `── ${field.field} ${'─'.repeat(Math.max(0, 70 - field.field.length))}`,
    classesTable(field),
    ...(more > 0 ? [`… and ${more} more (the json and html formats list all)`] : []),
    '',
    confusedPairs(field),
    '',
    languagesTable(field),
    '',
    reliabilityTable(field),
    '',
    coverageTable(field),
  ].join('\n')
}

function classesTable({ classes }: FieldReport): string {
  return columns([
    ['class', 'n', 'precision', 'recall', 'F1'],
    ...classes
      .slice(0, SHOWN_CLASSES)
      .map((each) => [
        oneLine(each.value),
        count(each.n),
        figure(each.precision),
        figure(each.recall),
        figure(each.f1),
      ]),
  ])
}

function confusedPairs({ confusion }: FieldReport): string {
  if (confusion.length === 0) return 'no mistakes'
  return columns([
    ['label', 'answer', 'n'],
    ...confusion
      .slice(0, SHOWN_PAIRS)
      .map(({ expected, value, n }) => [oneLine(expected), value === '' ? 'no answer' : oneLine(value), count(n)]),
  ])
}

function languagesTable({ languages }: FieldReport): string {
  return columns([
    ['language', 'n', 'accuracy', 'macro-F1'],
    ...languages.map((each) => [
      oneLine(each.language, 12),
      count(each.n),
      figure(each.accuracy),
      figure(each.macroF1),
    ]),
  ])
}

function reliabilityTable({ reliability }: FieldReport): string {
  return columns([
    ['confidence', 'n', 'mean confidence', 'accuracy'],
    ...reliability
      .filter(({ n }) => n > 0)
      .map((bin) => [
        `${bin.from.toFixed(2)} to ${bin.to.toFixed(2)}`,
        count(bin.n),
        percent(bin.confidence),
        figure(bin.accuracy),
      ]),
  ])
}

function coverageTable({ coverage }: FieldReport): string {
  return columns([
    ['target precision', 'threshold', 'applied', 'correct', 'with the threshold of the other half: applied', 'correct'],
    ...coverage.map((c) => [
      exactPercent(c.target),
      c.threshold === null ? 'none' : threshold(c.threshold),
      c.threshold === null ? '–' : figure(c.share),
      c.precision ? figure(c.precision) : '–',
      figure(c.elsewhere.share),
      figure(c.elsewhere.precision),
    ]),
  ])
}

function costs({ latency, tokens, seconds, tickets }: Report): string {
  const lines: string[] = []
  if (latency) {
    const quantiles = (['p50', 'p95', 'p99'] as const).map((name) => {
      const { ms, low, high } = latency[name]
      return `${name} ${duration(ms)} (${duration(low)} to ${duration(high)})`
    })
    lines.push(`latency of ${count(latency.n)} answers: ${quantiles.join(', ')}, longest ${duration(latency.max)}`)
  }
  if (tokens)
    lines.push(
      `tokens of ${count(tokens.n)} answers: ${count(tokens.prompt)} prompt (${percent(tokens.prompt ? tokens.cached / tokens.prompt : 0)} cached), ${count(tokens.completion)} completion; ${((tokens.prompt + tokens.completion) / tokens.n).toFixed(0)} per answer`,
    )
  lines.push(`${count(tickets)} tickets took ${duration(seconds * 1000)}`)
  return lines.join('\n')
}

function notes({ failures, unknownLabels }: Report): string {
  const unknown = unknownLabels
    .slice(0, SHOWN_PAIRS)
    .map(({ field, value, n }) =>
      value === null
        ? `field ${oneLine(field)} is not in the taxonomy (${tickets(n)}): ignored`
        : `${field} has no value ${oneLine(value)} (${tickets(n)}): counted as wrong`,
    )
  const more = unknownLabels.length - SHOWN_PAIRS
  return [
    ...(failures.length === 0 ? ['no call failed'] : []),
    ...failures.map(({ fault, n, next }) => `calls that failed: ${n} ${fault}. ${next}`),
    ...unknown.map((line) => `unknown label: ${line}`),
    ...(more > 0 ? [`unknown labels: ${more} more`] : []),
  ].join('\n')
}

const tickets = (n: number) => `${count(n)} ${n === 1 ? 'ticket' : 'tickets'}`

/** Aligns columns: text to the left, figures to the right. */
function columns(rows: string[][]): string {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, c) =>
          c === 0 || /^[A-Za-z]/.test(rows[1]?.[c] ?? '') ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
