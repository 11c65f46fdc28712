/** Evaluation: how good a classifier is on labelled tickets, every figure with n and a 95 % interval. */

import type { Classifier, LabelledTicket, Taxonomy } from '../../contract/index.ts'
import { Rejected } from '../../errors.ts'
import { type AskOptions, ask, forEachTicket } from './ask.ts'
import { askBoth, type Cascade, cascaded, reportCascade } from './cascade.ts'
import { openFields } from './open-field.ts'
import { type Report, report } from './report.ts'
import { valuesByField } from './rows.ts'

export type EvaluateOptions = AskOptions & {
  /** Only these fields; by default every field of the taxonomy that has labels in the data. */
  fields?: string[]
  now?: Date
}

/**
 * Prepares each ticket as the service does and asks the classifier directly: rules, guards and thresholds are not applied. A
 * ticket without an answer counts as wrong.
 */
export async function evaluate(
  classifier: Classifier | Cascade,
  rows: LabelledTicket[],
  taxonomy: Taxonomy,
  options: EvaluateOptions = {},
): Promise<Report> {
  const fields = fieldsToJudge(rows, taxonomy, options.fields)
  const now = options.now ?? new Date()
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  if (classifier.kind !== 'cascade') {
    const results = await forEachTicket(classifier, rows, options, (prepared, signal) =>
      ask(classifier, prepared, taxonomy, signal),
    )
    const { kind, model } = classifier
    return report(results, { classifier: { kind, model }, taxonomy, fields, seconds: seconds(), now })
  }
  const both = await askBoth(classifier, rows, taxonomy, options)
  const took = seconds()
  const results = await cascaded(classifier, both, taxonomy, classifier.settings)
  return report(results, {
    classifier: { kind: 'cascade', model: `${classifier.embedded.model}, then ${classifier.endpoint.model}` },
    taxonomy,
    fields,
    seconds: took,
    now,
    cascade: await reportCascade(
      classifier,
      both,
      taxonomy,
      fields.filter((field) => valuesByField(taxonomy).has(field)),
    ),
  })
}

function fieldsToJudge(rows: LabelledTicket[], taxonomy: Taxonomy, wanted: string[] | undefined): string[] {
  const known = [...valuesByField(taxonomy).keys(), ...openFields(taxonomy).map(({ id }) => id)]
  const labelled = known.filter((field) => rows.some(({ labels }) => labels[field] !== undefined))
  const missing = wanted?.filter((field) => !labelled.includes(field)) ?? []
  if (missing.length > 0)
    throw new Rejected(422, `No ticket has a label for ${missing.join(', ')}`, {
      next:
        labelled.length > 0
          ? `Fields that have labels in this file: ${labelled.join(', ')}.`
          : `Fields: ${known.join(', ')}.`,
    })
  if (labelled.length === 0)
    throw new Rejected(422, 'No ticket has a label for a field of the taxonomy', {
      next: `Label the tickets for at least one of ${known.join(', ')}.`,
    })
  return wanted ?? labelled
}

export { coverageAt, type Outcome } from '../metrics.ts'
export type { Cascade } from './cascade.ts'
export { type Figure, share } from './figures.ts'
export type { Report } from './report.ts'
export { html } from './report-html/index.ts'
export { table } from './report-table.ts'
export { readRows, taxonomyOf, unknownLabels } from './rows.ts'
