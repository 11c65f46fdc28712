/** What the answers cost: time and tokens. Pure. */

import { count, duration } from '../format.ts'
import type { Latency } from '../latency.ts'
import type { Report } from '../report.ts'
import type { Tokens } from '../tokens.ts'
import { type Markup, tag } from './markup.ts'
import { dataTable, panel, plot } from './parts.ts'
import { latencyPlot } from './plot/latency.ts'

export function costsSection({ latency, tokens, seconds, tickets }: Report): Markup {
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
            'From the call of the classifier to its answer, on a logarithmic scale.',
            latencyPlot('latency', latency),
            true,
          ),
        )
      : null,
    latency ? panel(latencyTable(latency)) : null,
    tokens
      ? panel(tokensTable(tokens))
      : tag('p', {}, 'This classifier uses no tokens, or its server does not count them.'),
  )
}

function latencyTable(latency: Latency): Markup {
  return dataTable(
    'table-latency',
    'Latency',
    'With the 95 % interval of each percentile.',
    ['Percentile', 'Time', 'Interval'],
    (['p50', 'p95', 'p99'] as const).map((name) => [
      name,
      duration(latency[name].ms),
      `${duration(latency[name].low)} to ${duration(latency[name].high)}`,
    ]),
  )
}

function tokensTable(tokens: Tokens): Markup {
  return dataTable(
    'table-tokens',
    'Tokens',
    `Over the ${count(tokens.n)} answers for which the server counted tokens.`,
    ['Kind', 'Total', 'Per answer'],
    (['prompt', 'cached', 'completion'] as const).map((kind) => [
      kind === 'cached' ? 'of the prompt, cached' : kind,
      count(tokens[kind]),
      (tokens[kind] / tokens.n).toFixed(1),
    ]),
  )
}
