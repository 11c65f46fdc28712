/** One request to one server, in a form that both llama-server and vLLM understand, and the reply in one shape. */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIUserAbortError } from 'openai'
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import type { TokenLogprob } from './confidence.ts'
import { causeCode, toModelError } from './faults.ts'
import type { Rendered } from './prompt.ts'
import type { responseFormat } from './schema.ts'

/** They differ in raw completions, tokeniser and LoRA selection. `openai`: any other server with an OpenAI-compatible API. */
type ServerKind = 'llamacpp' | 'vllm' | 'openai'

export type ClientSettings = {
  name: string
  /** Ends in `/v1`. */
  baseUrl: string
  model: string
  apiKey?: string
  kind?: ServerKind
  /** For one request. */
  timeoutMs?: number
  /** More options for the request body: `lora`, `id_slot`, `priority`, `chat_template_kwargs` ... */
  extra?: Record<string, unknown>
  /**
   * The answer is in doubt when the model puts a smaller share of its probability on the allowed values of a field; 0.5 by
   * default. Only llama-server reports it. 0 turns it off, for a model that was not trained on its prompt format.
   */
  alarmBelow?: number
}

export type Question = {
  rendered: Rendered
  responseFormat: ReturnType<typeof responseFormat>
  maxTokens: number
  temperature: number
}

type Usage = { prompt: number; completion: number; cached: number }
export type Reply = { content: string; finish: string; logprobs: TokenLogprob[] | null; tokens: Usage }

export type Client = {
  settings: ClientSettings
  /** Throws ModelError, or the signal's reason. */
  ask(question: Question, signal: AbortSignal): Promise<Reply>
  models(signal: AbortSignal): Promise<ListedModel[]>
  /** Fetches a path outside `/v1`; null where the server does not have it. */
  fetchPath(path: string, signal: AbortSignal, body?: unknown): Promise<unknown>
}

export type ListedModel = z.infer<typeof ListedModel>

const TIMEOUT_MS = 30_000
/** vLLM refuses more unless it was started with a higher --max-logprobs. */
const TOP_LOGPROBS = 20

export function openClient(settings: ClientSettings): Client {
  const openai = new OpenAI({
    baseURL: settings.baseUrl.replace(/\/+$/, ''),
    // the package throws on an empty key; servers without authentication ignore the header
    apiKey: settings.apiKey || 'none',
    // otherwise the package reads these from the environment and sends them to the endpoint
    organization: null,
    project: null,
    // the job queue retries, and only where retrying can help
    maxRetries: 0,
    timeout: settings.timeoutMs ?? TIMEOUT_MS,
    logLevel: 'off',
  })

  /** llama-server closes idle connections after 5 s; a request on such a connection fails before the server reads it. */
  async function call<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted()
      try {
        return await send()
      } catch (error) {
        signal.throwIfAborted()
        if (attempt === 1 && wasReset(error)) continue
        throw toModelError(error, settings.name)
      }
    }
  }

  return {
    settings,
    async ask(question, signal) {
      const body = bodyOf(settings, question)
      const path = question.rendered.kind === 'chat' ? '/chat/completions' : '/completions'
      const reply = await call(() => openai.post<unknown>(path, { body, signal }), signal)
      return read(reply, settings.name)
    },
    async models(signal) {
      const reply = await call(() => openai.get<unknown>('/models', { signal }), signal)
      const parsed = ModelList.safeParse(reply)
      if (!parsed.success) throw notAModelServer(settings.name)
      return parsed.data.data
    },
    async fetchPath(path, signal, body) {
      const root = settings.baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '')
      const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      if (settings.apiKey) headers.authorization = `Bearer ${settings.apiKey}`
      const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      const response = await fetch(root + path, { ...post, headers, signal }).catch(() => null)
      if (!response?.ok) return null
      return response.json().catch(() => null)
    },
  }
}

function bodyOf({ model, kind, extra }: ClientSettings, question: Question): Record<string, unknown> {
  const { rendered, responseFormat, maxTokens, temperature } = question
  // the defaults of the servers differ: llama-server samples at 0.8, vLLM uses the model's generation_config.json
  const common = {
    model,
    temperature,
    max_tokens: maxTokens,
    response_format: responseFormat,
    ...repeatable(temperature),
  }
  if (rendered.kind === 'chat')
    return { ...extra, ...common, messages: rendered.messages, logprobs: true, top_logprobs: TOP_LOGPROBS }
  // /v1/completions of llama-server ignores response_format and expects the bare schema
  const bare = kind === 'vllm' ? {} : { json_schema: responseFormat.json_schema.schema }
  return { ...extra, ...common, ...bare, prompt: rendered.prompt, logprobs: TOP_LOGPROBS }
}

/** A second attempt is sampled, and should still give the same answer when the job runs again. */
function repeatable(temperature: number) {
  return temperature > 0 ? { seed: 1 } : {}
}

function wasReset(error: unknown): boolean {
  if (!(error instanceof APIConnectionError) || error instanceof APIConnectionTimeoutError) return false
  if (error instanceof APIUserAbortError) return false
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(causeCode(error) ?? '')
}

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
const Completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish() }).nullish(),
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

const ListedModel = z.object({
  id: z.string(),
  aliases: z.array(z.string()).nullish().catch(null),
  /** vLLM: the base model of an adapter. */
  parent: z.string().nullish().catch(null),
  max_model_len: count,
  meta: z.object({ n_ctx: count }).nullish().catch(null),
})
const ModelList = z.object({ data: z.array(ListedModel) })

function read(reply: unknown, endpoint: string): Reply {
  const parsed = Completion.safeParse(reply)
  if (!parsed.success) throw notAModelServer(endpoint)
  const { choices, usage, timings } = parsed.data
  const choice = choices[0]!
  return {
    content: choice.message?.content ?? choice.text ?? '',
    finish: choice.finish_reason ?? 'stop',
    logprobs: choice.logprobs?.content ?? null,
    tokens: {
      prompt: usage?.prompt_tokens ?? 0,
      completion: usage?.completion_tokens ?? 0,
      cached: usage?.prompt_tokens_details?.cached_tokens ?? timings?.cache_n ?? 0,
    },
  }
}

function notAModelServer(endpoint: string): ModelError {
  return new ModelError('config', `The reply of ${endpoint} is not OpenAI-compatible`, {
    next: 'Check the base URL: it must end in /v1 and point to the model server, not to a web page or another service.',
  })
}
