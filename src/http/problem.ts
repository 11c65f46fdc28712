import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from 'pino'
import { isUnavailable } from '../db/index.ts'
import { ConfigError, causeOf, HelpdeskError, ModelError, Rejected, TriageError, traceOf } from '../errors.ts'

type Plain = {
  status: number
  message: string
  next: string
  retryAfterMs?: number
  faults?: unknown
  more?: Record<string, unknown>
}

/** An RFC 9457 answer: what happened in `detail`, what to do in `next`. Unexpected errors expose no details. */
export function problem(c: Context, error: unknown, log: Logger) {
  const plain = asPlain(error)
  if (plain.status >= 500)
    log.error(
      {
        path: c.req.path,
        status: plain.status,
        error: plain.status === 500 ? traceOf(error) : causeOf(error),
      },
      'request failed',
    )
  const title = TITLES[plain.status] ?? 'Error'
  if (plain.retryAfterMs !== undefined)
    c.header('Retry-After', String(Math.max(1, Math.ceil(plain.retryAfterMs / 1000))))
  const body = {
    type: 'about:blank',
    title,
    status: plain.status,
    detail: plain.message,
    next: plain.next,
    ...(plain.faults ? { faults: plain.faults } : {}),
    ...plain.more,
  }
  return c.json(body, plain.status as ContentfulStatusCode, { 'Content-Type': 'application/problem+json' })
}

function asPlain(error: unknown): Plain {
  if (error instanceof Rejected) return error
  if (error instanceof HelpdeskError)
    return { status: 502, message: error.message, next: error.next, retryAfterMs: error.retryAfterMs }
  if (error instanceof ModelError)
    return { status: 503, message: error.message, next: error.next, retryAfterMs: error.retryAfterMs }
  if (error instanceof ConfigError && error.retry)
    return { status: 503, message: error.message, next: error.next, retryAfterMs: 30_000 }
  if (error instanceof TriageError) return { status: 500, message: error.message, next: error.next }
  if (error instanceof HTTPException) return { status: error.status, message: error.message, next: 'See /docs.' }
  if (isUnavailable(error))
    return { status: 503, message: 'The database is unavailable', next: 'Try again in a minute.', retryAfterMs: 30_000 }
  if (error instanceof Error)
    return {
      status: 500,
      message: 'Something went wrong in Pointsman',
      next: 'Report it with the time of the request: the log has the details.',
    }
  return error as Plain
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Invalid input',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'The helpdesk failed',
  503: 'Service unavailable',
}
