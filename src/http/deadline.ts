import type { MiddlewareHandler } from 'hono'
import { Rejected } from '../errors.ts'

/** Answers 503 when the route has not answered after this long. What it began may still be done. */
export function deadline(ms: number): MiddlewareHandler {
  return async (_, next) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      const error = new Rejected(503, `There was no result after ${ms / 1000} seconds`, {
        next: 'Send it again later; the log and /readyz say what is slow.',
        retryAfterMs: 30_000,
      })
      timer = setTimeout(() => reject(error), ms)
    })
    try {
      await Promise.race([next(), late])
    } finally {
      clearTimeout(timer)
    }
  }
}
