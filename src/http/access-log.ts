import type { MiddlewareHandler } from 'hono'
import type { Logger } from 'pino'

/** Asked every few seconds by the platform. */
const ROUTINE = new Set(['/healthz', '/readyz', '/metrics'])

/** One line for each answered request. The query is left out: it may hold what was searched for. */
export function accessLog(log: Logger): MiddlewareHandler<{ Variables: { about?: object } }> {
  return async (c, next) => {
    const started = performance.now()
    await next()
    const { method, path } = c.req
    const ms = Math.round(performance.now() - started)
    // A route may say what the request was about.
    log[ROUTINE.has(path) ? 'debug' : 'info']({ method, path, status: c.res.status, ms, ...c.get('about') }, 'request')
  }
}
