/** One ticket on one endpoint: ask, check, and ask once more, changed, where a change can help. */

import {
  type Answer,
  type FieldAnswer,
  type Prepared,
  type Taxonomy,
  type TaxonomyField,
  valuesOf,
} from '../../contract/index.ts'
import { ModelError } from '../../errors.ts'
import { fromQuote, maskForExport } from '../../text/index.ts'
import type { Client, Question, Reply } from './client.ts'
import { askedFields, asksWhy } from './codes.ts'
import { fieldAnswers } from './confidence.ts'
import { neutralise } from './escape-control-tokens.ts'
import { ContextOverflow } from './faults.ts'
import { formatVersion, type PromptFormat, shortHash } from './format.ts'
import { type Example, renderAnswer, renderPrompt } from './prompt.ts'
import { readAnswer, responseFormat } from './schema.ts'
import { cut, keepable, type Shorten } from './shorten.ts'

type Ask = {
  client: Client
  format: PromptFormat
  taxonomy: Taxonomy
  prepared: Prepared
  examples: Example[]
  shorten?: Shorten
}

/**
 * The name of a model together with how it is asked: what calibration, evaluation and cache belong to. What the server is told
 * beside (an adapter by number, a chat template's switch) makes another model of it.
 */
export function modelVersion({ model, format, extra = {} }: Asked): string {
  const beside = Object.keys(extra).length > 0 ? `+${shortHash(JSON.stringify(extra))}` : ''
  return `${model}@${formatVersion(format)}${beside}`
}
type Asked = { model: string; format: PromptFormat; extra?: Record<string, unknown> }

export async function answerTicket(ask: Ask, signal: AbortSignal): Promise<Answer> {
  const { client, shorten = cut } = ask
  const started = performance.now()
  const tokens = { prompt: 0, completion: 0, cached: 0 }
  const tried = new Set<ModelError['fault'] | 'free text'>()
  let { format, prepared, examples, taxonomy } = ask
  let maxTokens = answerTokens(format, taxonomy)
  let temperature = 0

  for (;;) {
    const rendered = renderPrompt(format, taxonomy, prepared, examples)
    const question: Question = {
      rendered,
      responseFormat: responseFormat(format, taxonomy),
      maxTokens,
      temperature,
    }
    try {
      const reply = await client.ask(question, signal)
      tokens.prompt += reply.tokens.prompt
      tokens.completion += reply.tokens.completion
      tokens.cached += reply.tokens.cached
      checkFinish(reply, maxTokens)
      const read = readAnswer(format, taxonomy, reply.content)
      const { labels, spans, refused } = withQuotes(read, format, taxonomy, prepared)
      return {
        source: 'endpoint',
        model: modelVersion({ ...client.settings, format: ask.format }),
        promptFormat: formatVersion(ask.format),
        fields: withAlarm(withSpans(fieldAnswers(format, taxonomy, labels, reply.logprobs), spans), client.settings),
        ...(Object.keys(refused).length > 0 ? { refused } : {}),
        // what the model saw was masked; what it makes up may still look like somebody's data
        ...(read.rationale ? { rationale: maskForExport(read.rationale) } : {}),
        tokens,
        ms: Math.round((performance.now() - started) * 10) / 10,
      }
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      // the server could not parse free text of the model's, and never will: the other fields do without
      if (
        error.fault === 'format' &&
        error.status === 500 &&
        !tried.has('free text') &&
        hasFreeText(format, taxonomy)
      ) {
        tried.add('free text')
        taxonomy = withoutEntities(taxonomy)
        format = { ...format, rationale: undefined }
        maxTokens = answerTokens(format, taxonomy)
        continue
      }
      // a broken answer and one outside the schema have one cause, and share their second chance
      const fault = error.fault === 'schema' ? 'format' : error.fault
      if (tried.has(fault)) throw error
      tried.add(fault)
      if (error instanceof ContextOverflow) {
        examples = []
        prepared = shorten(prepared, keepable(error, rendered, prepared, maxTokens))
      } else if (fault === 'length') maxTokens *= 4
      // greedy decoding repeats itself: the same request would break in the same way
      else if (fault === 'format') temperature = 0.5
      else throw error
    }
  }
}

/** Room for the longest possible answer, as an untrained model spreads it (spaces, a token every two bytes). */
function answerTokens(format: PromptFormat, taxonomy: Taxonomy): number {
  const fields = askedFields(format, taxonomy)
  const longest = fields.map((field) => [
    field.id,
    valuesOf(field).reduce((a, { id }) => (id.length > a.length ? id : a), '') || undefined,
  ])
  const free = fields.reduce((sum, { kind }) => sum + ROOM[kind], 0)
  const why = asksWhy(format, taxonomy) ? Math.ceil((format.rationale ?? 0) / 2) : 0
  return 24 + why + free + Math.ceil(renderLongest(format, taxonomy, Object.fromEntries(longest)).length * 0.6)
}

/** Tokens beyond what the empty value takes. A span is rarely longer than some ten words. */
const ROOM: Record<TaxonomyField['kind'], number> = { choice: 0, flag: 0, score: 0, number: 16, entity: 80 }

function renderLongest(format: PromptFormat, taxonomy: Taxonomy, values: Record<string, string | undefined>): string {
  const labels = askedFields(format, taxonomy).flatMap((field): [string, string][] => {
    const value = field.kind === 'score' ? '100' : values[field.id]
    return value === undefined ? [] : [[field.id, value]]
  })
  return renderAnswer(format, taxonomy, Object.fromEntries(labels))
}

const hasFreeText = (format: PromptFormat, taxonomy: Taxonomy) =>
  asksWhy(format, taxonomy) || askedFields(format, taxonomy).some(({ kind }) => kind === 'entity')

const withoutEntities = (taxonomy: Taxonomy): Taxonomy => ({
  ...taxonomy,
  fields: taxonomy.fields.filter(({ kind, source }) => kind !== 'entity' || source !== 'model'),
})

/** Entities are taken only where the ticket holds what the model says it quotes. */
function withQuotes(
  { labels, refused }: ReturnType<typeof readAnswer>,
  format: PromptFormat,
  taxonomy: Taxonomy,
  prepared: Prepared,
) {
  const own = `${prepared.subject}\n${prepared.text}`
  const spans: Record<string, string> = {}
  const kept = { ...labels }
  const why = { ...refused }
  for (const field of askedFields(format, taxonomy)) {
    const quote = labels[field.id]
    if (field.kind !== 'entity' || quote === undefined) continue
    // the model saw the text without control strings
    const quoted = fromQuote(field, quote, [own, neutralise(own, format)], prepared.masked)
    delete kept[field.id]
    if (quoted && 'refused' in quoted) why[field.id] = quoted.refused
    else if (quoted) {
      kept[field.id] = quoted.value
      spans[field.id] = quoted.span
    }
  }
  return { labels: kept, spans, refused: why }
}

function withSpans(fields: Record<string, FieldAnswer>, spans: Record<string, string>): Record<string, FieldAnswer> {
  return Object.fromEntries(
    Object.entries(fields).map(([id, answer]) => [
      id,
      spans[id] === undefined ? answer : { ...answer, span: spans[id] },
    ]),
  )
}

/** Of all that the model might have said, less than this on what it may say: it wanted to say something else. */
const ALARM = 0.5

/** However sure it is among the values that are left: a ticket about a service that the taxonomy lacks looks like this. */
function withAlarm(
  fields: Record<string, FieldAnswer>,
  { alarmBelow = ALARM }: Pick<Client['settings'], 'alarmBelow'>,
): Record<string, FieldAnswer> {
  return Object.fromEntries(
    Object.entries(fields).map(([id, answer]) => {
      const { legalMass } = answer
      if (legalMass === undefined || legalMass >= alarmBelow) return [id, answer]
      const doubt = `the model would rather say something that is not among the values (${percent(legalMass)} for all of them)`
      return [id, { ...answer, doubt }]
    }),
  )
}

const percent = (share: number) => `${Math.round(share * 100)} %`

function checkFinish({ finish, tokens }: Reply, maxTokens: number) {
  if (finish !== 'length') return
  // llama-server takes a prompt that fills its context and stops the answer where the context ends
  if (tokens.completion > 0 && tokens.completion < maxTokens)
    throw new ContextOverflow('The prompt leaves no room for the answer', {
      promptTokens: tokens.prompt + maxTokens,
      contextTokens: tokens.prompt + tokens.completion,
    })
  throw new ModelError('length', `The model's answer did not end within ${maxTokens} tokens`, {
    next: 'Check that the model was trained on this prompt format, and that the server enforces response_format.',
  })
}
