/** Puts every ticket before a classifier, as serving would, and keeps what came back. */
import { setImmediate as breathe } from 'node:timers/promises'
import type { Answer, Classifier, LabelledTicket, Labels, Prepared, Taxonomy } from '../../contract/index.ts'
import { ModelError, type ModelFault } from '../../errors.ts'
import { loadLanguages, prepareFor } from '../../text/index.ts'
import { type Entities, entitiesOf } from './open-field.ts'

/** What one classifier said of one ticket; `error` where it said nothing. */
export type Said = { answer: Answer | null; error: ModelError | null; ms: number; entities?: Entities }

/** A ticket without its text: nothing of it may reach a report. */
export type Judged = { id: string; language: string; labels: Labels }

export type Asked = { ticket: Judged } & Said

export type AskOptions = {
  concurrency?: number
  onProgress?: (done: number, all: number) => void
  signal?: AbortSignal
}

/** Runs `work` over all rows, so many at once, each prepared for `classifier` like a ticket from a helpdesk. Keeps their order. */
export async function overRows<Result>(
  classifier: Pick<Classifier, 'tokenScale'>,
  rows: LabelledTicket[],
  { concurrency = 1, onProgress, signal = new AbortController().signal }: AskOptions,
  work: (prepared: Prepared, signal: AbortSignal) => Promise<Result>,
): Promise<({ ticket: Judged } & Result)[]> {
  await loadLanguages()
  const results = new Array<{ ticket: Judged } & Result>(rows.length)
  let next = 0
  let done = 0
  const take = async () => {
    for (let i = next++; i < rows.length; i = next++) {
      signal.throwIfAborted()
      const { id, subject, text, metadata = {}, language, labels } = rows[i]!
      const { prepared } = await prepareFor(classifier, { subject, body: text, format: 'plain', metadata })
      const result = await work(prepared, signal)
      results[i] = { ticket: { id, language: language ?? prepared.language.code, labels }, ...result }
      onProgress?.(++done, rows.length)
      // A classifier in this process never waits for anything: signals and timers get their turn here.
      if (i % 64 === 63) await breathe()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, take))
  return results
}

/** A failure of the model is a result; any other error is ours and ends the run. */
export async function ask(
  classifier: Classifier,
  prepared: Prepared,
  taxonomy: Taxonomy,
  signal: AbortSignal,
): Promise<Said> {
  const started = performance.now()
  try {
    const answer = await classifier.classify(prepared, taxonomy, signal)
    const ms = performance.now() - started
    return { answer, error: null, ms, entities: entitiesOf(answer, prepared, taxonomy) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof ModelError)) throw error
    return { answer: null, error, ms: performance.now() - started }
  }
}

/** `next` is what to do about it. The server's own words stay out: they may quote the ticket. */
export type Failure = { fault: ModelFault; n: number; next: string }

export function failures(asked: Said[]): Failure[] {
  const found = new Map<ModelFault, Failure>()
  for (const { error } of asked) {
    if (!error) continue
    const seen = found.get(error.fault)
    if (seen) seen.n++
    else found.set(error.fault, { fault: error.fault, n: 1, next: error.next })
  }
  return [...found.values()].sort((a, b) => b.n - a.n)
}
