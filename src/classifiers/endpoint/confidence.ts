/**
 * Confidence of each field from token probabilities. llama-server reports them before the grammar masks tokens, vLLM after
 * it; renormalising over the allowed values makes both the same number. Token borders do not follow JSON (`":"`, `m` +
 * `obile`, half a letter), so everything here works on bytes, kept as strings with one character for each byte.
 */
import { type FieldAnswer, type Labels, type Taxonomy, type TaxonomyField, valuesOf } from '../../contract/index.ts'
import { askedFields, code, codeOf } from './codes.ts'
import type { PromptFormat } from './format.ts'

type Listed = { token: string; bytes?: number[] | null; logprob: number }
/** One generated token, in the shape of chat completions. */
export type TokenLogprob = Listed & { top_logprobs: Listed[] }

type Option = { id: string; text: string }
/** Where the value of a field is in the reply, which values were possible there, and which characters end it. */
type Span = { start: number; end: number; options: Option[]; closers: string }
type Token = { start: number; text: string; logprob: number; top: { text: string; logprob: number }[] }

const UNKNOWN: Omit<FieldAnswer, 'value'> = { raw: null, calibrated: null, alternatives: [] }
const ALTERNATIVES = 5

/** Without usable probabilities the confidence of a field is null: unknown is neither 0 nor 1. */
export function fieldAnswers(
  format: PromptFormat,
  taxonomy: Taxonomy,
  labels: Labels,
  logprobs: TokenLogprob[] | null,
): Record<string, FieldAnswer> {
  const tokens = logprobs ? readTokens(logprobs) : []
  const reply = tokens.map((token) => token.text).join('')
  const spans = findSpans(format, taxonomy, labels, reply)
  return Object.fromEntries(
    askedFields(format, taxonomy)
      .filter((field) => labels[field.id] !== undefined)
      .map((field) => {
        const value = labels[field.id]!
        const span = spans[field.id]
        return [field.id, { value, ...(span ? confidenceOf(field, tokens, reply, span, value) : UNKNOWN) }]
      }),
  )
}

/** Scores that differ by at most this many points count as the same answer. */
const SCORE_SLACK = 10

function confidenceOf(field: TaxonomyField, tokens: Token[], reply: string, span: Span, value: string) {
  switch (field.kind) {
    case 'choice':
    case 'flag':
      return measure(tokens, reply, span, value)
    case 'score': {
      const { raw, alternatives, ...rest } = measure(tokens, reply, span, value, 101)
      const [near, far] = [alternatives.filter(isNear(value)), alternatives.filter((a) => !isNear(value)(a))]
      const sum = near.reduce((sum, { confidence }) => sum + confidence, raw ?? 0)
      return { ...rest, raw: raw === null ? null : Math.min(1, sum), alternatives: far.slice(0, ALTERNATIVES) }
    }
    // there is no list of allowed values: the probability of exactly this text
    case 'number':
    case 'entity': {
      const spanTokens = tokens.filter(
        (token) => token.start < span.end && token.start + token.text.length > span.start,
      )
      const raw = spanTokens.length > 0 ? Math.exp(spanTokens.reduce((sum, { logprob }) => sum + logprob, 0)) : null
      return { ...UNKNOWN, raw: raw === null ? null : Math.min(1, raw) }
    }
    default:
      return field satisfies never
  }
}

const isNear = (value: string) => (other: { value: string }) =>
  Math.abs(Number(other.value) - Number(value)) <= SCORE_SLACK

function measure(
  tokens: Token[],
  reply: string,
  span: Span,
  value: string,
  shown = ALTERNATIVES,
): Omit<FieldAnswer, 'value'> {
  let p = 1
  let legalMass: number | undefined
  const others = new Map<string, number>()
  for (const token of tokens) {
    // the closing quote is part of the span: only it distinguishes `tv` from `tvbox`
    if (token.start + token.text.length <= span.start || token.start > span.end) continue
    const lead = reply.slice(token.start, Math.max(token.start, span.start))
    const pre = reply.slice(span.start, Math.max(token.start, span.start))
    const possible = span.options.filter((option) => option.text.startsWith(pre))
    if (possible.length < 2) break
    const masses = branch(token, lead, pre, possible, span.closers, value)
    // no listed token is legal: the model clearly wanted something else, but its confidence in this value is unknown
    if (!masses)
      return {
        ...UNKNOWN,
        ...(token.top.length > 0 ? { legalMass: unlistedMass(token, lead, pre, possible, span) } : {}),
      }
    legalMass ??= masses.legal
    for (const [id, mass] of masses.others) others.set(id, (others.get(id) ?? 0) + (p * mass) / masses.legal)
    p *= masses.chosen / masses.legal
  }
  const alternatives = [...others]
    .map(([id, confidence]) => ({ value: id, confidence }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, shown)
  const confidence = { raw: Math.min(1, p), calibrated: null, alternatives }
  return legalMass === undefined ? confidence : { ...confidence, legalMass: Math.min(1, legalMass) }
}

/** Probability mass at one token: of all legal tokens, of those that fit the chosen value, and of each other value. */
function branch(token: Token, lead: string, pre: string, possible: Option[], closers: string, value: string) {
  let legal = 0
  let chosen = 0
  let listed = false
  const others = new Map<string, number>()
  // the generated token can be missing from its own list (llama-server lists before the mask)
  const isListed = token.top.some((alternative) => alternative.text === token.text)
  for (const [i, alternative] of (isListed ? token.top : [...token.top, token]).entries()) {
    // an empty text means the end of the answer
    if (alternative.text === '' || !alternative.text.startsWith(lead)) continue
    const rest = alternative.text.slice(lead.length)
    const fits = possible.filter((option) => continues(option.text.slice(pre.length), rest, closers))
    if (fits.length === 0) continue
    const mass = Math.exp(alternative.logprob)
    legal += mass
    if (mass > 0 && i < token.top.length) listed = true
    if (fits.some((option) => option.id === value)) chosen += mass
    else for (const { id } of fits) others.set(id, (others.get(id) ?? 0) + mass / fits.length)
  }
  // when no listed token is legal, renormalising the generated token alone would give a false certainty
  return listed && legal > 0 ? { legal, chosen, others } : null
}

/** The probability of a generated token that is not in the server's list, when it is legal. */
function unlistedMass(
  { text, logprob }: Token,
  lead: string,
  pre: string,
  possible: Option[],
  { closers }: Span,
): number {
  const rest = text.startsWith(lead) ? text.slice(lead.length) : ''
  const legal = rest !== '' && possible.some((option) => continues(option.text.slice(pre.length), rest, closers))
  return legal ? Math.min(1, Math.exp(logprob)) : 0
}

function continues(value: string, token: string, closers: string): boolean {
  if (value.startsWith(token)) return true
  return token.startsWith(value) && closers.includes(token[value.length]!)
}

function findSpans(format: PromptFormat, taxonomy: Taxonomy, labels: Labels, reply: string): Record<string, Span> {
  const fields = askedFields(format, taxonomy)
  const spans: Record<string, Span> = {}
  if (format.answer === 'codes') {
    // vLLM decodes each token separately, and SentencePiece then drops its leading space
    const found = lastMatch(reply, `"${fields.map((field) => `(${codeOf(field, labels[field.id]!)})`).join(' *')}"`)
    for (const [f, field] of fields.entries()) {
      const at = found?.indices?.[f + 1]
      const values = valuesOf(field)
      const options = values.map(({ id }, v) => ({ id, text: code(v, values.length) }))
      if (at) spans[field.id] = { start: at[0], end: at[1], options, closers: ' "' }
    }
    return spans
  }
  for (const field of fields) {
    // free text in the reply cannot look like a key, because its quotes are escaped
    const found = lastMatch(reply, `"${field.id}"\\s*:\\s*${valuePattern(field, labels[field.id])}`)
    const at = found?.indices?.[1]
    const closers = field.kind === 'choice' ? '"' : ',} \n'
    if (at) spans[field.id] = { start: at[0], end: at[1], options: optionsOf(field), closers }
  }
  return spans
}

/** The last one: a model that thinks first may write the whole answer before it answers. */
const lastMatch = (reply: string, pattern: string) => [...reply.matchAll(new RegExp(pattern, 'dg'))].at(-1)

/** A pattern for the value as JSON writes it. */
function valuePattern(field: TaxonomyField, label: string | undefined): string {
  switch (field.kind) {
    case 'choice':
      return `"(${label})"`
    case 'flag':
    case 'score':
      return `(${label})(?![\\d.])`
    case 'number':
      return '(-?[\\d.eE+-]+)'
    case 'entity':
      return '"((?:[^"\\\\]|\\\\.)*)"'
    default:
      return field satisfies never
  }
}

const SCORES = Array.from({ length: 101 }, (_, n) => ({ id: String(n), text: String(n) }))

function optionsOf(field: TaxonomyField): Option[] {
  return field.kind === 'score' ? SCORES : valuesOf(field).map(({ id }) => ({ id, text: id }))
}

function readTokens(logprobs: TokenLogprob[]): Token[] {
  let start = 0
  return logprobs.map((entry) => {
    const text = bytesOf(entry)
    const token = {
      start,
      text,
      logprob: entry.logprob,
      top: entry.top_logprobs.map((alternative) => ({ text: bytesOf(alternative), logprob: alternative.logprob })),
    }
    start += text.length
    return token
  })
}

const encoder = new TextEncoder()

/** Bytes are preferred: `token` is a replacement character where a token is half a letter. */
function bytesOf({ token, bytes }: Listed): string {
  return String.fromCharCode(...(bytes ?? encoder.encode(token)))
}
