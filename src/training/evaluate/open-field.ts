/** Scores, numbers and entities: fields without a list of values, so they have no classes to count. Pure. */

import { type Answer, accepts, type Prepared, type Taxonomy, type TaxonomyField } from '../../contract/index.ts'
import { fromQuote, restored } from '../../text/index.ts'
import { type Figure, mean, share } from './figures.ts'
import type { Entities, TicketResult } from './ticket-result.ts'

export type OpenField = Extract<TaxonomyField, { kind: 'score' | 'number' | 'entity' }>

type Common = {
  field: string
  /** Tickets with a label. */
  n: number
  answered: number
  exact: Figure
}
export type NumberReport = Common & {
  kind: 'score' | 'number'
  /** At most `tolerance` away from the label. */
  near: Figure
  tolerance: number | string
  /** Over answered tickets only. */
  meanError: Figure
}
export type EntityReport = Common & {
  kind: 'entity'
  wrong: Figure
  missed: Figure
  /** Answers that are not in the text of the ticket, on tickets with or without a label: must be 0. */
  invented: number
}
export type OpenReport = NumberReport | EntityReport

/** Points, of 100. */
const SCORE_TOLERANCE = 10
/** As a share of the label. */
const NUMBER_TOLERANCE = 0.05

export function openFields(taxonomy: Taxonomy): OpenField[] {
  return taxonomy.fields.filter(
    (field): field is OpenField => field.source === 'model' && !['choice', 'flag'].includes(field.kind),
  )
}

/** Compares with the text of the ticket right after the answer, because results do not keep the text. */
export function entitiesOf(answer: Answer, prepared: Prepared, taxonomy: Taxonomy): Entities {
  const ticketText = `${prepared.subject}\n${prepared.text}`
  return Object.fromEntries(
    openFields(taxonomy).flatMap((field) => {
      const given = answer.fields[field.id]
      if (field.kind !== 'entity' || !given) return []
      const found = fromQuote(field, given.span ?? given.value, [ticketText], prepared.masked)
      const quoted = found !== null && 'value' in found && found.value === given.value
      return [[field.id, { value: restored(field, given.value, prepared.masked), quoted }]]
    }),
  )
}

/** Is the answer equal to the label? Numbers are compared as numbers, entities in their normal form. */
export function isExact(
  field: OpenField,
  label: string,
  { answer, entities = {} }: Pick<TicketResult, 'answer' | 'entities'>,
) {
  const value = answer?.fields[field.id]?.value
  if (value === undefined) return false
  if (field.kind !== 'entity') return accepts(field, value) && Number(value) === Number(label)
  return (entities[field.id]?.value ?? value) === restored(field, label.replace(/\s+/g, ' ').trim(), {})
}

export function reportOpen(results: TicketResult[], field: OpenField): OpenReport {
  const labelled = results.flatMap((each) => {
    const label = each.ticket.labels[field.id]
    return label === undefined ? [] : [{ ...each, label, value: each.answer?.fields[field.id]?.value }]
  })
  const n = labelled.length
  const answered = labelled.filter(({ value }) => value !== undefined)
  const right = labelled.filter((each) => isExact(field, each.label, each)).length
  const common = { field: field.id, n, answered: answered.length, exact: share(right, n) }
  if (field.kind === 'entity')
    return {
      ...common,
      kind: 'entity',
      wrong: share(answered.length - right, n),
      missed: share(n - answered.length, n),
      invented: results.filter(({ entities }) => entities?.[field.id]?.quoted === false).length,
    }
  const isScore = field.kind === 'score'
  const errors = answered.map(({ label, value }) => ({ error: Math.abs(Number(value) - Number(label)), label }))
  const near = errors.filter(
    ({ error, label }) => error <= (isScore ? SCORE_TOLERANCE : NUMBER_TOLERANCE * Math.abs(Number(label))),
  )
  return {
    ...common,
    kind: field.kind,
    near: share(near.length, n),
    tolerance: isScore ? SCORE_TOLERANCE : `${100 * NUMBER_TOLERANCE} %`,
    meanError: mean(errors.map(({ error }) => error)),
  }
}
