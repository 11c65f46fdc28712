/** The reply of a model server in one shape: servers differ in where they put the answer, and some send errors with status 200. */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import type { TokenLogprob } from './confidence.ts'
import { fromErrorInReply } from './faults.ts'

type Usage = { prompt: number; completion: number; cached: number }
export type Reply = {
  content: string
  /** Where the answer was, if not in the content as text: a reasoning parser takes it for thoughts. */
  place?: 'reasoning_content' | 'reasoning' | 'parts'
  finish: string
  logprobs: TokenLogprob[] | null
  tokens: Usage
}

export type ListedModel = z.infer<typeof ListedModel>

const Alternative = z.object({ token: z.string(), bytes: z.array(z.number()).nullish(), logprob: z.number() })
const ChatLogprobs = z.object({ content: z.array(Alternative.extend({ top_logprobs: z.array(Alternative) })) })
/** /v1/completions of vLLM uses the shape of the old completions API. */
const OldLogprobs = z
  .object({
    tokens: z.array(z.string()),
    token_logprobs: z.array(z.number().nullable()),
    top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
  })
  .transform(({ tokens, token_logprobs, top_logprobs }) => ({
    content: tokens.map((token, i) => ({
      token,
      logprob: token_logprobs[i] ?? Number.NEGATIVE_INFINITY,
      top_logprobs: Object.entries(top_logprobs[i] ?? {}).map(([token, logprob]) => ({ token, logprob })),
    })),
  }))

const count = z.number().nullish().catch(null)
const thoughts = z.string().nullish().catch(null)
const Completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z
          .object({
            // some servers send a list of parts
            content: z.union([z.string(), z.array(z.unknown())]).nullish(),
            reasoning_content: thoughts,
            reasoning: thoughts,
          })
          .nullish(),
        text: z.string().nullish(),
        // Ollama and LM Studio variants send null or other shapes: then the confidence is unknown
        logprobs: z.union([ChatLogprobs, OldLogprobs]).nullish().catch(null),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  timings: z.object({ cache_n: count }).nullish().catch(null),
})
type Choice = z.infer<typeof Completion>['choices'][number]

const ListedModel = z.object({
  id: z.string(),
  aliases: z.array(z.string()).nullish().catch(null),
  /** vLLM: the base model of an adapter. */
  parent: z.string().nullish().catch(null),
  max_model_len: count,
  meta: z.object({ n_ctx: count }).nullish().catch(null),
})
const ModelList = z.object({ data: z.array(ListedModel) })

/** Throws ModelError for an error that came with status 200, and for a reply of anything but a model server. */
export function readCompletion(received: unknown, endpoint: string): Reply {
  const { choices, usage, timings } = read(Completion, received, endpoint)
  const choice = choices[0]!
  return {
    ...answerOf(choice),
    finish: choice.finish_reason ?? 'stop',
    logprobs: choice.logprobs?.content ?? null,
    tokens: {
      prompt: usage?.prompt_tokens ?? 0,
      completion: usage?.completion_tokens ?? 0,
      cached: usage?.prompt_tokens_details?.cached_tokens ?? timings?.cache_n ?? 0,
    },
  }
}

/** As `readCompletion`, for the list of models. */
export function readModels(received: unknown, endpoint: string): ListedModel[] {
  return read(ModelList, received, endpoint).data
}

function read<S extends z.ZodType>(schema: S, received: unknown, endpoint: string): z.output<S> {
  const reply = typeof received === 'string' ? (fromText(received) ?? received) : received
  const error = errorIn(reply)
  if (error !== null) throw fromErrorInReply(error, endpoint)
  const parsed = schema.safeParse(reply)
  if (!parsed.success) throw notAModelServer(reply, endpoint)
  return parsed.data
}

/** JSON that a proxy or server sent under another content type. */
function fromText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Gateways and servers report an error with status 200: alone, beside an empty answer, or in the place of the choice. */
function errorIn(reply: unknown): unknown {
  if (typeof reply !== 'object' || reply === null) return null
  const { error, object, choices } = reply as { error?: unknown; object?: unknown; choices?: unknown }
  if (error) return error
  if (object === 'error') return reply
  return Array.isArray(choices) ? ((choices[0] as { error?: unknown } | null | undefined)?.error ?? null) : null
}

function answerOf({ message, text }: Choice): Pick<Reply, 'content' | 'place'> {
  const content = withoutThoughts(textOf(message?.content ?? text ?? ''))
  if (content.trim() !== '' || !message)
    return Array.isArray(message?.content) ? { content, place: 'parts' } : { content }
  for (const place of ['reasoning_content', 'reasoning'] as const) {
    const found = withoutThoughts(message[place] ?? '')
    if (found.trim() !== '') return { content: found, place }
  }
  return { content }
}

/** The text of all parts; a part of another type holds thoughts or an image. */
function textOf(content: string | unknown[]): string {
  if (typeof content === 'string') return content
  return content.map((part) => Part.safeParse(part).data ?? '').join('')
}

const Part = z.union([
  z.string(),
  z.object({ type: z.enum(['text', 'output_text']).optional(), text: z.string() }).transform(({ text }) => text),
])

const THOUGHTS_END = /<\/(?:think|thinking|thought)>|\[\/THINK\]/g

/** Some templates put the opening tag into the prompt, so only the closing one may be there. */
function withoutThoughts(text: string): string {
  // an answer that begins at once has no thoughts before it
  if (/^\s*["{]/.test(text)) return text
  const end = [...text.matchAll(THOUGHTS_END)].at(-1)
  return end ? text.slice(end.index + end[0].length).trimStart() : text
}

function notAModelServer(reply: unknown, endpoint: string): ModelError {
  const what =
    typeof reply !== 'string'
      ? 'with JSON that is not OpenAI-compatible'
      : /^\s*</.test(reply)
        ? 'with a web page, such as a login page or the error of a proxy'
        : /^\s*(data|event):/.test(reply)
          ? 'with a stream of events, which was not asked for'
          : 'with text that is not JSON'
  return new ModelError('config', `${endpoint} answered ${what}`, {
    next: 'Check the base URL: it must end in /v1 and point to the model server, not to a web page or another service.',
  })
}
