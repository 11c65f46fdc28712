import type { Figure } from '../../training/evaluate/index.ts'
import type { ReplayReport } from './summarize.ts'

/** The report for people. Pure. */
export function describeReplay({
  since,
  tickets,
  trainedOn,
  classifier,
  plans,
  automation,
  fields,
  routes,
}: ReplayReport): string {
  const precision = fields.find(({ coverage }) => coverage)?.coverage?.precision
  return [
    `${tickets} tickets since ${since.slice(0, 10)}, decided as if they came now: nothing was written.`,
    classifier === 'endpoint'
      ? 'The model server answered.'
      : `The embedded classifier learnt from ${trainedOn} other tickets${classifier === 'cascade' ? ', and the model server took the rest' : ''}.`,
    `Written by itself: ${plans.apply} (${shown(automation)}); only suggested: ${plans.suggest}; held for a person: ${plans.hold}; skipped: ${plans.skip}.`,
    '',
    `${'field'.padEnd(14)}${'right'.padEnd(30)}${'right where written'.padEnd(30)}${precision === undefined ? '' : `could be automated at ${percent(precision)}`}`,
    ...fields.map(
      ({ field, accuracy, automated, coverage }) =>
        `${field.padEnd(14)}${shown(accuracy).padEnd(30)}${shown(automated).padEnd(30)}${coverage ? `${shown(coverage.share)}, from ${coverage.threshold.toFixed(2)} on` : 'nowhere'}`,
    ),
    '',
    ...describeRoutes(routes),
  ].join('\n')
}

function describeRoutes({ tickets, misrouted, prevented, caused }: ReplayReport['routes']): string[] {
  if (tickets === 0) return ['Routes: no ticket has a first and a last group that the mapping names.']
  const count = ({ value, n }: Figure) => Math.round(value * n)
  return [
    `Of ${tickets} tickets with a known group, ${count(misrouted)} came to another group first (${shown(misrouted)}).`,
    `  ${count(prevented)} of these Pointsman would have sent or suggested right at once (${shown(prevented)}).`,
    `  ${count(caused)} that went right it would have sent or suggested to another group (${shown(caused)}).`,
  ]
}

const percent = (value: number) => `${Math.round(value * 1000) / 10} %`

/** With n and the 95 % interval. */
const shown = ({ value, low, high, n }: Figure) =>
  n === 0 ? '- (n 0)' : `${percent(value)} [${Math.round(low * 100)}, ${Math.round(high * 100)}] (n ${n})`
