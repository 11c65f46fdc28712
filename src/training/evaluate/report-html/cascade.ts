/** What the cascade saves and what it costs in accuracy. Pure. */

import type { CascadeReport, Step } from '../cascade.ts'
import { change, conditions, count, exactPercent, figure } from '../format.ts'
import type { Report } from '../report.ts'
import { type Markup, tag } from './markup.ts'
import { dataTable, panel, plot, withInterval } from './parts.ts'
import { cascadePlot } from './plot/cascade.ts'

export function cascadeSection({ cascade }: Report): Markup | null {
  if (!cascade) return null
  const fields = Object.keys(cascade.accuracy)
  const tokens =
    cascade.tokensSaved === null
      ? 'the server does not count tokens'
      : `${figure(cascade.tokensSaved)} of the tokens are saved`
  return tag(
    'section',
    { 'aria-labelledby': 'cascade' },
    tag('h2', { id: 'cascade' }, 'Cascade'),
    tag(
      'p',
      {},
      `At ${conditions(cascade)} the embedded classifier answers ${figure(cascade.callsSaved)} of the tickets; ${tokens}. Both classifiers were asked about every ticket, so changes are measured on the same tickets.`,
    ),
    panel(accuracyTable(cascade, fields)),
    tag(
      'div',
      { class: 'plots' },
      ...fields.map((field, f) =>
        plot(
          field,
          'Each point is a threshold; the ring is the setting in use.',
          cascadePlot(`cascade-${f}`, cascade, field),
        ),
      ),
    ),
    cascade.precisions.length > 0
      ? stepsTable('precisions', 'At other precisions', 'Precision', cascade.precisions, ({ precision }) =>
          exactPercent(precision ?? 0),
        )
      : null,
    stepsTable('sweep', 'By threshold alone', 'Threshold', cascade.sweep, ({ threshold }) =>
      (threshold ?? 0).toFixed(2),
    ),
  )
}

function accuracyTable({ accuracy, change: changes }: CascadeReport, fields: string[]): Markup {
  return dataTable(
    'cascade-accuracy',
    'Accuracy of the cascade and of each classifier alone',
    null,
    ['Field', 'n', 'Cascade', 'Embedded alone', 'Endpoint alone', 'Change in points'],
    fields.map((field) => {
      const { cascade, embedded, endpoint } = accuracy[field]!
      return [
        field,
        count(cascade.n),
        withInterval(cascade),
        withInterval(embedded),
        withInterval(endpoint),
        change(changes[field]!),
      ]
    }),
  )
}

function stepsTable(id: string, title: string, column: string, steps: Step[], setting: (step: Step) => string): Markup {
  const fields = Object.keys(steps[0]!.change)
  return panel(
    dataTable(
      id,
      title,
      'Change in accuracy compared with asking the endpoint about every ticket, in points.',
      [column, 'Calls saved', 'Tokens saved', ...fields],
      steps.map((step) => [
        setting(step),
        withInterval(step.callsSaved),
        step.tokensSaved === null ? '–' : withInterval(step.tokensSaved),
        ...fields.map((field) => change(step.change[field]!)),
      ]),
    ),
  )
}
