/** The top of the page: what was evaluated, links to the sections, and the main figures. Pure. */

import { conditions, count, duration, percent } from '../format.ts'
import type { Report } from '../report.ts'
import { type Markup, tag } from './markup.ts'
import { fact } from './parts.ts'

export function header(report: Report): Markup[] {
  return [title(report), mainFigures(report)]
}

function title(report: Report): Markup {
  const { classifier, tickets, createdAt } = report
  const links = sectionsOf(report).map(([id, name]) => tag('li', {}, tag('a', { href: `#${id}` }, name)))
  return tag(
    'header',
    {},
    tag('h1', {}, `Evaluation of ${classifier.model}`),
    tag(
      'p',
      { class: 'quiet-text' },
      `${classifier.kind} classifier, ${count(tickets)} labelled tickets, ${createdAt.slice(0, 16).replace('T', ' ')} UTC`,
    ),
    tag('nav', { 'aria-label': 'On this page' }, tag('ul', {}, ...links)),
  )
}

/** Id and name of each section that the page has. */
function sectionsOf({ open, cascade, fields }: Report): [string, string][] {
  return [
    ['fields', 'Fields'],
    ...(open.length > 0 ? [['open', 'Scores, numbers, entities'] as [string, string]] : []),
    ...(cascade ? [['cascade', 'Cascade'] as [string, string]] : []),
    ...fields.map(({ field }, f): [string, string] => [`field-${f}`, field]),
    ['costs', 'Time and tokens'],
    ['notes', 'Notes'],
  ]
}

function mainFigures({
  tickets,
  answered,
  allRight,
  outsideTaxonomy,
  failures,
  latency,
  tokens,
  cascade,
}: Report): Markup {
  const failed = failures.reduce((sum, { n }) => sum + n, 0)
  return tag(
    'dl',
    { class: 'facts' },
    fact(
      'All fields correct',
      percent(allRight.value),
      `95 % interval ${(100 * allRight.low).toFixed(1)} to ${(100 * allRight.high).toFixed(1)}`,
    ),
    fact(
      'Answered',
      `${count(answered)} of ${count(tickets)}`,
      failed > 0 ? `${count(failed)} calls failed` : 'no call failed',
      failed > 0,
    ),
    fact('Outside the taxonomy', count(outsideTaxonomy), 'answers; must be 0', outsideTaxonomy > 0),
    latency ? fact('Median time', duration(latency.p50.ms), `p99 ${duration(latency.p99.ms)}`) : null,
    tokens
      ? fact('Tokens per answer', ((tokens.prompt + tokens.completion) / tokens.n).toFixed(0), 'prompt and completion')
      : null,
    cascade ? fact('Calls saved', percent(cascade.callsSaved.value), `at ${conditions(cascade)}`) : null,
  )
}
