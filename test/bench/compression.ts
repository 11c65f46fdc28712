/**
 * What shortening saves and what it costs: long threads and transcripts, whole and prepared, through the embedded classifier
 * trained on the demo's tickets. `--budget N` for another budget, `--show ID` for one thread as a classifier sees it.
 */
import { readFile } from 'node:fs/promises'
import { loadTraining } from '../../src/demo/tickets.ts'
import { accuracy, macroF1, type Outcome } from '../../src/training/metrics.ts'
import { type EmbeddedModel, train } from '../../src/triage/embedded/index.ts'
import { clean, estimateTokens, loadLanguages, prepare } from '../../src/triage/prepare/index.ts'

type Thread = { id: string; lang: string; kind: string; subject: string; text: string; labels: Record<string, string> }

const FIELDS = ['service', 'category', 'priority']

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
  const kinds = Object.groupBy(
    prepared.flatMap((each) => each.dropped),
    ({ what }) => what,
  )
  const cut = Object.entries(kinds).map(([what, list]) => ({
    what,
    characters: (list ?? []).reduce((sum, { characters }) => sum + characters, 0),
  }))
  if (args.includes('--json')) {
    console.log(JSON.stringify({ threads: threads.length, trainedOn: tickets.length, tokens, saved, rows, cut }))
    return
  }
  console.log(`Compression: ${threads.length} threads, classifier trained on ${tickets.length} tickets`)
  console.log(`tokens ${tokens.whole} -> ${tokens.kept}, ${(100 * saved).toFixed(1)} % saved (estimated by script)`)
  console.log('field       n  macro-F1 whole  shortened   change   accuracy whole  shortened')
  for (const row of rows)
    console.log(
      `${row.field.padEnd(9)}${String(row.n).padStart(4)}${points(row.wholeF1, 16)}${points(row.shortF1, 11)}${points(row.shortF1 - row.wholeF1, 9)}${points(row.wholeAccuracy, 17)}${points(row.shortAccuracy, 11)}`,
    )
  console.log(`cut, characters: ${cut.map(({ what, characters }) => `${what} ${characters}`).join(', ')}`)
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
