/** Asks a classifier about every ticket, as the service would, and keeps what came back. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Classifier, LabelledTicket, Prepared, Taxonomy } from '../../contract/index.ts'
import { ModelError, type ModelFault } from '../../errors.ts'
import { loadLanguages, prepareFor } from '../../text/index.ts'
import { entitiesOf } from './open-field.ts'
import type { CallResult, JudgedTicket } from './ticket-result.ts'

export type AskOptions = {
  concurrency?: number
  onProgress?: (done: number, all: number) => void
  signal?: AbortSignal
}

/**
 * Runs `work` for every ticket, `concurrency` at a time, each ticket prepared for `classifier` as the service does. The
 * results are in the order of the tickets.
 */
export async function forEachTicket<Result>(
  classifier: Pick<Classifier, 'tokenScale'>,
  tickets: LabelledTicket[],
  { concurrency = 1, onProgress, signal = new AbortController().signal }: AskOptions,
  work: (prepared: Prepared, signal: AbortSignal) => Promise<Result>,
): Promise<({ ticket: JudgedTicket } & Result)[]> {
  await loadLanguages()
  const results = new Array<{ ticket: JudgedTicket } & Result>(tickets.length)
  let next = 0
  let done = 0
  const worker = async () => {
    for (let i = next++; i < tickets.length; i = next++) {
      signal.throwIfAborted()
      const { id, subject, text, metadata = {}, language, labels } = tickets[i]!
      const { prepared } = await prepareFor(classifier, { subject, body: text, format: 'plain', metadata })
      const result = await work(prepared, signal)
      results[i] = { ticket: { id, language: language ?? prepared.language.code, labels }, ...result }
      onProgress?.(++done, tickets.length)
      // A classifier in this process never waits for I/O, so signals and timers would never run.
      if (i % 64 === 63) await nextTurn()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return results
}

/** A failure of the model is a result. Any other error is a bug and ends the run. */
export async function ask(
  classifier: Classifier,
  prepared: Prepared,
  taxonomy: Taxonomy,
  signal: AbortSignal,
): Promise<CallResult> {
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

/** `next` is what to do about it. The message of the server is left out: it may quote the ticket. */
export type Failure = { fault: ModelFault; n: number; next: string }

export function failures(results: CallResult[]): Failure[] {
  const byFault = new Map<ModelFault, Failure>()
  for (const { error } of results) {
    if (!error) continue
    const failure = byFault.get(error.fault)
    if (failure) failure.n++
    else byFault.set(error.fault, { fault: error.fault, n: 1, next: error.next })
  }
  return [...byFault.values()].sort((a, b) => b.n - a.n)
}
