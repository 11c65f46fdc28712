/** Makes the report from all results. It is plain JSON and contains no text of a ticket. */
import { accepts, type Taxonomy } from '../../contract/index.ts'
import { type Failure, failures } from './ask.ts'
import type { CascadeReport } from './cascade.ts'
import { type FieldReport, reportField } from './field.ts'
import { type Figure, share } from './figures.ts'
import { type Latency, latencyOf } from './latency.ts'
import { isExact, type OpenReport, openFields, reportOpen } from './open-field.ts'
import { type UnknownLabel, unknownLabels } from './rows.ts'
import type { TicketResult } from './ticket-result.ts'
import { type Tokens, tokensOf } from './tokens.ts'

/** The evaluation of one classifier on labelled tickets. */
export type Report = {
  kind: 'evaluation'
  /** Version of this format. */
  version: 1
  /** ISO 8601. */
  createdAt: string
  classifier: { kind: 'embedded' | 'endpoint' | 'cascade'; model: string }
  /** Version of the taxonomy; 0 when it was not read from a database. */
  taxonomy: number
  tickets: number
  answered: number
  /** Tickets on which every labelled field is correct. */
  allRight: Figure
  /** Answers with a value that is not in the taxonomy, or a confidence that is not between 0 and 1: must be 0. */
  outsideTaxonomy: number
  failures: Failure[]
  /** Labels that are not in the taxonomy. Unknown values count as wrong, unknown fields are ignored. */
  unknownLabels: UnknownLabel[]
  /** Null when nothing was answered. */
  latency: Latency | null
  /** Null when the classifier does not count tokens. */
  tokens: Tokens | null
  seconds: number
  fields: FieldReport[]
  /** Scores, numbers and entities. */
  open: OpenReport[]
  cascade: CascadeReport | null
}

export type ReportOptions = {
  classifier: Report['classifier']
  taxonomy: Taxonomy
  fields: string[]
  seconds: number
  now: Date
  cascade?: CascadeReport | null
}

export function report(results: TicketResult[], options: ReportOptions): Report {
  const { classifier, taxonomy, fields, seconds, now, cascade = null } = options
  const open = openFields(taxonomy)
  const answered = results.filter(({ answer }) => answer !== null)
  const labelled = results.filter(({ ticket }) => fields.some((field) => ticket.labels[field] !== undefined))
  return {
    kind: 'evaluation',
    version: 1,
    createdAt: now.toISOString(),
    classifier,
    taxonomy: taxonomy.version,
    tickets: results.length,
    answered: answered.length,
    allRight: share(labelled.filter((each) => isAllRight(each, fields, taxonomy)).length, labelled.length),
    outsideTaxonomy: results.filter((each) => isOutside(each, taxonomy)).length,
    failures: failures(results),
    unknownLabels: unknownLabels(
      results.map(({ ticket }) => ticket),
      taxonomy,
    ),
    latency: latencyOf(answered.map(({ ms }) => ms)),
    tokens: tokensOf(results),
    seconds,
    fields: fields.filter((field) => !open.some(({ id }) => id === field)).map((field) => reportField(results, field)),
    open: open.filter(({ id }) => fields.includes(id)).map((field) => reportOpen(results, field)),
    cascade,
  }
}

function isAllRight(result: TicketResult, fields: string[], taxonomy: Taxonomy): boolean {
  const open = openFields(taxonomy)
  return fields.every((field) => {
    const expected = result.ticket.labels[field]
    if (expected === undefined) return true
    const openField = open.find(({ id }) => id === field)
    return openField ? isExact(openField, expected, result) : result.answer?.fields[field]?.value === expected
  })
}

function isOutside({ answer }: TicketResult, taxonomy: Taxonomy): boolean {
  const fields = new Map(taxonomy.fields.filter(({ source }) => source === 'model').map((field) => [field.id, field]))
  const allows = (id: string, value: string) => {
    const field = fields.get(id)
    return field !== undefined && accepts(field, value)
  }
  return Object.entries(answer?.fields ?? {}).some(
    ([field, { value, raw, calibrated, alternatives }]) =>
      !allows(field, value) ||
      alternatives.some((other) => !allows(field, other.value)) ||
      [raw, calibrated].some((confidence) => confidence !== null && !(confidence >= 0 && confidence <= 1)),
  )
}
