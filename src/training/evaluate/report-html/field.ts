/** Everything about one field: plots, then tables. Pure. */

import type { FieldReport } from '../field.ts'
import { count, exactPercent, figure, percent, threshold } from '../format.ts'
import { type Markup, tag } from './markup.ts'
import { dataTable, panel, plot, withInterval } from './parts.ts'
import { classesPlot } from './plot/classes.ts'
import { confusionPlot } from './plot/confusion.ts'
import { coveragePlot } from './plot/coverage.ts'
import { reliabilityPlot } from './plot/reliability.ts'

/** `id` is the number of the field on the page. */
export function fieldSection(field: FieldReport, id: number): Markup {
  return tag(
    'section',
    { 'aria-labelledby': `field-${id}` },
    tag('h2', { id: `field-${id}` }, field.field),
    tag(
      'p',
      {},
      `Accuracy ${figure(field.accuracy)}, macro-F1 ${figure(field.macroF1)} over ${count(field.n)} tickets.`,
    ),
    plots(field, id),
    panel(classesTable(field, id)),
    panel(coverageTable(field, id)),
    panel(languagesTable(field, id)),
    // Folded: looked up rather than read.
    folded('Reliability in numbers', reliabilityTable(field, id)),
    folded('Confused pairs', confusionTable(field, id)),
    folded('Mistakes with high confidence', mistakesTable(field, id)),
  )
}

function plots(field: FieldReport, id: number): Markup {
  return tag(
    'div',
    { class: 'plots' },
    plot(
      'Reliability',
      'On the dashed line confidence and accuracy are equal. Bars: tickets in each bin.',
      reliabilityPlot(`reliability-${id}`, field),
    ),
    plot(
      'Coverage and precision',
      'Dashed: 90, 95 and 99 % correct. The number is the share applied there.',
      coveragePlot(`coverage-${id}`, field),
    ),
    plot(
      'F1 by class',
      'F1 with its interval, and n. Of many classes only the weakest are shown.',
      classesPlot(`classes-${id}`, field),
    ),
    plot(
      'Confusion',
      'Strength of color: share of the row. Green: correct. Orange: wrong.',
      confusionPlot(`confusion-${id}`, field),
    ),
  )
}

function classesTable({ classes }: FieldReport, id: number): Markup {
  return dataTable(
    `table-classes-${id}`,
    'Classes',
    'Answered: how often the classifier gave this class. F1 has a Wilson interval over the tickets whose label or answer is this class.',
    ['Class', 'n', 'Answered', 'Precision', 'Recall', 'F1'],
    classes.map((each) => [
      each.value,
      count(each.n),
      count(each.predicted),
      withInterval(each.precision),
      withInterval(each.recall),
      withInterval(each.f1),
    ]),
  )
}

function coverageTable({ coverage }: FieldReport, id: number): Markup {
  return dataTable(
    `table-coverage-${id}`,
    'Applied automatically',
    'A threshold is optimistic on the tickets that it was chosen on. The last two columns choose it on one half and measure it on the other.',
    ['Target precision', 'Threshold', 'Applied', 'Correct', 'Applied, other half', 'Correct, other half'],
    coverage.map((c) => [
      exactPercent(c.target),
      c.threshold === null ? 'none' : threshold(c.threshold),
      c.threshold === null ? '–' : withInterval(c.share),
      c.precision ? withInterval(c.precision) : '–',
      withInterval(c.elsewhere.share),
      withInterval(c.elsewhere.precision),
    ]),
  )
}

function languagesTable({ languages }: FieldReport, id: number): Markup {
  return dataTable(
    `table-languages-${id}`,
    'By language',
    null,
    ['Language', 'n', 'Accuracy', 'Macro-F1'],
    languages.map((each) => [each.language, count(each.n), withInterval(each.accuracy), withInterval(each.macroF1)]),
  )
}

function folded(title: string, table: Markup): Markup {
  return panel(tag('details', {}, tag('summary', {}, title), table))
}

function reliabilityTable({ reliability }: FieldReport, id: number): Markup {
  return dataTable(
    `table-reliability-${id}`,
    'Reliability bins',
    null,
    ['Confidence', 'n', 'Mean confidence', 'Accuracy'],
    reliability
      .filter(({ n }) => n > 0)
      .map((bin) => [
        `${bin.from.toFixed(2)} to ${bin.to.toFixed(2)}`,
        count(bin.n),
        percent(bin.confidence),
        withInterval(bin.accuracy),
      ]),
  )
}

function confusionTable({ confusion }: FieldReport, id: number): Markup {
  return dataTable(
    `table-confusion-${id}`,
    'Confused pairs, most frequent first',
    null,
    ['Label', 'Answer', 'n'],
    confusion.slice(0, 200).map(({ expected, value, n }) => [expected, value === '' ? 'no answer' : value, count(n)]),
    { text: [1] },
  )
}

function mistakesTable({ mistakes }: FieldReport, id: number): Markup {
  return dataTable(
    `table-mistakes-${id}`,
    'Wrong answers with the highest confidence',
    'Each is a mistake of the classifier or a wrong label.',
    ['Ticket', 'Label', 'Answer', 'Confidence'],
    mistakes.map((each) => [
      each.id,
      each.expected,
      each.value,
      each.confidence === null ? '–' : percent(each.confidence),
    ]),
    { text: [1, 2] },
  )
}
