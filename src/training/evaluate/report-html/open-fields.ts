/** Scores, numbers and entities: fields without a list of values. Pure. */

import { amount, count } from '../format.ts'
import type { EntityReport, NumberReport } from '../open-field.ts'
import type { Report } from '../report.ts'
import { type Markup, tag } from './markup.ts'
import { dataTable, panel, withInterval } from './parts.ts'

export function openFieldsSection({ open }: Report): Markup | null {
  if (open.length === 0) return null
  const numbers = open.filter((each) => each.kind !== 'entity')
  const entities = open.filter((each) => each.kind === 'entity')
  return tag(
    'section',
    { 'aria-labelledby': 'open' },
    tag('h2', { id: 'open' }, 'Scores, numbers, entities'),
    numbers.length > 0 ? panel(numbersTable(numbers)) : null,
    entities.length > 0 ? panel(entitiesTable(entities)) : null,
  )
}

function numbersTable(fields: NumberReport[]): Markup {
  return dataTable(
    'scales',
    'Scores and numbers',
    'Near: within the tolerance. A ticket without an answer is neither exact nor near. The error covers answered tickets only.',
    ['Field', 'n', 'Answered', 'Exact', 'Near', 'Tolerance', 'Mean absolute error'],
    fields.map((each) => [
      each.field,
      count(each.n),
      count(each.answered),
      withInterval(each.exact),
      withInterval(each.near),
      `±${each.tolerance}`,
      amount(each.meanError),
    ]),
  )
}

function entitiesTable(fields: EntityReport[]): Markup {
  return dataTable(
    'entities',
    'Entities',
    'Compared in their normal form. Invented: values that are not in the text of the ticket; must be 0.',
    ['Field', 'n', 'Exact', 'Wrong', 'Missed', 'Invented'],
    fields.map((each) => [
      each.field,
      count(each.n),
      withInterval(each.exact),
      withInterval(each.wrong),
      withInterval(each.missed),
      count(each.invented),
    ]),
  )
}
