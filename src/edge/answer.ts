import { Rejected } from '../errors.ts'

/** An RFC 9457 answer, like the service's. An unexpected error is answered 503, so that the delivery is sent again. */
export function problem(error: unknown): Response {
  const { status, message, next, retryAfterMs } = error instanceof Rejected ? error : UNEXPECTED
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  const body = { type: 'about:blank', title: TITLES[status], status, detail: message, next }
  return new Response(JSON.stringify(body), { status, headers })
}

const UNEXPECTED = new Rejected(503, 'Something went wrong at the edge', {
  next: 'Report it with the time; the log of the Worker has the details.',
  retryAfterMs: 30_000,
})

const TITLES: Partial<Record<Rejected['status'], string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  404: 'Not found',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not acceptable',
  503: 'Unavailable',
}
