/**
 * `npm run bench -- corrections`: what corrections cost all other tickets. Models are trained on examples without form fields;
 * then tickets with form fields, most of them the same in every ticket, are corrected one by one where the model is wrong.
 *
 * `--data DIR`, `--sets a,b`, `--labels 300`, `--draws 4`.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { promise } from '../../src/classifiers/calibration/index.ts'
import { UNFAMILIAR } from '../../src/classifiers/embedded/as-classifier.ts'
import { decode, type EmbeddedModel, encode, train } from '../../src/classifiers/embedded/index.ts'
import type { LabelledTicket } from '../../src/contract/index.ts'
import { type Figure, pairedChange } from '../../src/training/evaluate/figures.ts'
import { DATA_FOLDER, drawTickets, findSets, type LabelledSet, labelled, loadSet } from './data/labelled-sets.ts'
import { MAIN_LABELS } from './data/quality-reference.ts'

const AFTER = [0, 1, 10, 100]
const TESTED = 1000
/** The threshold of a desk that has proven nothing yet. */
const UNPROVEN = 0.9

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: DATA_FOLDER },
      sets: { type: 'string', default: 'banking77,endava-it,endava-fields,jira-hadoop' },
      labels: { type: 'string', default: '300' },
      draws: { type: 'string', default: '4' },
    },
  })
  console.log(
    `trained on ${values.labels} labels, mean of ${values.draws} draws; changes in points with their 95 % interval`,
  )
  console.log('corrections  accuracy  change                 applied  change                 of them right')
  for (const set of await findSets(values.data, values.sets.split(','))) {
    const data = await loadSet(join(values.data, set))
    for (const label of MAIN_LABELS[set] ?? ['category']) {
      console.log(`${set} / ${label}`)
      const draws = Array.from({ length: Number(values.draws) }, (_, d) =>
        measureDraw(data, label, Number(values.labels), d + 1),
      )
      for (const [k, after] of AFTER.entries())
        print(
          after,
          draws.flatMap((draw) => draw[0]!),
          draws.flatMap((draw) => draw[k]!),
        )
    }
  }
}

type Outcome = { right: boolean; applied: boolean }

/** The test tickets after each number of corrections. */
function measureDraw(data: LabelledSet, label: string, labels: number, seed: number): Outcome[][] {
  const drawn = drawTickets(labelled(data.train, label), labels + 1500, seed)
  const model = decode(encode(train(drawn.slice(0, labels).map(withoutForm), [label])))
  const threshold = promise(model.record(label), 0.95).threshold ?? UNPROVEN
  const test = drawTickets(labelled(data.test, label), TESTED, 7).map(withForm)
  const measured: Outcome[][] = [judge(model, label, test, threshold)]
  let corrected = 0
  for (const ticket of drawn.slice(labels).map(withForm)) {
    if (measured.length === AFTER.length) break
    if (model.classify(ticket, { explain: false })[label]!.value === ticket.labels[label]) continue
    model.learn(ticket)
    if (AFTER[measured.length] === ++corrected) measured.push(judge(model, label, test, threshold))
  }
  // a set may have too few wrong answers
  while (measured.length < AFTER.length) measured.push(measured.at(-1)!)
  return measured
}

function judge(model: EmbeddedModel, label: string, tickets: LabelledTicket[], threshold: number): Outcome[] {
  return tickets.map((ticket) => {
    const { value, calibrated, outOfScope } = model.classify(ticket, { explain: false })[label]!
    return { right: value === ticket.labels[label], applied: calibrated! >= threshold && outOfScope <= UNFAMILIAR }
  })
}

const withoutForm = (ticket: LabelledTicket): LabelledTicket => ({ ...ticket, metadata: {} })

/** Fields as a form has them: most are the same in every ticket, two are not. */
const withForm = (ticket: LabelledTicket, i: number): LabelledTicket => ({
  ...ticket,
  metadata: {
    project: 'SUP',
    issue_type: 'Task',
    channel: 'portal',
    ...ticket.metadata,
    office: `o${i % 7}`,
    desk: `d${i % 40}`,
  },
})

function print(after: number, before: Outcome[], now: Outcome[]): void {
  const share = (is: (outcome: Outcome) => boolean) => now.filter(is).length / now.length
  const change = (is: (outcome: Outcome) => boolean) => points(pairedChange(before.map(is), now.map(is)))
  const applied = now.filter((outcome) => outcome.applied)
  const right = applied.length > 0 ? pct(applied.filter((outcome) => outcome.right).length / applied.length) : '-'
  const columns = [
    String(after).padStart(11),
    pct(share(({ right }) => right)).padStart(9),
    change(({ right }) => right).padEnd(22),
    pct(share(({ applied }) => applied)).padStart(7),
    change(({ applied }) => applied).padEnd(22),
    right,
  ]
  console.log(columns.join('  '))
}

const pct = (value: number) => (100 * value).toFixed(1)
const points = ({ value, low, high }: Figure) => `${signed(value)} (${signed(low)} to ${signed(high)})`
const signed = (value: number) => `${value < 0 ? '' : '+'}${(100 * value).toFixed(1)}`
