/**
 * What shortening saves and what it costs: the embedded classifier on long threads and transcripts, whole and shortened. First
 * with a model trained on the demo's tickets, which are short, so that whole threads are unfamiliar to it. Then, fairer to whole
 * threads, with models that also learn from other threads in the same form (cross-validation). `--budget N` sets the budget,
 * `--folds N` the folds, `--show ID` prints one thread as a classifier reads it.
 */
import { readFile } from 'node:fs/promises'
import { type EmbeddedModel, train } from '../../src/classifiers/embedded/index.ts'
import { seeded } from '../../src/classifiers/embedded/random.ts'
import type { Prepared } from '../../src/contract/index.ts'
import { loadTraining } from '../../src/demo/tickets.ts'
import { clean, estimateTokens, loadLanguages, prepare } from '../../src/text/index.ts'
import { accuracy, macroF1, type Outcome } from '../../src/training/metrics.ts'

type Labelled = { id: string; subject: string; text: string; labels: Record<string, string> }
type Row = {
  field: string
  n: number
  wholeF1: number
  shortF1: number
  wholeAccuracy: number
  shortAccuracy: number
}
type Report = {
  threads: number
  trainedOn: number
  tokens: { whole: number; kept: number }
  saved: number
  rows: Row[]
  learnt: (Row & { change: { low: number; high: number } })[]
  cut: { what: string; characters: number }[]
}

const FIELDS = ['service', 'category', 'priority']
const FOLDS = 2
const DRAWS = 2000

export async function run(args: string[]): Promise<void> {
  await loadLanguages()
  const budgetTokens = numberOf(args, '--budget')
  const folds = numberOf(args, '--folds') ?? FOLDS
  const threads = await readThreads()
  const prepareOne = ({ subject, text }: Labelled) =>
    prepare({ subject, body: text, format: 'plain', metadata: {} }, { budgetTokens })
  const shorten = (each: Labelled): Labelled => {
    const { subject, text } = prepareOne(each)
    return { ...each, subject, text }
  }
  const prepared = threads.map(prepareOne)
  if (args.includes('--show')) {
    const at = threads.findIndex((thread) => thread.id === args[args.indexOf('--show') + 1])
    console.log(threads[at]?.text, '\n------\n', prepared[at]?.text, '\n------\n', prepared[at]?.dropped)
    return
  }
  const tickets = await loadTraining()
  const whole: Sets = { tickets: tickets.map(cleaned), threads: threads.map(cleaned) }
  const short: Sets = { tickets: tickets.map(shorten), threads: threads.map(shorten) }
  const report: Report = {
    threads: threads.length,
    trainedOn: tickets.length,
    ...savings(threads, prepared),
    rows: byShortTickets(whole, short),
    learnt: byOtherThreads(whole, short, folds),
    cut: charactersCut(prepared),
  }
  if (args.includes('--json')) console.log(JSON.stringify(report))
  else print(report, folds)
}

/** Tickets to learn from and threads to judge, in the same form. */
type Sets = { tickets: Labelled[]; threads: Labelled[] }

function numberOf(args: string[], option: string): number | undefined {
  return args.includes(option) ? Number(args[args.indexOf(option) + 1]) : undefined
}

async function readThreads(): Promise<Labelled[]> {
  const source = await readFile(new URL('data/threads.jsonl', import.meta.url), 'utf8')
  return source
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Labelled)
}

function cleaned({ id, subject, text, labels }: Labelled): Labelled {
  return { id, subject, text: clean(text), labels }
}

function savings(threads: Labelled[], prepared: Prepared[]): Pick<Report, 'tokens' | 'saved'> {
  const tokensOf = (texts: { text: string }[]) => texts.reduce((sum, { text }) => sum + estimateTokens(text), 0)
  const tokens = { whole: tokensOf(threads), kept: tokensOf(prepared) }
  return { tokens, saved: 1 - tokens.kept / tokens.whole }
}

/** One model, trained on shortened tickets, judges the threads whole and shortened. */
function byShortTickets(whole: Sets, short: Sets): Row[] {
  const model = train(short.tickets, FIELDS)
  return FIELDS.map((field) =>
    compared(field, outcomes(model, whole.threads, field), outcomes(model, short.threads, field)),
  )
}

function byOtherThreads(whole: Sets, short: Sets, folds: number): Report['learnt'] {
  const ofWhole = crossValidated(whole, folds)
  const ofShort = crossValidated(short, folds)
  return FIELDS.map((field) => ({
    ...compared(field, ofWhole[field]!, ofShort[field]!),
    change: differenceInterval(ofWhole[field]!, ofShort[field]!),
  }))
}

function compared(field: string, whole: Outcome[], short: Outcome[]): Row {
  return {
    field,
    n: whole.length,
    wholeF1: macroF1(whole),
    shortF1: macroF1(short),
    wholeAccuracy: accuracy(whole),
    shortAccuracy: accuracy(short),
  }
}

/** Characters removed, for each kind of text. */
function charactersCut(prepared: Prepared[]): Report['cut'] {
  const kinds = Object.groupBy(
    prepared.flatMap((each) => each.dropped),
    ({ what }) => what,
  )
  return Object.entries(kinds).map(([what, list]) => ({
    what,
    characters: (list ?? []).reduce((sum, { characters }) => sum + characters, 0),
  }))
}

/** Every thread is judged by a model that learnt from the tickets and from the threads of the other folds. */
function crossValidated({ tickets, threads }: Sets, folds: number): Record<string, Outcome[]> {
  const models = Array.from({ length: folds }, (_, fold) =>
    train([...tickets, ...threads.filter((_, i) => i % folds !== fold)], FIELDS),
  )
  return Object.fromEntries(
    FIELDS.map((field) => [field, threads.map((thread, i) => outcome(models[i % folds]!, thread, field))]),
  )
}

/** 95 % interval of the change in macro-F1: a paired bootstrap over the threads. */
function differenceInterval(whole: Outcome[], short: Outcome[]): { low: number; high: number } {
  const random = seeded(7)
  const differences = Array.from({ length: DRAWS }, () => {
    const drawn = whole.map(() => random.below(whole.length))
    return macroF1(drawn.map((i) => short[i]!)) - macroF1(drawn.map((i) => whole[i]!))
  }).sort((a, b) => a - b)
  return { low: differences[Math.floor(0.025 * DRAWS)]!, high: differences[Math.ceil(0.975 * DRAWS) - 1]! }
}

function outcomes(model: EmbeddedModel, threads: Labelled[], field: string): Outcome[] {
  return threads.map((thread) => outcome(model, thread, field))
}

function outcome(model: EmbeddedModel, thread: Labelled, field: string): Outcome {
  const answer = model.classify(thread)[field]
  return { expected: thread.labels[field]!, value: answer?.value ?? null, confidence: answer?.calibrated ?? null }
}

function print({ threads, trainedOn, tokens, saved, rows, learnt, cut }: Report, folds: number): void {
  console.log(`Compression: ${threads} threads, classifier trained on ${trainedOn} tickets`)
  console.log(`tokens ${tokens.whole} -> ${tokens.kept}, ${(100 * saved).toFixed(1)} % saved (estimated by script)`)
  console.log('trained on short tickets only:')
  console.log('field       n  macro-F1 whole  shortened   change   accuracy whole  shortened')
  for (const row of rows)
    console.log(`${f1Columns(row)}${points(row.wholeAccuracy, 17)}${points(row.shortAccuracy, 11)}`)
  console.log(`trained on those and on other threads in the same form, ${folds} folds:`)
  console.log('field       n  macro-F1 whole  shortened   change (95 % interval)   accuracy whole  shortened')
  for (const row of learnt) {
    const interval = `(${points(row.change.low, 0)} to ${points(row.change.high, 0)})`.padStart(18)
    console.log(`${f1Columns(row)}${interval}${points(row.wholeAccuracy, 15)}${points(row.shortAccuracy, 11)}`)
  }
  console.log(`removed, characters: ${cut.map(({ what, characters }) => `${what} ${characters}`).join(', ')}`)
}

function f1Columns({ field, n, wholeF1, shortF1 }: Row): string {
  return `${field.padEnd(9)}${String(n).padStart(4)}${points(wholeF1, 16)}${points(shortF1, 11)}${points(shortF1 - wholeF1, 9)}`
}

function points(share: number, width: number): string {
  return (100 * share).toFixed(1).padStart(width)
}
