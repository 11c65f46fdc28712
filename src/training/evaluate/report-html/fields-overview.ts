/** All fields side by side: accuracy and confidence. Pure. */

import type { FieldReport } from '../field.ts'
import { CONFIDENCE, change, count, threeDecimals } from '../format.ts'
import type { Report } from '../report.ts'
import { type Markup, tag } from './markup.ts'
import { dataTable, panel, withInterval } from './parts.ts'

export function fieldsOverview({ fields }: Report): Markup {
  return tag(
    'section',
    { 'aria-labelledby': 'fields' },
    tag('h2', { id: 'fields' }, 'Fields'),
    tag(
      'p',
      {},
      'Each figure is followed by its 95 % interval. A ticket without an answer counts as wrong. ECE and Brier measure the error of the confidence: 0 is perfect.',
    ),
    panel(accuracyTable(fields)),
    panel(confidenceTable(fields)),
  )
}

function accuracyTable(fields: FieldReport[]): Markup {
  return dataTable(
    'overview',
    'Accuracy',
    'The baseline always answers the most frequent class. The gain over it is measured on the same tickets.',
    ['Field', 'n', 'Accuracy', 'Macro-F1', 'Most frequent class', 'Baseline', 'Gain in points'],
    fields.map((field, f) => [
      tag('a', { href: `#field-${f}` }, field.field),
      count(field.n),
      withInterval(field.accuracy),
      withInterval(field.macroF1),
      field.baseline.value,
      withInterval(field.baseline.accuracy),
      change(field.baseline.gain),
    ]),
  )
}

function confidenceTable(fields: FieldReport[]): Markup {
  return dataTable(
    'confidence',
    'Confidence, and what can be applied automatically',
    'Applied at 90 %: the largest share of tickets that can be applied so that 90 % of them are correct.',
    ['Field', 'n', 'ECE', 'Brier', 'Applied at 90 %', 'at 95 %', 'at 99 %', 'Confidence'],
    fields.map((field) => [
      field.field,
      count(field.confidence.n),
      threeDecimals(field.ece),
      threeDecimals(field.brier),
      ...field.coverage.map((c) => (c.threshold === null ? 'none' : withInterval(c.share))),
      CONFIDENCE[field.confidence.kind],
    ]),
  )
}
