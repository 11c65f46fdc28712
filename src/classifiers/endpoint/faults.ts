/** Decides what a failed call to a model server means. */
import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { ModelError, type ModelFault } from '../../errors.ts'
import { outboundIn } from '../../outbound/index.ts'

/** The prompt does not fit the context; with the token counts of the server where it reports them. */
export class ContextOverflow extends ModelError {
  readonly promptTokens: number | undefined
  readonly contextTokens: number | undefined
  constructor(message: string, figures: { promptTokens?: number; contextTokens?: number; status?: number }) {
    super('context', message, {
      next: 'Give the model server a larger context (llama-server -c, vLLM --max-model-len), or shorten the descriptions in the taxonomy.',
      status: figures.status,
    })
    this.promptTokens = figures.promptTokens
    this.contextTokens = figures.contextTokens
  }
}

/** An error of the `openai` package as a ModelError. Any other error is a bug here and passes through unchanged. */
export function toModelError(error: unknown, endpoint: string): unknown {
  const refused = outboundIn(error)
  if (refused)
    return new ModelError('config', `${endpoint}: ${refused.message}`, { next: refused.next, cause: refused })
  if (error instanceof APIConnectionTimeoutError)
    return new ModelError('unreachable', `${endpoint} did not answer in time`, {
      next: 'Check the load of the model server, or raise the timeout of this endpoint.',
    })
  if (error instanceof APIConnectionError)
    return new ModelError('unreachable', `${endpoint} cannot be reached (${causeCode(error) ?? 'connection failed'})`, {
      next: 'Check that the model server runs and that its base URL is right.',
      cause: error,
    })
  if (error instanceof APIError && error.status !== undefined) return fromStatus(error, error.status, endpoint)
  // the reply was cut off, or is not JSON although its content type says so
  if (error instanceof SyntaxError || (error instanceof TypeError && causeCode(error) !== null))
    return new ModelError('unreachable', `${endpoint} sent an incomplete or broken answer`, {
      next: 'Check the model server and any proxy in front of it.',
      cause: error,
    })
  return error
}

/** An error that came with status 200, in the shape of its server or of a gateway before it. */
export function fromErrorInReply(found: unknown, endpoint: string): ModelError {
  const inner = typeof found === 'object' && found !== null ? found : { message: String(found) }
  const status = statusIn(inner)
  const error = APIError.generate(status, { error: inner }, undefined, new Headers())
  return fromStatus(error, status, endpoint, `200 with an error (${status})`)
}

const HTTP_STATUS = /^[45]\d\d$/

/** The status that the error would have had; one that says nothing is taken for a passing fault. */
function statusIn(inner: object): number {
  const { code, status, type, message } = inner as Record<string, unknown>
  const told = [code, status].map(String).find((text) => HTTP_STATUS.test(text))
  if (told) return Number(told)
  const words = [code, type, message].filter((part) => typeof part === 'string').join(' ')
  return STATUS_OF_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 503
}

const STATUS_OF_WORDS: [words: RegExp, status: number][] = [
  [/rate.?limit|too many requests|overloaded|quota/i, 429],
  [/context.?(length|size|window)|maximum context/i, 400],
  [/authenti|unauthor|api.?key|permission/i, 401],
  [/not.?found|does not exist/i, 404],
  [/invalid.?request|bad.?request/i, 400],
]

function fromStatus(error: APIError, status: number, endpoint: string, answered = `${status}`): ModelError {
  const details = serverMessage(error) || pointer(error, status)
  const context = overflow(error, status)
  if (context) return new ContextOverflow(`The prompt does not fit the context of ${endpoint}${details}`, context)
  const [fault, next] = meaning(error, status)
  const retryAfterMs = fault === 'busy' ? retryAfter(error.headers) : undefined
  return new ModelError(fault, `${endpoint} answered ${answered}${details}`, { next, status, retryAfterMs })
}

function meaning(error: APIError, status: number): [ModelFault, string] {
  if (status === 401 || status === 403) return ['auth', 'Give the endpoint a valid API key.']
  // llama-server could not parse the model's output: at temperature 0 the same request fails every time
  // (ggml-org/llama.cpp#27279)
  if (status === 500 && /expected peg-\w+ format/.test(error.message))
    return ['format', 'Check that the model was trained on this prompt format.']
  if (status === 408 || status === 409 || status === 425 || status === 429)
    return ['busy', 'Wait, or lower the concurrency of this endpoint.']
  if (status >= 300 && status < 400)
    return [
      'config',
      'Set the address that it redirects to as base URL: a prompt is not sent to where a server points.',
    ]
  // vLLM also answers it while an adapter is loaded again
  if (status === 404) return ['missing', 'Check the base URL (it ends in /v1) and the model name; `doctor` lists them.']
  // 501: this server or model does not support the request
  if (status < 500 || status === 501)
    return [
      status === 501 ? 'config' : 'refused',
      'Check the version of the server and the prompt format of the model: it refuses this kind of request.',
    ]
  // llama-server also answers 503 while it loads its model
  if (status === 503) return ['busy', 'Wait until the model server has loaded its model and has free slots.']
  if (status === 502 || status === 504) return ['unreachable', 'Check the model server behind the proxy.']
  return ['busy', 'Check the log of the model server.']
}

const OVERFLOW = /context (length|size|window)|maximum context|exceeds? the (available )?context|input_tokens/i

function overflow(error: APIError, status: number) {
  if (status !== 400 && status !== 413 && status !== 422) return null
  const inner = (error.error ?? {}) as { n_prompt_tokens?: unknown; n_ctx?: unknown }
  if (error.type !== 'exceed_context_size_error' && !OVERFLOW.test(error.message)) return null
  return {
    status,
    promptTokens:
      number(inner.n_prompt_tokens) ?? figure(error.message, /(?:passed|has|request \() ?(\d+)|\((\d+) in the/),
    contextTokens:
      number(inner.n_ctx) ?? figure(error.message, /(?:context length is|context size \()(?: only)? ?(\d+)/i),
  }
}

const number = (value: unknown) => (typeof value === 'number' ? value : undefined)

function figure(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)
  return found ? Number(found[1] ?? found[2]) : undefined
}

/** The server's message for people. vLLM's validation errors quote the whole request; that part holds the ticket and is removed. */
function serverMessage(error: APIError): string {
  const inner = (error.error ?? {}) as { message?: unknown }
  if (typeof inner.message !== 'string') return ''
  const message = inner.message.split(/['"]?\binput['"]?\s*:/)[0]!.replace(/\s+/g, ' ')
  return `: ${message.slice(0, 200)}`
}

/** Where a redirect points, without its query. */
function pointer({ headers }: APIError, status: number): string {
  const location = status < 400 ? headers?.get('location') : null
  return location ? `: a redirect to ${location.split(/[?#]/)[0]!.slice(0, 200)}` : ''
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after')
  if (!value) return undefined
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

/** The first system code in a chain of causes: ECONNREFUSED, ENOTFOUND, UND_ERR_SOCKET ... */
export function causeCode(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') return code
  }
  return null
}
