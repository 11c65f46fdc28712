/** Failed calls and labels that do not fit the taxonomy. Pure. */

import { count } from '../format.ts'
import type { Report } from '../report.ts'
import { type Markup, tag } from './markup.ts'
import { dataTable, panel } from './parts.ts'

export function notesSection({ failures, unknownLabels, taxonomy }: Report): Markup {
  return tag(
    'section',
    { 'aria-labelledby': 'notes' },
    tag('h2', { id: 'notes' }, 'Notes'),
    tag('p', {}, taxonomy > 0 ? `Taxonomy version ${taxonomy}.` : 'The taxonomy was not read from a database.'),
    failures.length > 0 ? panel(failuresTable(failures)) : tag('p', {}, 'No call failed.'),
    unknownLabels.length > 0
      ? panel(unknownLabelsTable(unknownLabels))
      : tag('p', {}, 'Every label is in the taxonomy.'),
  )
}

function failuresTable(failures: Report['failures']): Markup {
  return dataTable(
    'table-failures',
    'Calls that failed',
    null,
    ['Fault', 'Tickets', 'What to do'],
    failures.map(({ fault, n, next }) => [fault, count(n), next]),
    { text: [2] },
  )
}

function unknownLabelsTable(unknownLabels: Report['unknownLabels']): Markup {
  return dataTable(
    'table-unknown',
    'Labels that are not in the taxonomy',
    'An unknown value counts as wrong; an unknown field is ignored.',
    ['Field', 'Value', 'Tickets'],
    unknownLabels.slice(0, 200).map(({ field, value, n }) => [field, value ?? '(unknown field)', count(n)]),
    { text: [1] },
  )
}
