/**
 * The cascade, measured: both classifiers are asked about every ticket once, and the service's own `askClassifier` then decides for
 * any threshold whose answer counts. So one run says what the cascade saves, and what another threshold would.
 */

import { askClassifier } from '../../classifiers/index.ts'
import type { Classifier, ConnectionSettings, LabelledTicket, Prepared, Taxonomy } from '../../contract/index.ts'
import { ModelError } from '../../errors.ts'
import { type Asked, type AskOptions, ask, type Judged, overRows, type Said } from './ask.ts'
import { outcomesOf } from './field.ts'
import { type Figure, pairedChange, share, weightedShare } from './figures.ts'
import { type Tokens, tokensOf } from './tokens.ts'

export type Cascade = {
  kind: 'cascade'
  embedded: Classifier
  endpoint: Classifier
  settings: Pick<ConnectionSettings, 'threshold' | 'thresholds'> & Partial<Pick<ConnectionSettings, 'cascadePrecision'>>
}

export type Both = { ticket: Judged; embedded: Said; endpoint: Said }

export type Step = {
  threshold: number
  /** What the embedded classifier must keep besides; null: only the threshold counts. */
  precision: number | null
  /** Tickets that never reach the endpoint. */
  callsSaved: Figure
  /** Of prompt and completion tokens together; null where the server does not count them. */
  tokensSaved: Figure | null
  /** Change of accuracy against asking the endpoint about every ticket, by field. */
  change: Record<string, Figure>
}

export type CascadeReport = Step & {
  tokens: { cascade: Tokens | null; endpoint: Tokens | null }
  accuracy: Record<string, { cascade: Figure; embedded: Figure; endpoint: Figure }>
  /** By threshold alone, lowest first. */
  sweep: Step[]
  /** At the threshold in use, by the precision that is asked for, lowest first. */
  precisions: Step[]
}

const SWEEP = [0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98]
const PRECISIONS = [0.8, 0.9, 0.95, 0.98, 0.99]

export function askBoth(
  { embedded, endpoint }: Cascade,
  rows: LabelledTicket[],
  taxonomy: Taxonomy,
  options: AskOptions,
): Promise<Both[]> {
  return overRows(endpoint, rows, options, async (prepared, signal) => ({
    embedded: await ask(embedded, prepared, taxonomy, signal),
    endpoint: await ask(endpoint, prepared, taxonomy, signal),
  }))
}

/** What the cascade would have said of each ticket, and whether it would have asked the endpoint. */
export async function cascaded(
  { embedded: { sureFrom } }: Pick<Cascade, 'embedded'>,
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
      const error = await askClassifier(
        {
          choice: 'cascade',
          // A failed call is counted as what it is; standing in for it would hide it.
          endpointDown: 'wait',
          embedded: async () => ({ ...replay('embedded', embedded), ...(sureFrom ? { sureFrom } : {}) }),
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
  both: Both[],
  taxonomy: Taxonomy,
  fields: string[],
): Promise<CascadeReport> {
  const { settings } = cascade
  const alone = (kind: 'embedded' | 'endpoint'): Asked[] => both.map((each) => ({ ticket: each.ticket, ...each[kind] }))
  const endpoint = alone('endpoint')
  const embedded = alone('embedded')
  const used = await cascaded(cascade, both, taxonomy, settings)
  const at = async (other: Cascade['settings']) =>
    step(other, await cascaded(cascade, both, taxonomy, other), endpoint, fields)
  const sweep: Step[] = []
  for (const threshold of SWEEP) sweep.push(await at({ threshold, thresholds: {} }))
  const precisions: Step[] = []
  for (const cascadePrecision of cascade.embedded.sureFrom ? PRECISIONS : [])
    precisions.push(await at({ ...settings, cascadePrecision }))
  const accuracy = (asked: Asked[], field: string) => {
    const right = rights(asked, field)
    return share(right.filter(Boolean).length, right.length)
  }
  return {
    ...step(settings, used, endpoint, fields),
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
    precisions,
  }
}

type Used = Asked & { called: boolean }

function step(
  { threshold, cascadePrecision }: Cascade['settings'],
  used: Used[],
  endpoint: Asked[],
  fields: string[],
): Step {
  const counted = endpoint.flatMap(({ answer }, i) =>
    answer?.tokens ? [{ weight: answer.tokens.prompt + answer.tokens.completion, counts: !used[i]!.called }] : [],
  )
  return {
    threshold,
    precision: cascadePrecision ?? null,
    callsSaved: share(used.filter(({ called }) => !called).length, used.length),
    tokensSaved: counted.length > 0 ? weightedShare(counted) : null,
    change: Object.fromEntries(
      fields.map((field) => [field, pairedChange(rights(endpoint, field), rights(used, field))]),
    ),
  }
}

const calls = (used: Used[]) => used.filter(({ called }) => called)
const rights = (asked: Asked[], field: string) =>
  outcomesOf(asked, field).map(({ expected, value }) => expected === value)
