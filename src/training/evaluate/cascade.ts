/**
 * The cascade, measured: both classifiers are asked about every ticket once, and the service's own `classify` then decides for
 * any threshold whose answer counts. So one run says what the cascade saves, and what another threshold would.
 */
import { ModelError } from '../../errors.ts'
import type { Classifier, ConnectionSettings, LabelledTicket, Prepared, Taxonomy } from '../../ticket.ts'
import { classify } from '../../triage/index.ts'
import { type Asked, type AskOptions, ask, type Judged, overRows, type Said } from './ask.ts'
import { outcomesOf } from './field.ts'
import { type Figure, pairedChange, share } from './figures.ts'
import { type Tokens, tokensOf } from './tokens.ts'

export type Cascade = {
  kind: 'cascade'
  embedded: Classifier
  endpoint: Classifier
  settings: Pick<ConnectionSettings, 'threshold' | 'thresholds'>
}

export type Both = { ticket: Judged; embedded: Said; endpoint: Said }

export type Step = {
  threshold: number
  /** Tickets that never reach the endpoint. */
  callsSaved: Figure
  /** Of prompt and completion tokens together; null where the server does not count them. */
  tokensSaved: number | null
  /** Change of accuracy against asking the endpoint about every ticket, by field. */
  change: Record<string, Figure>
}

export type CascadeReport = Step & {
  tokens: { cascade: Tokens | null; endpoint: Tokens | null }
  accuracy: Record<string, { cascade: Figure; embedded: Figure; endpoint: Figure }>
  /** The same at other thresholds, lowest first. */
  sweep: Step[]
}

const SWEEP = [0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98]

export function askBoth(
  { embedded, endpoint }: Cascade,
  rows: LabelledTicket[],
  taxonomy: Taxonomy,
  options: AskOptions,
): Promise<Both[]> {
  return overRows(rows, options, async (prepared, signal) => ({
    embedded: await ask(embedded, prepared, taxonomy, signal),
    endpoint: await ask(endpoint, prepared, taxonomy, signal),
  }))
}

/** What the cascade would have said of each ticket, and whether it would have asked the endpoint. */
export async function cascaded(
  both: Both[],
  taxonomy: Taxonomy,
  settings: Cascade['settings'],
): Promise<(Asked & { called: boolean })[]> {
  const signal = new AbortController().signal
  return Promise.all(
    both.map(async ({ ticket, embedded, endpoint }) => {
      let called = false
      const replay = (kind: Classifier['kind'], said: Said): Classifier => ({
        kind,
        model: said.answer?.model ?? '',
        async classify() {
          if (kind === 'endpoint') called = true
          if (said.answer) return said.answer
          throw said.error
        },
      })
      const error = await classify(
        {
          choice: 'cascade',
          // A failed call is counted as what it is; standing in for it would hide it.
          endpointDown: 'wait',
          embedded: async () => replay('embedded', embedded),
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
      return { ticket, called, answer: error ? null : used.answer, error, ms: embedded.ms + (called ? endpoint.ms : 0) }
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
  both: Both[],
  taxonomy: Taxonomy,
  settings: Cascade['settings'],
  fields: string[],
): Promise<CascadeReport> {
  const alone = (kind: 'embedded' | 'endpoint'): Asked[] => both.map((each) => ({ ticket: each.ticket, ...each[kind] }))
  const endpoint = alone('endpoint')
  const embedded = alone('embedded')
  const used = await cascaded(both, taxonomy, settings)
  const sweep: Step[] = []
  for (const threshold of SWEEP) {
    const other = await cascaded(both, taxonomy, { threshold, thresholds: {} })
    sweep.push(step(threshold, other, endpoint, fields))
  }
  const accuracy = (asked: Asked[], field: string) => {
    const right = rights(asked, field)
    return share(right.filter(Boolean).length, right.length)
  }
  return {
    ...step(settings.threshold, used, endpoint, fields),
    tokens: { cascade: tokensOf(calls(used)), endpoint: tokensOf(endpoint) },
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
  }
}

type Used = Asked & { called: boolean }

function step(threshold: number, used: Used[], endpoint: Asked[], fields: string[]): Step {
  const all = tokensOf(endpoint)
  const spent = tokensOf(calls(used))
  return {
    threshold,
    callsSaved: share(used.filter(({ called }) => !called).length, used.length),
    tokensSaved: all && 1 - (spent ? spent.prompt + spent.completion : 0) / (all.prompt + all.completion),
    change: Object.fromEntries(
      fields.map((field) => [field, pairedChange(rights(endpoint, field), rights(used, field))]),
    ),
  }
}

const calls = (used: Used[]) => used.filter(({ called }) => called)
const rights = (asked: Asked[], field: string) =>
  outcomesOf(asked, field).map(({ expected, value }) => expected === value)
