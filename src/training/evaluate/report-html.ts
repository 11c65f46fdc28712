/** A report as one page that needs nothing else: no script, no font, no network. Pure. */

import type { Step } from './cascade.ts'
import type { FieldReport } from './field.ts'
import { type Markup, tag, trusted } from './markup.ts'
import { dataTable, fact, page, panel, plot, withInterval } from './page-parts.ts'
import { STYLE } from './page-style.ts'
import { cascadePlot } from './plot/cascade.ts'
import { classesPlot } from './plot/classes.ts'
import { confusionPlot } from './plot/confusion.ts'
import { coveragePlot } from './plot/coverage.ts'
import { latencyPlot } from './plot/latency.ts'
import { reliabilityPlot } from './plot/reliability.ts'
import type { Report } from './report.ts'
import { amount, CONFIDENCE, change, conditions, count, duration, figure, percent, small } from './words.ts'

export function html(report: Report): string {
  const { classifier } = report
  return page(
    tag(
      'html',
      { lang: 'en' },
      tag(
        'head',
        {},
        tag('meta', { charset: 'utf-8' }),
        tag('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
        // Should anything ever slip through the escaping, the browser still runs and fetches nothing.
        tag('meta', {
          'http-equiv': 'Content-Security-Policy',
          content: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
        }),
        tag('title', {}, `Evaluation of ${classifier.model}`),
        tag('style', {}, trusted(STYLE)),
      ),
      tag(
        'body',
        {},
        tag('a', { class: 'skip', href: '#fields' }, 'Skip to the figures'),
        tag(
          'main',
          {},
          header(report),
          overview(report),
          open(report),
          cascade(report),
          report.fields.map(fieldSection),
          costs(report),
          notes(report),
        ),
      ),
    ),
  )
}

function header({
  classifier,
  createdAt,
  tickets,
  answered,
  allRight,
  outsideTaxonomy,
  failures,
  latency,
  ...rest
}: Report) {
  const failed = failures.reduce((sum, { n }) => sum + n, 0)
  const sections = [
    ['fields', 'Fields'],
    ...(rest.open.length > 0 ? [['open', 'Scores, numbers, entities']] : []),
    ...(rest.cascade ? [['cascade', 'Cascade']] : []),
    ...rest.fields.map(({ field }, f) => [`field-${f}`, field]),
    ['costs', 'Time and tokens'],
    ['notes', 'Notes'],
  ]
  return [
    tag(
      'header',
      {},
      tag('h1', {}, `Evaluation of ${classifier.model}`),
      tag(
        'p',
        { class: 'quiet-text' },
        `${classifier.kind} classifier, ${count(tickets)} labelled tickets, ${createdAt.slice(0, 16).replace('T', ' ')} UTC`,
      ),
      tag(
        'nav',
        { 'aria-label': 'On this page' },
        tag('ul', {}, ...sections.map(([id, name]) => tag('li', {}, tag('a', { href: `#${id}` }, name!)))),
      ),
    ),
    tag(
      'dl',
      { class: 'facts' },
      fact(
        'Every field right',
        percent(allRight.value),
        `95 % interval ${(100 * allRight.low).toFixed(1)} to ${(100 * allRight.high).toFixed(1)}`,
      ),
      fact(
        'Answered',
        `${count(answered)} of ${count(tickets)}`,
        failed > 0 ? `${count(failed)} calls failed` : 'no call failed',
        failed > 0,
      ),
      fact('Outside the taxonomy', count(outsideTaxonomy), 'must be 0', outsideTaxonomy > 0),
      latency ? fact('Median time', duration(latency.p50.ms), `p99 ${duration(latency.p99.ms)}`) : null,
      rest.tokens
        ? fact(
            'Tokens a ticket',
            ((rest.tokens.prompt + rest.tokens.completion) / rest.tokens.n).toFixed(0),
            'prompt and completion',
          )
        : null,
      rest.cascade
        ? fact('Calls saved', percent(rest.cascade.callsSaved.value), `at ${conditions(rest.cascade)}`)
        : null,
    ),
  ]
}

function overview({ fields }: Report): Markup {
  return tag(
    'section',
    { 'aria-labelledby': 'fields' },
    tag('h2', { id: 'fields' }, 'Fields'),
    tag(
      'p',
      {},
      'Behind each figure stands its 95 % interval. A ticket without an answer counts as wrong. ECE and Brier measure how well the confidence keeps its word: 0 is perfect.',
    ),
    panel(
      dataTable(
        'overview',
        'Accuracy',
        'The gain over always saying the most frequent class is taken on the same tickets.',
        ['Field', 'n', 'Accuracy', 'Macro-F1', 'Most frequent class', 'Always that', 'Gain in points'],
        fields.map((field, f) => [
          tag('a', { href: `#field-${f}` }, field.field),
          count(field.n),
          withInterval(field.accuracy),
          withInterval(field.macroF1),
          field.baseline.value,
          withInterval(field.baseline.accuracy),
          change(field.baseline.gain),
        ]),
      ),
    ),
    panel(
      dataTable(
        'confidence',
        'Confidence, and what can be applied without a person',
        'The largest share of tickets whose answers are right so often.',
        ['Field', 'n', 'ECE', 'Brier', 'Applied at 90 %', 'at 95 %', 'at 99 %', 'Confidence'],
        fields.map((field) => [
          field.field,
          count(field.confidence.n),
          small(field.ece),
          small(field.brier),
          ...field.coverage.map((c) => (c.threshold === null ? 'none' : withInterval(c.share))),
          CONFIDENCE[field.confidence.kind],
        ]),
      ),
    ),
  )
}

function open({ open }: Report): Markup | null {
  if (open.length === 0) return null
  const scales = open.filter((each) => each.kind !== 'entity')
  const entities = open.filter((each) => each.kind === 'entity')
  return tag(
    'section',
    { 'aria-labelledby': 'open' },
    tag('h2', { id: 'open' }, 'Scores, numbers, entities'),
    scales.length > 0
      ? panel(
          dataTable(
            'scales',
            'Scores and numbers',
            'Near: within the tolerance; a ticket without an answer is not. The error is taken over what was answered.',
            ['Field', 'n', 'Answered', 'Exact', 'Near', 'Tolerance', 'Mean absolute error'],
            scales.map((each) => [
              each.field,
              count(each.n),
              count(each.answered),
              withInterval(each.exact),
              withInterval(each.near),
              `±${each.tolerance}`,
              amount(each.meanError),
            ]),
          ),
        )
      : null,
    entities.length > 0
      ? panel(
          dataTable(
            'entities',
            'Entities',
            'Compared in their normal form. Invented: values that no words of the ticket give; must be 0.',
            ['Field', 'n', 'Exact', 'Wrong', 'Missed', 'Invented'],
            entities.map((each) => [
              each.field,
              count(each.n),
              withInterval(each.exact),
              withInterval(each.wrong),
              withInterval(each.missed),
              count(each.invented),
            ]),
          ),
        )
      : null,
  )
}

function cascade({ cascade }: Report): Markup | null {
  if (!cascade) return null
  const fields = Object.keys(cascade.accuracy)
  return tag(
    'section',
    { 'aria-labelledby': 'cascade' },
    tag('h2', { id: 'cascade' }, 'Cascade'),
    tag(
      'p',
      {},
      `At ${conditions(cascade)} the embedded classifier answers ${figure(cascade.callsSaved)} of the tickets; ${
        cascade.tokensSaved === null
          ? 'the server counts no tokens'
          : `${figure(cascade.tokensSaved)} of the tokens are saved`
      }. Both were asked about every ticket, so changes are measured on the same tickets.`,
    ),
    panel(
      dataTable(
        'cascade-accuracy',
        'Accuracy beside each classifier alone',
        null,
        ['Field', 'n', 'Cascade', 'Embedded alone', 'Endpoint alone', 'Change in points'],
        fields.map((field) => {
          const { cascade: own, embedded, endpoint } = cascade.accuracy[field]!
          return [
            field,
            count(own.n),
            withInterval(own),
            withInterval(embedded),
            withInterval(endpoint),
            change(cascade.change[field]!),
          ]
        }),
      ),
    ),
    tag(
      'div',
      { class: 'plots' },
      ...fields.map((field, f) =>
        plot(
          field,
          'Each point is a threshold; the ring is the one in use.',
          cascadePlot(`cascade-${f}`, cascade, field),
        ),
      ),
    ),
    cascade.precisions.length > 0
      ? steps('precisions', 'Other precisions', 'Precision', cascade.precisions, ({ precision }) =>
          percent(precision ?? 0, 0),
        )
      : null,
    steps('sweep', 'By threshold alone', 'Threshold', cascade.sweep, ({ threshold }) => threshold.toFixed(2)),
  )
}

function steps(id: string, title: string, name: string, steps: Step[], at: (step: Step) => string): Markup {
  const fields = Object.keys(steps[0]!.change)
  return panel(
    dataTable(
      id,
      title,
      'Change of accuracy against asking the endpoint about every ticket, in points.',
      [name, 'Calls saved', 'Tokens saved', ...fields],
      steps.map((step) => [
        at(step),
        withInterval(step.callsSaved),
        step.tokensSaved === null ? '–' : withInterval(step.tokensSaved),
        ...fields.map((field) => change(step.change[field]!)),
      ]),
    ),
  )
}

function fieldSection(field: FieldReport, id: number): Markup {
  return tag(
    'section',
    { 'aria-labelledby': `field-${id}` },
    tag('h2', { id: `field-${id}` }, field.field),
    tag(
      'p',
      {},
      `Accuracy ${figure(field.accuracy)}, macro-F1 ${figure(field.macroF1)} over ${count(field.n)} tickets.`,
    ),
    tag(
      'div',
      { class: 'plots' },
      plot(
        'Reliability',
        'On the dashed line the confidence keeps its word; below: tickets in each bin.',
        reliabilityPlot(`reliability-${id}`, field),
      ),
      plot(
        'Coverage and precision',
        'Dashed: 90, 95 and 99 % right; the number is the share applied there.',
        coveragePlot(`coverage-${id}`, field),
      ),
      plot(
        'F1 by class',
        'F1 with its interval, and n; of many classes the weakest.',
        classesPlot(`classes-${id}`, field),
      ),
      plot('Confusion', 'Share of each row. Green: right. Orange: wrong.', confusionPlot(`confusion-${id}`, field)),
    ),
    panel(
      dataTable(
        `table-classes-${id}`,
        'Classes',
        'The interval of F1 is Wilson’s, of the tickets that are, or were called, this class.',
        ['Class', 'n', 'Said', 'Precision', 'Recall', 'F1'],
        field.classes.map((each) => [
          each.value,
          count(each.n),
          count(each.predicted),
          withInterval(each.precision),
          withInterval(each.recall),
          withInterval(each.f1),
        ]),
      ),
    ),
    panel(
      dataTable(
        `table-coverage-${id}`,
        'Applied without a person',
        'A threshold found on these tickets flatters itself: the last two columns judge the threshold of one half on the other.',
        ['Precision wanted', 'Threshold', 'Applied', 'Right', 'Applied, other half', 'Right, other half'],
        field.coverage.map((c) => [
          percent(c.target, 0),
          c.threshold === null ? 'none' : c.threshold.toFixed(3),
          c.threshold === null ? '–' : withInterval(c.share),
          c.precision ? withInterval(c.precision) : '–',
          withInterval(c.elsewhere.share),
          withInterval(c.elsewhere.precision),
        ]),
      ),
    ),
    panel(
      dataTable(
        `table-languages-${id}`,
        'By language',
        null,
        ['Language', 'n', 'Accuracy', 'Macro-F1'],
        field.languages.map((each) => [
          each.language,
          count(each.n),
          withInterval(each.accuracy),
          withInterval(each.macroF1),
        ]),
      ),
    ),
    more(field, id),
  )
}

/** What one looks up rather than reads. */
function more({ reliability, confusion, mistakes }: FieldReport, id: number): Markup[] {
  const fold = (title: string, table: Markup) => panel(tag('details', {}, tag('summary', {}, title), table))
  return [
    fold(
      'Reliability in numbers',
      dataTable(
        `table-reliability-${id}`,
        'Reliability bins',
        null,
        ['Confidence', 'n', 'Promised', 'Kept'],
        reliability
          .filter(({ n }) => n > 0)
          .map((bin) => [
            `${bin.from.toFixed(2)} to ${bin.to.toFixed(2)}`,
            count(bin.n),
            percent(bin.confidence),
            withInterval(bin.accuracy),
          ]),
      ),
    ),
    fold(
      'What was confused',
      dataTable(
        `table-confusion-${id}`,
        'Confused pairs, most frequent first',
        null,
        ['Right', 'Said', 'n'],
        confusion
          .slice(0, 200)
          .map(({ expected, value, n }) => [expected, value === '' ? 'no answer' : value, count(n)]),
        { text: [1] },
      ),
    ),
    fold(
      'Wrong and sure of it',
      dataTable(
        `table-mistakes-${id}`,
        'Wrong answers with the highest confidence',
        'An error of the classifier, or a wrong label.',
        ['Ticket', 'Right', 'Said', 'Confidence'],
        mistakes.map((each) => [
          each.id,
          each.expected,
          each.value,
          each.confidence === null ? '–' : percent(each.confidence),
        ]),
        { text: [1, 2] },
      ),
    ),
  ]
}

function costs({ latency, tokens, seconds, tickets }: Report): Markup {
  return tag(
    'section',
    { 'aria-labelledby': 'costs' },
    tag('h2', { id: 'costs' }, 'Time and tokens'),
    tag('p', {}, `${count(tickets)} tickets took ${duration(seconds * 1000)}.`),
    latency
      ? tag(
          'div',
          { class: 'plots' },
          plot(
            'Latency',
            'From asking the classifier to its answer, on a logarithmic scale.',
            latencyPlot('latency', latency),
            true,
          ),
        )
      : null,
    latency
      ? panel(
          dataTable(
            'table-latency',
            'Latency',
            'With the 95 % interval of each percentile.',
            ['Percentile', 'Time', 'Interval'],
            (['p50', 'p95', 'p99'] as const).map((name) => [
              name,
              duration(latency[name].ms),
              `${duration(latency[name].low)} to ${duration(latency[name].high)}`,
            ]),
          ),
        )
      : null,
    tokens
      ? panel(
          dataTable(
            'table-tokens',
            'Tokens',
            `Of ${count(tokens.n)} answers for which the server counted them.`,
            ['Kind', 'All', 'A ticket'],
            (['prompt', 'cached', 'completion'] as const).map((kind) => [
              kind === 'cached' ? 'of the prompt, cached' : kind,
              count(tokens[kind]),
              (tokens[kind] / tokens.n).toFixed(1),
            ]),
          ),
        )
      : tag('p', {}, 'This classifier uses no tokens, or its server counts none.'),
  )
}

function notes({ failures, unknownLabels, taxonomy }: Report): Markup {
  return tag(
    'section',
    { 'aria-labelledby': 'notes' },
    tag('h2', { id: 'notes' }, 'Notes'),
    tag('p', {}, taxonomy > 0 ? `Taxonomy version ${taxonomy}.` : 'The taxonomy was not read from a database.'),
    failures.length > 0
      ? panel(
          dataTable(
            'table-failures',
            'Calls that failed',
            null,
            ['Fault', 'Tickets', 'What to do'],
            failures.map(({ fault, n, next }) => [fault, count(n), next]),
            { text: [2] },
          ),
        )
      : tag('p', {}, 'No call failed.'),
    unknownLabels.length > 0
      ? panel(
          dataTable(
            'table-unknown',
            'Labels that the taxonomy does not have',
            'An unknown value counts as wrong, an unknown field is left out.',
            ['Field', 'Value', 'Tickets'],
            unknownLabels.slice(0, 200).map(({ field, value, n }) => [field, value ?? '(the field itself)', count(n)]),
            { text: [1] },
          ),
        )
      : tag('p', {}, 'Every label is in the taxonomy.'),
  )
}
