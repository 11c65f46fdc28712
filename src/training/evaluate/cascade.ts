/**
 * Measures the cascade. Both classifiers are asked about every ticket once; then the service's own `askClassifier` decides,
 * for any threshold, whose answer is used. So one run shows what the cascade saves, and what another threshold would save.
 */

import { askClassifier } from '../../classifiers/index.ts'
import type { Classifier, ConnectionSettings, LabelledTicket, Prepared, Taxonomy } from '../../contract/index.ts'
import { ModelError } from '../../errors.ts'
import { type AskOptions, ask, forEachTicket } from './ask.ts'
import { outcomesOf } from './field.ts'
import { type Figure, pairedChange, share, weightedShare } from './figures.ts'
import type { CallResult, JudgedTicket, TicketResult } from './ticket-result.ts'
import { type Tokens, tokensOf } from './tokens.ts'

/** Two classifiers to evaluate together: the embedded one answers where its settings allow it, else the endpoint. */
export type Cascade = {
  kind: 'cascade'
  embedded: Classifier
  endpoint: Classifier
  settings: Pick<ConnectionSettings, 'precision' | 'precisions' | 'threshold' | 'thresholds'>
}

/** What both classifiers answered for one ticket. */
export type BothResults = { ticket: JudgedTicket; embedded: CallResult; endpoint: CallResult }

export type Step = {
  /** Null: only the precision counts. */
  threshold: number | null
  /** The precision that the embedded classifier must also be proven to reach; null: only the threshold counts. */
  precision: number | null
  /** Tickets that are answered without the endpoint. */
  callsSaved: Figure
  /** Prompt and completion tokens together; null where the server does not count them. */
  tokensSaved: Figure | null
  /** Change in accuracy compared with asking the endpoint about every ticket, by field. */
  change: Record<string, Figure>
}

/** What the cascade saves at the settings in use, what it costs in accuracy, and the same at other settings. */
export type CascadeReport = Step & {
  tokens: { cascade: Tokens | null; endpoint: Tokens | null }
  accuracy: Record<string, { cascade: Figure; embedded: Figure; endpoint: Figure }>
  /** By threshold alone, lowest first. */
  sweep: Step[]
  /** At the threshold in use, by required precision, lowest first. */
  precisions: Step[]
}

const SWEEP = [0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98]
const PRECISIONS = [0.8, 0.9, 0.95, 0.98, 0.99]

export function askBoth(
  { embedded, endpoint }: Cascade,
  tickets: LabelledTicket[],
  taxonomy: Taxonomy,
  options: AskOptions,
): Promise<BothResults[]> {
  return forEachTicket(endpoint, tickets, options, async (prepared, signal) => ({
    embedded: await ask(embedded, prepared, taxonomy, signal),
    endpoint: await ask(endpoint, prepared, taxonomy, signal),
  }))
}

/** What the cascade would have answered for a ticket, and whether it would have called the endpoint. */
type CascadeResult = TicketResult & { called: boolean }

export async function cascaded(
  { embedded: { record } }: { embedded: Pick<Classifier, 'record'> },
  both: BothResults[],
  taxonomy: Taxonomy,
  settings: Cascade['settings'],
): Promise<CascadeResult[]> {
  const signal = new AbortController().signal
  return Promise.all(
    both.map(async ({ ticket, embedded, endpoint }) => {
      let called = false
      const replay = (kind: Classifier['kind'], result: CallResult): Classifier => ({
        kind,
        model: result.answer?.model ?? '',
        async classify() {
          if (kind === 'endpoint') called = true
          if (result.answer) return result.answer
          throw result.error
        },
      })
      const error = await askClassifier(
        {
          choice: 'cascade',
          // A failed call counts as failed. A substitute answer would hide it.
          endpointDown: 'wait',
          embedded: async () => ({ ...replay('embedded', embedded), ...(record ? { record } : {}) }),
          endpoint: replay('endpoint', endpoint),
        },
        NO_TEXT,
        taxonomy,
        settings,
        signal,
      ).then(
        ({ answer }) => (answer ? null : endpoint.error),
        (error: unknown) => {
          if (error instanceof ModelError) return error
          throw error
        },
      )
      const used = called ? endpoint : embedded
      const ms = embedded.ms + (called ? endpoint.ms : 0)
      return { ticket, called, answer: error ? null : used.answer, error, ms, entities: used.entities }
    }),
  )
}

const NO_TEXT: Prepared = {
  subject: '',
  text: '',
  language: { code: 'und', confidence: 0 },
  dropped: [],
  masked: {},
  metadata: {},
}

export async function reportCascade(
  cascade: Cascade,
  both: BothResults[],
  taxonomy: Taxonomy,
  fields: string[],
): Promise<CascadeReport> {
  const { settings } = cascade
  const alone = (kind: 'embedded' | 'endpoint'): TicketResult[] =>
    both.map((each) => ({ ticket: each.ticket, ...each[kind] }))
  const endpoint = alone('endpoint')
  const embedded = alone('embedded')
  const { record } = cascade.embedded
  const used = await cascaded(cascade, both, taxonomy, settings)
  const sweep: Step[] = []
  for (const threshold of SWEEP) {
    const alone = await cascaded({ embedded: {} }, both, taxonomy, { ...settings, threshold, thresholds: {} })
    sweep.push({ threshold, precision: null, ...saved(alone, endpoint, fields) })
  }
  const precisions: Step[] = []
  for (const precision of record ? PRECISIONS : []) {
    const other = await cascaded(cascade, both, taxonomy, { ...settings, precision, precisions: {} })
    precisions.push({ threshold: settings.threshold ?? null, precision, ...saved(other, endpoint, fields) })
  }
  return {
    threshold: settings.threshold ?? null,
    precision: record ? settings.precision : null,
    ...saved(used, endpoint, fields),
    tokens: { cascade: tokensOf(used.filter(({ called }) => called)), endpoint: tokensOf(endpoint) },
    accuracy: Object.fromEntries(
      fields.map((field) => [
        field,
        {
          cascade: accuracy(used, field),
          embedded: accuracy(embedded, field),
          endpoint: accuracy(endpoint, field),
        },
      ]),
    ),
    sweep,
    precisions,
  }
}

function saved(
  used: CascadeResult[],
  endpoint: TicketResult[],
  fields: string[],
): Omit<Step, 'threshold' | 'precision'> {
  const counted = endpoint.flatMap(({ answer }, i) =>
    answer?.tokens ? [{ weight: answer.tokens.prompt + answer.tokens.completion, counts: !used[i]!.called }] : [],
  )
  return {
    callsSaved: share(used.filter(({ called }) => !called).length, used.length),
    tokensSaved: counted.length > 0 ? weightedShare(counted) : null,
    change: Object.fromEntries(
      fields.map((field) => [field, pairedChange(correct(endpoint, field), correct(used, field))]),
    ),
  }
}

function accuracy(results: TicketResult[], field: string): Figure {
  const all = correct(results, field)
  return share(all.filter(Boolean).length, all.length)
}

/** For each ticket with a label for the field: is the answer correct? */
function correct(results: TicketResult[], field: string): boolean[] {
  return outcomesOf(results, field).map(({ expected, value }) => expected === value)
}
