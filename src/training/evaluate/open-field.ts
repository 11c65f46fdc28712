/** Scores, numbers and entities: fields whose values no list can hold, so they have no classes to count by. Pure. */

import { type Answer, accepts, type Prepared, type Taxonomy, type TaxonomyField } from '../../contract/index.ts'
import { fromQuote, restored } from '../../text/index.ts'
import type { Asked } from './ask.ts'
import { type Figure, mean, share } from './figures.ts'

export type OpenField = Extract<TaxonomyField, { kind: 'score' | 'number' | 'entity' }>

/** What an answer's entities come to once masked parts are put back: to compare, never to report. */
export type Entities = Record<string, { value: string; quoted: boolean }>

type Common = {
  field: string
  /** Tickets with a label. */
  n: number
  answered: number
  exact: Figure
}
export type OpenReport =
  | (Common & {
      kind: 'score' | 'number'
      /** At most `tolerance` away from the label. */
      near: Figure
      tolerance: number | string
      /** Of the tickets that were answered. */
      meanError: Figure
    })
  | (Common & {
      kind: 'entity'
      wrong: Figure
      missed: Figure
      /** Values that no words of the ticket give, with or without a label: must be 0. */
      invented: number
    })

/** Points of 100. */
const SCORE_TOLERANCE = 10
/** Share of the label. */
const NUMBER_TOLERANCE = 0.05

export function openFields(taxonomy: Taxonomy): OpenField[] {
  return taxonomy.fields.filter(
    (field): field is OpenField => field.source === 'model' && !['choice', 'flag'].includes(field.kind),
  )
}

/** Taken while the ticket is at hand: reports hold nothing of its text. */
export function entitiesOf(answer: Answer, prepared: Prepared, taxonomy: Taxonomy): Entities {
  const own = `${prepared.subject}\n${prepared.text}`
  return Object.fromEntries(
    openFields(taxonomy).flatMap((field) => {
      const said = answer.fields[field.id]
      if (field.kind !== 'entity' || !said) return []
      const quoted = fromQuote(field, said.span ?? said.value, [own], prepared.masked)
      const given = quoted !== null && 'value' in quoted && quoted.value === said.value
      return [[field.id, { value: restored(field, said.value, prepared.masked), quoted: given }]]
    }),
  )
}

/** Is it what the label says? Numbers are compared as numbers, entities in their normal form. */
export function isExact(
  field: OpenField,
  label: string,
  { answer, entities = {} }: Pick<Asked, 'answer' | 'entities'>,
) {
  const said = answer?.fields[field.id]?.value
  if (said === undefined) return false
  if (field.kind !== 'entity') return accepts(field, said) && Number(said) === Number(label)
  return (entities[field.id]?.value ?? said) === restored(field, label.replace(/\s+/g, ' ').trim(), {})
}

export function reportOpen(asked: Asked[], field: OpenField): OpenReport {
  const labelled = asked.flatMap((each) => {
    const label = each.ticket.labels[field.id]
    return label === undefined ? [] : [{ ...each, label, said: each.answer?.fields[field.id]?.value }]
  })
  const n = labelled.length
  const answered = labelled.filter(({ said }) => said !== undefined)
  const right = labelled.filter((each) => isExact(field, each.label, each)).length
  const common = { field: field.id, n, answered: answered.length, exact: share(right, n) }
  if (field.kind === 'entity')
    return {
      ...common,
      kind: 'entity',
      wrong: share(answered.length - right, n),
      missed: share(n - answered.length, n),
      invented: asked.filter(({ entities }) => entities?.[field.id]?.quoted === false).length,
    }
  const errors = answered.map(({ label, said }) => ({ off: Math.abs(Number(said) - Number(label)), label }))
  const isScore = field.kind === 'score'
  const near = errors.filter(
    ({ off, label }) => off <= (isScore ? SCORE_TOLERANCE : NUMBER_TOLERANCE * Math.abs(Number(label))),
  )
  return {
    ...common,
    kind: field.kind,
    near: share(near.length, n),
    tolerance: isScore ? SCORE_TOLERANCE : `${100 * NUMBER_TOLERANCE} %`,
    meanError: mean(errors.map(({ off }) => off)),
  }
}
