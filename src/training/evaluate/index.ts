/** Evaluation: what a classifier is worth on labelled tickets, with n and an interval beside every figure. */

import type { Classifier, LabelledTicket, Taxonomy } from '../../contract/index.ts'
import { Rejected } from '../../errors.ts'
import { type AskOptions, ask, overRows } from './ask.ts'
import { askBoth, type Cascade, cascaded, reportCascade } from './cascade.ts'
import { openFields } from './open-field.ts'
import { type Report, report } from './report.ts'
import { valuesByField } from './rows.ts'

export type EvaluateOptions = AskOptions & {
  /** Only these; by default every field of the taxonomy that has labels in the data. */
  fields?: string[]
  now?: Date
}

/**
 * Prepares each ticket as serving does and asks the classifier itself: rules, guards and thresholds have no say. A ticket without
 * an answer counts as wrong.
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
    const asked = await overRows(classifier, rows, options, (prepared, signal) =>
      ask(classifier, prepared, taxonomy, signal),
    )
    const { kind, model } = classifier
    return report(asked, { classifier: { kind, model }, taxonomy, fields, seconds: seconds(), now })
  }
  const both = await askBoth(classifier, rows, taxonomy, options)
  const took = seconds()
  const asked = await cascaded(classifier, both, taxonomy, classifier.settings)
  return report(asked, {
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
      next: labelled.length > 0 ? `Fields with labels here: ${labelled.join(', ')}.` : `Fields: ${known.join(', ')}.`,
    })
  if (labelled.length === 0)
    throw new Rejected(422, 'No ticket has a label of the taxonomy', { next: `Its fields are ${known.join(', ')}.` })
  return wanted ?? labelled
}

export type { Cascade, CascadeReport } from './cascade.ts'
export type { FieldReport } from './field.ts'
export type { Figure } from './figures.ts'
export type { Report } from './report.ts'
export { html } from './report-html.ts'
export { table } from './report-table.ts'
export { readRows, taxonomyOf, unknownLabels } from './rows.ts'
