/** One request to one server, in a form that both llama-server and vLLM understand, and the reply in one shape. */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIUserAbortError } from 'openai'
import { openFetch } from '../../outbound/index.ts'
import { causeCode, toModelError } from './faults.ts'
import type { Rendered } from './prompt.ts'
import { type ListedModel, type Reply, readCompletion, readModels } from './reply.ts'
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

export type Client = {
  settings: ClientSettings
  /** Throws ModelError, or the signal's reason. */
  ask(question: Question, signal: AbortSignal): Promise<Reply>
  models(signal: AbortSignal): Promise<ListedModel[]>
  /** Fetches a path outside `/v1`; null where the server does not have it. */
  fetchPath(path: string, signal: AbortSignal, body?: unknown): Promise<unknown>
}

const TIMEOUT_MS = 30_000
/** vLLM refuses more unless it was started with a higher --max-logprobs. */
const TOP_LOGPROBS = 20

export function openClient(settings: ClientSettings): Client {
  // an operator set this host in the environment, so it may be inside
  const callOut = openFetch([new URL(settings.baseUrl).hostname])
  const openai = new OpenAI({
    fetch: callOut,
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
      return readCompletion(reply, settings.name)
    },
    async models(signal) {
      const reply = await call(() => openai.get<unknown>('/models', { signal }), signal)
      return readModels(reply, settings.name)
    },
    async fetchPath(path, signal, body) {
      const root = settings.baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '')
      const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      if (settings.apiKey) headers.authorization = `Bearer ${settings.apiKey}`
      const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      const response = await callOut(root + path, { ...post, headers, signal }).catch(() => null)
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
