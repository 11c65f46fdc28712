/**
 * `npm run bench -- quality`: the embedded classifier on labelled data with fixed splits, compared with the plain classifiers
 * of `data/quality-reference.ts`. Trained on `train`, without tuning; `test` is only for the report.
 *
 * `--data DIR`, `--sets a,b`, `--json` for an array of rows, `--parts main,curve,scope,correction`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { promise } from '../../src/classifiers/calibration/index.ts'
import { decode, type EmbeddedModel, encode, train } from '../../src/classifiers/embedded/index.ts'
import { seeded } from '../../src/classifiers/embedded/random.ts'
import type { LabelledTicket } from '../../src/contract/index.ts'
import { accuracy, auroc, coverageAbove, ece, macroF1, type Outcome } from '../../src/training/metrics.ts'
import { DATA_FOLDER, drawTickets, findSets, type LabelledSet, labelled, loadSet } from './data/labelled-sets.ts'
import { type Figures, FOREIGN_STREAM, MAIN_LABELS, REFERENCE, REFERENCE_CURVE } from './data/quality-reference.ts'

type Row = {
  set: string
  label: string
  n: number
  accuracy: number
  macroF1: number
  top3: number
  ece: number
  coverage95: number
  precision95: number
  trainSeconds: number
  microsPerTicket: number
  modelBytes: number
  peakBytes: number
}

const PARTS = ['main', 'curve', 'scope', 'correction']

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: DATA_FOLDER },
      sets: { type: 'string' },
      parts: { type: 'string', default: PARTS.join() },
      json: { type: 'boolean', default: false },
    },
  })
  const parts = values.parts.split(',')
  const rows: Row[] = []
  const print = values.json ? () => {} : (line: string) => console.log(line)
  const sets = await findSets(values.data, values.sets?.split(','))
  if (sets.length > 1) return runEachSet(sets, values)
  for (const set of sets) {
    const data = await loadSet(join(values.data, set))
    for (const label of MAIN_LABELS[set] ?? ['category']) {
      if (!data.train.some(({ labels }) => labels[label]) || !data.test.some(({ labels }) => labels[label])) continue
      console.error(`${set} / ${label}: training on ${data.train.length} tickets`)
      const measured = measure(set, label, data)
      rows.push(measured.row)
      if (parts.includes('main')) printRow(print, measured.row)
      if (parts.includes('main'))
        print(`  a perfectly calibrated confidence would show an ECE of ${pct(measured.byChance)} on this many tickets`)
      if (FOREIGN_STREAM.includes(set)) printRecalibration(print, measured.model, label, data.test)
      if (parts.includes('scope') && data.outside.length) printScope(print, measured.model, label, data)
      if (parts.includes('curve') && data.train.length >= 3000 && label === 'category')
        printCurve(print, set, label, data)
    }
    if (parts.includes('correction') && set in REFERENCE_CURVE) printCorrections(print, set, data)
  }
  if (values.json) console.log(JSON.stringify(rows, null, 1))
}

/** One process for each set, so that memory used for one set is not counted for the next. */
function runEachSet(sets: string[], { data, parts, json }: { data: string; parts: string; json: boolean }): void {
  const rows: Row[] = []
  for (const set of sets) {
    const args = [process.argv[1]!, 'quality', '--data', data, '--sets', set, '--parts', parts]
    const { status, stdout } = spawnSync(process.execPath, json ? [...args, '--json'] : args, {
      stdio: ['ignore', json ? 'pipe' : 'inherit', 'inherit'],
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`Measuring ${set} ended with status ${status}`)
    if (json) rows.push(...(JSON.parse(stdout) as Row[]))
  }
  if (json) console.log(JSON.stringify(rows, null, 1))
}

/** From which confidence on 95 % are proven; 2: from none. */
const thresholdOf = (model: EmbeddedModel, label: string) => promise(model.record(label), 0.95).threshold ?? 2

type Judged = Outcome & { top3: boolean; language: string; outOfScope: number }

function judge(model: EmbeddedModel, label: string, tickets: LabelledTicket[]): Judged[] {
  return tickets.map((ticket) => {
    const answer = model.classify(ticket, { explain: false })[label]!
    const ranked = [answer.value, ...answer.alternatives.map(({ value }) => value)]
    return {
      expected: ticket.labels[label]!,
      value: answer.value,
      confidence: answer.calibrated,
      top3: ranked.slice(0, 3).includes(ticket.labels[label]!),
      language: ticket.language ?? '',
      outOfScope: answer.outOfScope,
    }
  })
}

function measure(set: string, label: string, data: LabelledSet): { row: Row; model: EmbeddedModel; byChance: number } {
  const test = labelled(data.test, label)
  collectGarbage()
  // processor time, because the machine may be shared
  const started = process.cpuUsage()
  const memory = watchMemory()
  const trained = train(data.train, [label], { onProgress: memory.sample })
  const { user, system } = process.cpuUsage(started)
  const bytes = encode(trained)
  const model = decode(bytes)
  const outcomes = judge(model, label, test)
  const threshold = thresholdOf(model, label)
  const applied = coverageAbove(outcomes, threshold)
  const row = {
    set,
    label,
    n: test.length,
    accuracy: accuracy(outcomes),
    macroF1: macroF1(outcomes),
    top3: inTop3(outcomes),
    ece: ece(outcomes),
    coverage95: applied.share,
    precision95: applied.precision,
    trainSeconds: (user + system) / 1e6,
    microsPerTicket: medianMicros(model, test),
    modelBytes: bytes.length,
    peakBytes: memory.highest(),
  }
  return { row, model, byChance: eceByChance(outcomes) }
}

/** The ECE when every confidence equals the probability of being right: the lowest value that this many tickets can show. */
function eceByChance(outcomes: Outcome[]): number {
  const random = seeded(23)
  let sum = 0
  for (let round = 0; round < 20; round++)
    sum += ece(
      outcomes.map((outcome) => {
        const right = random.below(1e6) < 1e6 * (outcome.confidence ?? 0)
        return { ...outcome, value: right ? outcome.expected : `not ${outcome.expected}` }
      }),
    )
  return sum / 20
}

/** So that garbage of earlier work is not counted for this training. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

/** The highest memory use during training, sampled at its progress reports. */
function watchMemory() {
  let highest = 0
  const sample = () => {
    highest = Math.max(highest, process.memoryUsage.rss())
  }
  return { sample, highest: () => highest }
}

/** Median over tickets of up to 100 words, the best of three runs each, to reduce noise from other processes. */
function medianMicros(model: EmbeddedModel, tickets: LabelledTicket[]): number {
  const short = tickets.filter(({ text }) => text.split(/\s+/).length <= 100).slice(0, 2000)
  const times = short.map((ticket) => {
    let best = Infinity
    for (let round = 0; round < 3; round++) {
      const from = process.hrtime.bigint()
      model.classify(ticket, { explain: false })
      best = Math.min(best, Number(process.hrtime.bigint() - from) / 1000)
    }
    return best
  })
  return times.sort((a, b) => a - b)[times.length >> 1] ?? 0
}

type Print = (line: string) => void

function printRow(print: Print, row: Row): void {
  const mine: Figures = {
    accuracy: 100 * row.accuracy,
    macroF1: 100 * row.macroF1,
    top3: 100 * row.top3,
    seconds: row.trainSeconds,
    micros: row.microsPerTicket,
    megabytes: row.modelBytes / 1e6,
    peak: row.peakBytes / 2 ** 20,
    ece: 100 * row.ece,
    coverage: 100 * row.coverage95,
    precision: 100 * row.precision95,
  }
  print(`\n${row.set} / ${row.label}, ${row.n} test tickets`)
  print(HEAD)
  print(line('Pointsman', mine))
  for (const [method, figures] of Object.entries(REFERENCE[`${row.set} / ${row.label}`] ?? {}))
    print(line(method, figures))
}

const HEAD = `${'method'.padEnd(30)}   acc    F1  top3   fit s     us    MB  MiB   ECE  applied at 95 %`

function line(method: string, f: Figures): string {
  const cell = (value: number | undefined, width: number, digits = 1) =>
    (value === undefined ? '' : value.toFixed(digits)).padStart(width)
  const applied = f.coverage === undefined ? '' : `${cell(f.coverage, 6)} @ ${cell(f.precision, 4)}`
  return `${method.padEnd(30)} ${cell(f.accuracy, 5)} ${cell(f.macroF1, 5)} ${cell(f.top3, 5)} ${cell(f.seconds, 7)} ${cell(f.micros, 6, 0)} ${cell(f.megabytes, 5)} ${cell(f.peak, 4, 0)} ${cell(f.ece, 5)} ${applied}`
}

/** Where test tickets come from another stream: what recalibration on 50 handled ones improves, measured on the rest. Mean of many draws, because the choice of the 50 matters more than the method. */
function printRecalibration(print: Print, model: EmbeddedModel, label: string, test: LabelledTicket[]): void {
  const bytes = encode(model)
  const sums = { before: [0, 0, 0, 0], after: [0, 0, 0, 0] }
  const draws = 200
  for (let draw = 1; draw <= draws; draw++) {
    const order = drawTickets(test, test.length, draw)
    const add = (sum: number[], judged: EmbeddedModel) => {
      const outcomes = judge(judged, label, order.slice(50))
      const applied = coverageAbove(outcomes, thresholdOf(judged, label))
      const predicted = outcomes.reduce((sum, { confidence }) => sum + (confidence ?? 0), 0) / outcomes.length
      const figures = [ece(outcomes), applied.share, applied.precision, predicted - accuracy(outcomes)]
      for (const [k, value] of figures.entries()) sum[k]! += value / draws
    }
    add(sums.before, model)
    const recalibrated = decode(bytes)
    recalibrated.recalibrate(order.slice(0, 50))
    add(sums.after, recalibrated)
  }
  const report = (name: string, [error, applied, precision, over]: number[]) =>
    print(
      `  ${name.padEnd(44)} confidence ${pct(over!)} points too high, ECE ${pct(error!)}, applied at 95 %: ${pct(applied!)} @ ${pct(precision!)}`,
    )
  print('  test tickets come from other people than training tickets:')
  report('calibrated on training tickets', sums.before)
  report('calibrated on 50 handled tickets', sums.after)
}

function printScope(print: Print, model: EmbeddedModel, label: string, data: LabelledSet): void {
  const inScope = (tickets: LabelledTicket[]) => judge(model, label, tickets).map(({ outOfScope }) => 1 - outOfScope)
  const inside = inScope(labelled(data.test, label))
  const outside = inScope(data.outside)
  const floor = inside.toSorted((a, b) => b - a)[Math.floor(0.85 * inside.length)]!
  const passed = share(outside, (value) => value >= floor)
  print(
    `  out of scope: AUROC ${pct(auroc(inside, outside))} (${outside.length} texts); when 85 % of in-scope tickets are applied, ${pct(passed)} % of these texts are too`,
  )
}

/** Trained on n random tickets, which may lack rare classes; tested on the whole test set; means over several draws. */
function printCurve(print: Print, set: string, label: string, data: LabelledSet): void {
  print(`  learning curve of ${set}: acc / F1, top 3, ECE (of a perfect calibration), applied at 95 %`)
  const test = labelled(data.test, label)
  for (const n of [50, 100, 300, 1000, 3000, 10_000]) {
    if (n >= data.train.length) break
    console.error(`${set} / ${label}: learning curve at ${n}`)
    const draws = n <= 300 ? 5 : n <= 3000 ? 3 : 1
    const results = Array.from({ length: draws }, (_, draw) => {
      const model = train(drawTickets(labelled(data.train, label), n, draw + 1), [label])
      const outcomes = judge(model, label, test)
      const applied = coverageAbove(outcomes, thresholdOf(model, label))
      return [
        accuracy(outcomes),
        macroF1(outcomes),
        inTop3(outcomes),
        ece(outcomes),
        applied.share,
        applied.share * applied.precision,
        eceByChance(outcomes),
      ]
    })
    const average = (k: number) => results.reduce((sum, result) => sum + result[k]!, 0) / draws
    const mean = (k: number) => pct(average(k))
    // over all draws together, because a draw in which nothing is applied has no precision
    const precision = average(4) > 0 ? pct(average(5) / average(4)) : '-'
    const reference = REFERENCE_CURVE[set]?.[n]
    print(
      `  ${String(n).padStart(5)}: ${mean(0)} / ${mean(1)}, ${mean(2)}, ${mean(3)} (${mean(6)}), ${mean(4)} @ ${precision}${reference ? `   reference: ${reference}` : ''}`,
    )
  }
}

/** Eight classes are left out of training, then each is taught ticket by ticket. */
function printCorrections(print: Print, set: string, data: LabelledSet): void {
  const label = 'category'
  const tickets = labelled(data.train, label)
  const random = seeded(17)
  const frequent = [...Map.groupBy(tickets, ({ labels }) => labels[label]!)].filter(([, group]) => group.length >= 40)
  if (frequent.length < 20) return
  console.error(`${set}: corrections of a new class`)
  const held = drawTickets(frequent, 8, 5)
  const hidden = new Set(held.map(([value]) => value))
  const base = train(
    tickets.filter(({ labels }) => !hidden.has(labels[label]!)),
    [label],
  )
  const others = labelled(data.test, label).filter(({ labels }) => !hidden.has(labels[label]!))
  const rightOf = (model: EmbeddedModel, group: LabelledTicket[]) => accuracy(judge(model, label, group))
  const bytes = encode(base)
  const before = rightOf(base, others)
  const sums = new Map([1, 3, 10].map((n) => [n, { found: 0, lost: 0 }]))
  const milliseconds: number[] = []
  for (const [, group] of held) {
    const model = decode(bytes)
    const order = drawTickets(group, group.length, random.below(1000))
    for (let n = 1; n <= 10; n++) {
      const from = process.cpuUsage()
      model.learn(order[n - 1]!)
      milliseconds.push(process.cpuUsage(from).user / 1000)
      const sum = sums.get(n)
      if (!sum) continue
      sum.found += rightOf(model, order.slice(10)) / held.length
      sum.lost += (before - rightOf(model, others)) / held.length
    }
  }
  milliseconds.sort((a, b) => a - b)
  for (const [n, { found, lost }] of sums)
    print(
      `  a new class after ${n} corrections: ${pct(found)} % of its other tickets, ${(100 * lost).toFixed(2)} points lost on other classes`,
    )
  const median = milliseconds[milliseconds.length >> 1]!
  print(
    `  a correction takes ${median.toFixed(1)} ms, the slowest ${milliseconds.at(-1)!.toFixed(1)} (reference: 21, 48, 82 % at 0.4 to 1.1 points)`,
  )
}

const share = <T>(all: T[], test: (one: T) => boolean) => (all.length ? all.filter(test).length / all.length : 0)
const inTop3 = (outcomes: Judged[]) => share(outcomes, ({ top3 }) => top3)
const pct = (value: number) => (100 * value).toFixed(1)
