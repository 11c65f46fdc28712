/**
 * What shortening saves and what it costs: long threads and transcripts, whole and prepared, through the embedded classifier.
 * Twice: by a model trained on the demo's tickets, which are short, so that a whole thread is strange to it; and, fairer to the
 * whole threads, by models that learnt from other threads in the same form (cross-validation: no thread judges a model that saw
 * it). `--budget N` for another budget, `--folds N`, `--show ID` for one thread as a classifier sees it.
 */
import { readFile } from 'node:fs/promises'
import { type EmbeddedModel, train } from '../../src/classifiers/embedded/index.ts'
import { seeded } from '../../src/classifiers/embedded/random.ts'
import { loadTraining } from '../../src/demo/tickets.ts'
import { clean, estimateTokens, loadLanguages, prepare } from '../../src/text/prepare/index.ts'
import { accuracy, macroF1, type Outcome } from '../../src/training/metrics.ts'

type Thread = { id: string; lang: string; kind: string; subject: string; text: string; labels: Record<string, string> }

const FIELDS = ['service', 'category', 'priority']
const FOLDS = 2
const DRAWS = 2000

export async function run(args: string[]): Promise<void> {
  await loadLanguages()
  const budgetTokens = args.includes('--budget') ? Number(args[args.indexOf('--budget') + 1]) : undefined
  const source = await readFile(new URL('data/threads.jsonl', import.meta.url), 'utf8')
  const threads = source
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Thread)
  const prepared = threads.map((thread) =>
    prepare({ subject: thread.subject, body: thread.text, format: 'plain', metadata: {} }, { budgetTokens }),
  )
  if (args.includes('--show')) {
    const at = threads.findIndex((thread) => thread.id === args[args.indexOf('--show') + 1])
    console.log(threads[at]?.text, '\n------\n', prepared[at]?.text, '\n------\n', prepared[at]?.dropped)
    return
  }
  const tickets = await loadTraining()
  const model = train(
    tickets.map((ticket) => {
      const { subject, text } = prepare(
        { subject: ticket.subject, body: ticket.text, format: 'plain', metadata: {} },
        { budgetTokens },
      )
      return { id: ticket.id, subject, text, labels: ticket.labels }
    }),
    FIELDS,
  )
  const tokens = { whole: 0, kept: 0 }
  threads.forEach((thread, i) => {
    tokens.whole += estimateTokens(thread.text)
    tokens.kept += estimateTokens(prepared[i]!.text)
  })
  const saved = 1 - tokens.kept / tokens.whole
  const rows = FIELDS.map((field) => {
    const whole = outcomes(
      model,
      threads.map((thread) => ({ subject: thread.subject, text: clean(thread.text) })),
      threads,
      field,
    )
    const short = outcomes(model, prepared, threads, field)
    return {
      field,
      n: threads.length,
      wholeF1: macroF1(whole),
      shortF1: macroF1(short),
      wholeAccuracy: accuracy(whole),
      shortAccuracy: accuracy(short),
    }
  })
  const folds = args.includes('--folds') ? Number(args[args.indexOf('--folds') + 1]) : FOLDS
  const base = tickets.map((ticket) => ({
    id: ticket.id,
    subject: ticket.subject,
    text: ticket.text,
    labels: ticket.labels,
  }))
  const shorten = (each: Labelled) => {
    const { subject, text } = prepare(
      { subject: each.subject, body: each.text, format: 'plain', metadata: {} },
      { budgetTokens },
    )
    return { ...each, subject, text }
  }
  const tidy = (each: Labelled) => ({ ...each, text: clean(each.text) })
  const whole = crossValidated(base.map(tidy), threads.map(tidy), folds)
  const short = crossValidated(base.map(shorten), threads.map(shorten), folds)
  const learnt = FIELDS.map((field) => ({
    field,
    n: threads.length,
    wholeF1: macroF1(whole[field]!),
    shortF1: macroF1(short[field]!),
    change: differenceInterval(whole[field]!, short[field]!),
    wholeAccuracy: accuracy(whole[field]!),
    shortAccuracy: accuracy(short[field]!),
  }))
  const kinds = Object.groupBy(
    prepared.flatMap((each) => each.dropped),
    ({ what }) => what,
  )
  const cut = Object.entries(kinds).map(([what, list]) => ({
    what,
    characters: (list ?? []).reduce((sum, { characters }) => sum + characters, 0),
  }))
  if (args.includes('--json')) {
    console.log(
      JSON.stringify({ threads: threads.length, trainedOn: tickets.length, tokens, saved, rows, learnt, cut }),
    )
    return
  }
  console.log(`Compression: ${threads.length} threads, classifier trained on ${tickets.length} tickets`)
  console.log(`tokens ${tokens.whole} -> ${tokens.kept}, ${(100 * saved).toFixed(1)} % saved (estimated by script)`)
  console.log('trained on short tickets only:')
  console.log('field       n  macro-F1 whole  shortened   change   accuracy whole  shortened')
  for (const row of rows)
    console.log(
      `${row.field.padEnd(9)}${String(row.n).padStart(4)}${points(row.wholeF1, 16)}${points(row.shortF1, 11)}${points(row.shortF1 - row.wholeF1, 9)}${points(row.wholeAccuracy, 17)}${points(row.shortAccuracy, 11)}`,
    )
  console.log(`trained on those and on other threads in the same form, ${folds} folds:`)
  console.log('field       n  macro-F1 whole  shortened   change (95 % interval)   accuracy whole  shortened')
  for (const row of learnt)
    console.log(
      `${row.field.padEnd(9)}${String(row.n).padStart(4)}${points(row.wholeF1, 16)}${points(row.shortF1, 11)}${points(row.shortF1 - row.wholeF1, 9)}${`(${points(row.change.low, 0)} to ${points(row.change.high, 0)})`.padStart(18)}${points(row.wholeAccuracy, 15)}${points(row.shortAccuracy, 11)}`,
    )
  console.log(`cut, characters: ${cut.map(({ what, characters }) => `${what} ${characters}`).join(', ')}`)
}

type Labelled = { id: string; subject: string; text: string; labels: Record<string, string> }

/** Every thread judged by a model that learnt from the tickets and from the threads of the other folds. */
function crossValidated(base: Labelled[], threads: Labelled[], folds: number): Record<string, Outcome[]> {
  const models = Array.from({ length: folds }, (_, fold) =>
    train([...base, ...threads.filter((_, i) => i % folds !== fold)], FIELDS),
  )
  return Object.fromEntries(
    FIELDS.map((field) => [
      field,
      threads.map((thread, i) => {
        const answer = models[i % folds]!.classify(thread)[field]
        return {
          expected: thread.labels[field]!,
          value: answer?.value ?? null,
          confidence: answer?.calibrated ?? null,
        }
      }),
    ]),
  )
}

/** Interval of the change in macro-F1, threads drawn again in pairs. */
function differenceInterval(whole: Outcome[], short: Outcome[]): { low: number; high: number } {
  const random = seeded(7)
  const differences = Array.from({ length: DRAWS }, () => {
    const drawn = whole.map(() => random.below(whole.length))
    return macroF1(drawn.map((i) => short[i]!)) - macroF1(drawn.map((i) => whole[i]!))
  }).sort((a, b) => a - b)
  return { low: differences[Math.floor(0.025 * DRAWS)]!, high: differences[Math.ceil(0.975 * DRAWS) - 1]! }
}

function outcomes(
  model: EmbeddedModel,
  inputs: { subject: string; text: string }[],
  threads: Thread[],
  field: string,
): Outcome[] {
  return inputs.map(({ subject, text }, i) => {
    const answer = model.classify({ subject, text })[field]
    return {
      expected: threads[i]!.labels[field]!,
      value: answer?.value ?? null,
      confidence: answer?.calibrated ?? null,
    }
  })
}

function points(share: number, width: number): string {
  return (100 * share).toFixed(1).padStart(width)
}
