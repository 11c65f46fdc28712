/** One ticket on one endpoint: ask, check the reply, and ask once more, changed, where a change can help. */
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
import type { Client, Question } from './client.ts'
import { askedFields, asksRationale } from './codes.ts'
import { fieldAnswers } from './confidence.ts'
import { escapeControlTokens } from './escape-control-tokens.ts'
import { ContextOverflow } from './faults.ts'
import { formatVersion, type PromptFormat, shortHash } from './format.ts'
import { type Example, type Rendered, renderAnswer, renderPrompt } from './prompt.ts'
import type { Reply } from './reply.ts'
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

/** What a second attempt may change. */
type Attempt = Pick<Ask, 'format' | 'taxonomy' | 'prepared' | 'examples'> & { maxTokens: number; temperature: number }

/**
 * The name of a model together with how it is asked; calibration, evaluation and cache belong to this name. Extra server
 * options (an adapter id, a chat template switch) are part of it, because they change the answers.
 */
export function modelVersion({ model, format, extra = {} }: Asked): string {
  const options = Object.keys(extra).length > 0 ? `+${shortHash(JSON.stringify(extra))}` : ''
  return `${model}@${formatVersion(format)}${options}`
}
type Asked = { model: string; format: PromptFormat; extra?: Record<string, unknown> }

export async function answerTicket(ask: Ask, signal: AbortSignal): Promise<Answer> {
  const { client, format, taxonomy, prepared, examples, shorten = cut } = ask
  const started = performance.now()
  const tokens = { prompt: 0, completion: 0, cached: 0 }
  const tried = new Set<Remedy>()
  let attempt: Attempt = {
    ...{ format, taxonomy, prepared, examples },
    maxTokens: answerTokens(format, taxonomy),
    temperature: 0,
  }
  for (;;) {
    const question = questionOf(attempt)
    try {
      const reply = await client.ask(question, signal)
      tokens.prompt += reply.tokens.prompt
      tokens.completion += reply.tokens.completion
      tokens.cached += reply.tokens.cached
      return {
        source: 'endpoint',
        model: modelVersion({ ...client.settings, format }),
        promptFormat: formatVersion(format),
        ...readReply(reply, attempt, client.settings),
        tokens,
        ms: Math.round((performance.now() - started) * 10) / 10,
      }
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      const remedy = remedyFor(error, attempt, tried)
      if (tried.has(remedy)) throw error
      tried.add(remedy)
      const changed = change(attempt, remedy, error, question.rendered, shorten)
      if (!changed) throw error
      attempt = changed
    }
  }
}

function questionOf({ format, taxonomy, prepared, examples, maxTokens, temperature }: Attempt): Question {
  return {
    rendered: renderPrompt(format, taxonomy, prepared, examples),
    responseFormat: responseFormat(format, taxonomy),
    maxTokens,
    temperature,
  }
}

function readReply(
  reply: Reply,
  { format, taxonomy, prepared, maxTokens }: Attempt,
  settings: Client['settings'],
): Pick<Answer, 'fields' | 'refused' | 'rationale'> {
  checkFinish(reply, maxTokens)
  checkContent(reply)
  const read = readAnswer(format, taxonomy, reply.content)
  const { labels, spans, refused } = withQuotes(read, format, taxonomy, prepared)
  return {
    fields: withDoubts(withSpans(fieldAnswers(format, taxonomy, labels, reply.logprobs), spans), settings, reply.place),
    ...(Object.keys(refused).length > 0 ? { refused } : {}),
    // the model saw masked text; text that it invents may still look like personal data
    ...(read.rationale ? { rationale: maskForExport(read.rationale) } : {}),
  }
}

/** Each is tried once. */
type Remedy = ModelError['fault'] | 'without free text'

function remedyFor(error: ModelError, { format, taxonomy }: Attempt, tried: Set<Remedy>): Remedy {
  // the server could not parse the model's free text, and would fail again: the other fields are asked without it
  const brokenFreeText = error.fault === 'format' && error.status === 500 && hasFreeText(format, taxonomy)
  if (brokenFreeText && !tried.has('without free text')) return 'without free text'
  // a broken answer and one outside the schema have the same cause, and share one second attempt
  return error.fault === 'schema' ? 'format' : error.fault
}

/** The next attempt; null where no change helps. */
function change(
  attempt: Attempt,
  remedy: Remedy,
  error: ModelError,
  rendered: Rendered,
  shorten: Shorten,
): Attempt | null {
  const { format, taxonomy, prepared, maxTokens } = attempt
  if (remedy === 'without free text') {
    const asked = { format: { ...format, rationale: undefined }, taxonomy: withoutEntities(taxonomy) }
    return { ...attempt, ...asked, maxTokens: answerTokens(asked.format, asked.taxonomy) }
  }
  if (error instanceof ContextOverflow)
    return { ...attempt, examples: [], prepared: shorten(prepared, keepable(error, rendered, prepared, maxTokens)) }
  if (remedy === 'length') return { ...attempt, maxTokens: maxTokens * 4 }
  // greedy decoding repeats itself: the same request would fail in the same way
  if (remedy === 'format') return { ...attempt, temperature: 0.5 }
  return null
}

/** Room for the longest possible answer as an untrained model writes it: with spaces, a token every two bytes. */
function answerTokens(format: PromptFormat, taxonomy: Taxonomy): number {
  const fields = askedFields(format, taxonomy)
  const longest = fields.map((field) => [
    field.id,
    valuesOf(field).reduce((a, { id }) => (id.length > a.length ? id : a), '') || undefined,
  ])
  const free = fields.reduce((sum, { kind }) => sum + ROOM[kind], 0)
  const why = asksRationale(format, taxonomy) ? Math.ceil((format.rationale ?? 0) / 2) : 0
  return 24 + why + free + Math.ceil(renderLongest(format, taxonomy, Object.fromEntries(longest)).length * 0.6)
}

/** Tokens on top of those of an empty value. A quoted span is rarely longer than ten words. */
const ROOM: Record<TaxonomyField['kind'], number> = { choice: 0, flag: 0, score: 0, number: 16, entity: 80 }

function renderLongest(format: PromptFormat, taxonomy: Taxonomy, values: Record<string, string | undefined>): string {
  const labels = askedFields(format, taxonomy).flatMap((field): [string, string][] => {
    const value = field.kind === 'score' ? '100' : values[field.id]
    return value === undefined ? [] : [[field.id, value]]
  })
  return renderAnswer(format, taxonomy, Object.fromEntries(labels))
}

const hasFreeText = (format: PromptFormat, taxonomy: Taxonomy) =>
  asksRationale(format, taxonomy) || askedFields(format, taxonomy).some(({ kind }) => kind === 'entity')

const withoutEntities = (taxonomy: Taxonomy): Taxonomy => ({
  ...taxonomy,
  fields: taxonomy.fields.filter(({ kind, source }) => kind !== 'entity' || source !== 'model'),
})

/** An entity is accepted only where the ticket contains the words that the model quotes. */
function withQuotes(
  { labels, refused }: ReturnType<typeof readAnswer>,
  format: PromptFormat,
  taxonomy: Taxonomy,
  prepared: Prepared,
) {
  const ticketText = `${prepared.subject}\n${prepared.text}`
  const spans: Record<string, string> = {}
  const kept = { ...labels }
  const reasons = { ...refused }
  for (const field of askedFields(format, taxonomy)) {
    const quote = labels[field.id]
    if (field.kind !== 'entity' || quote === undefined) continue
    // the model saw the text with escaped control tokens
    const quoted = fromQuote(field, quote, [ticketText, escapeControlTokens(ticketText, format)], prepared.masked)
    delete kept[field.id]
    if (quoted && 'refused' in quoted) reasons[field.id] = quoted.refused
    else if (quoted) {
      kept[field.id] = quoted.value
      spans[field.id] = quoted.span
    }
  }
  return { labels: kept, spans, refused: reasons }
}

function withSpans(fields: Record<string, FieldAnswer>, spans: Record<string, string>): Record<string, FieldAnswer> {
  return Object.fromEntries(
    Object.entries(fields).map(([id, answer]) => [
      id,
      spans[id] === undefined ? answer : { ...answer, span: spans[id] },
    ]),
  )
}

/** With a smaller share of its probability on the allowed values, the model wanted to answer something else. */
const ALARM_BELOW = 0.5

/** The confidence among the allowed values can still be high: a ticket about a service that the taxonomy lacks looks like this. */
function withDoubts(
  fields: Record<string, FieldAnswer>,
  { alarmBelow = ALARM_BELOW }: Pick<Client['settings'], 'alarmBelow'>,
  place: Reply['place'],
): Record<string, FieldAnswer> {
  return Object.fromEntries(
    Object.entries(fields).map(([id, answer]) => {
      const { legalMass, raw } = answer
      if (raw === null && legalMass === undefined && place)
        return [id, { ...answer, doubt: `the model server gives no confidence: it sent the answer in ${place}` }]
      if (legalMass === undefined || legalMass >= alarmBelow) return [id, answer]
      const doubt = `the model prefers an answer outside the allowed values (only ${percent(legalMass)} of its probability is on them)`
      return [id, { ...answer, doubt }]
    }),
  )
}

/** Rounded down, so that a share below the limit never looks as if it reached it. */
const percent = (share: number) => `${Math.floor(share * 100)} %`

function checkFinish({ finish, tokens }: Reply, maxTokens: number) {
  if (finish !== 'length') return
  // llama-server accepts a prompt that fills its context and stops the answer where the context ends
  if (tokens.completion > 0 && tokens.completion < maxTokens)
    throw new ContextOverflow('The prompt leaves no room for the answer', {
      promptTokens: tokens.prompt + maxTokens,
      contextTokens: tokens.prompt + tokens.completion,
    })
  throw new ModelError('length', `The model's answer did not end within ${maxTokens} tokens`, {
    next: 'Check that the model was trained on this prompt format, and that the server enforces response_format.',
  })
}

/** Says the real cause where "not JSON" would hide it. */
function checkContent({ content, place, finish }: Reply) {
  const isAnswer = /^\s*["{]/.test(content)
  if (place !== undefined && place !== 'parts' && !isAnswer)
    throw new ModelError('format', `The server put all that the model wrote into ${place}, and it is not an answer`, {
      next: "Switch off the model's thinking (extra: chat_template_kwargs), or the server's reasoning parser.",
    })
  if (finish === 'content_filter')
    throw new ModelError('format', "The server's content filter stopped the answer", {
      next: 'Decide this ticket by hand, or switch the filter off.',
    })
  if (content.trim() === '')
    throw new ModelError('format', `The model gave an empty answer (it ended with ${finish})`, {
      next: 'Check that the model was trained on this prompt format, and that the server enforces response_format.',
    })
}
