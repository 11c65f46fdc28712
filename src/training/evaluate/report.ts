/** From what was said to the whole report. Plain JSON; no text of a ticket is in it. */
import { accepts, type Taxonomy } from '../../contract/index.ts'
import { type Asked, type Failure, failures } from './ask.ts'
import type { CascadeReport } from './cascade.ts'
import { type FieldReport, reportField } from './field.ts'
import { type Figure, share } from './figures.ts'
import { type Latency, latencyOf } from './latency.ts'
import { isExact, type OpenReport, openFields, reportOpen } from './open-field.ts'
import { type UnknownLabel, unknownLabels } from './rows.ts'
import { type Tokens, tokensOf } from './tokens.ts'

export type Report = {
  kind: 'evaluation'
  /** Of this form. */
  version: 1
  /** ISO 8601. */
  createdAt: string
  classifier: { kind: 'embedded' | 'endpoint' | 'cascade'; model: string }
  /** Its version; 0 for one that was not read from a database. */
  taxonomy: number
  tickets: number
  answered: number
  /** Every labelled field of the ticket is right. */
  allRight: Figure
  /** Answers with a value that the taxonomy does not have, or a confidence that is none: must be 0. */
  outsideTaxonomy: number
  failures: Failure[]
  /** Labels in the data that the taxonomy does not have. Unknown values count as wrong, unknown fields are left out. */
  unknownLabels: UnknownLabel[]
  /** Null when nothing was answered. */
  latency: Latency | null
  /** Null where the classifier counts none. */
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

export function report(asked: Asked[], options: ReportOptions): Report {
  const { classifier, taxonomy, fields, seconds, now, cascade = null } = options
  const open = openFields(taxonomy)
  const answered = asked.filter(({ answer }) => answer !== null)
  const labelled = asked.filter(({ ticket }) => fields.some((field) => ticket.labels[field] !== undefined))
  return {
    kind: 'evaluation',
    version: 1,
    createdAt: now.toISOString(),
    classifier,
    taxonomy: taxonomy.version,
    tickets: asked.length,
    answered: answered.length,
    allRight: share(labelled.filter((each) => isAllRight(each, fields, taxonomy)).length, labelled.length),
    outsideTaxonomy: asked.filter((each) => isOutside(each, taxonomy)).length,
    failures: failures(asked),
    unknownLabels: unknownLabels(
      asked.map(({ ticket }) => ticket),
      taxonomy,
    ),
    latency: latencyOf(answered.map(({ ms }) => ms)),
    tokens: tokensOf(asked),
    seconds,
    fields: fields.filter((field) => !open.some(({ id }) => id === field)).map((field) => reportField(asked, field)),
    open: open.filter(({ id }) => fields.includes(id)).map((field) => reportOpen(asked, field)),
    cascade,
  }
}

function isAllRight(asked: Asked, fields: string[], taxonomy: Taxonomy): boolean {
  const open = openFields(taxonomy)
  return fields.every((field) => {
    const expected = asked.ticket.labels[field]
    if (expected === undefined) return true
    const free = open.find(({ id }) => id === field)
    return free ? isExact(free, expected, asked) : asked.answer?.fields[field]?.value === expected
  })
}

function isOutside({ answer }: Asked, taxonomy: Taxonomy): boolean {
  const asked = new Map(taxonomy.fields.filter(({ source }) => source === 'model').map((field) => [field.id, field]))
  const allows = (id: string, value: string) => {
    const field = asked.get(id)
    return field !== undefined && accepts(field, value)
  }
  return Object.entries(answer?.fields ?? {}).some(
    ([field, { value, raw, calibrated, alternatives }]) =>
      !allows(field, value) ||
      alternatives.some((other) => !allows(field, other.value)) ||
      [raw, calibrated].some((confidence) => confidence !== null && !(confidence >= 0 && confidence <= 1)),
  )
}
