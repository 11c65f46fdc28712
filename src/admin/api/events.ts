/** /events: server-sent events that say what changed, so that a page reads it again. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Live } from '../../live.ts'
import type { Env } from '../access/index.ts'
import { guarded } from './route-helpers.ts'

export type LiveNeeds = { live: Pick<Live, 'watch' | 'tell' | 'onClose'> }

/** Proxies cut a connection that is silent for longer. */
const BEAT_MS = 15_000
/** Then the browser connects again, and must still be signed in. */
const LONGEST_MS = 30 * 60_000

const events = guarded('read', {
  method: 'get',
  path: '/events',
  tags: ['operations'],
  summary: 'What changed, as server-sent events',
  description:
    'An event `changed` at most once a second, with `{"kinds": [...]}`: `decided`, `written`, `overridden`, the first part of an API path such as `routing-map`, or `unknown`. It carries no data: read again what you show. The stream ends after 30 minutes.',
  responses: {
    200: {
      description: 'A stream that stays open.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
})

export function eventRoutes({ live }: LiveNeeds) {
  const routes = new OpenAPIHono<Env>()
  routes.openapi(events, (c) => {
    c.header('X-Accel-Buffering', 'no') // nginx would keep the events back
    return streamSSE(c, async (stream) => {
      const ended = Promise.withResolvers<void>()
      stream.onAbort(ended.resolve)
      const forget = live.onClose(ended.resolve)
      const unwatch = live.watch((kinds) => {
        void stream.writeSSE({ event: 'changed', data: JSON.stringify({ kinds }) })
      })
      const beat = setInterval(() => void stream.writeSSE({ event: 'beat', data: '' }), BEAT_MS)
      const late = setTimeout(ended.resolve, LONGEST_MS)
      await stream.writeSSE({ event: 'hello', data: '{}', retry: 2000 })
      await ended.promise
      clearTimeout(late)
      clearInterval(beat)
      unwatch()
      forget()
    })
  })
  return routes
}

/** Asked with POST, but they change nothing. */
const LOOKS = /\/(preview|classify|propose|test|claim|unmask)$/

/** Tells the open pages what a request has changed. */
export function tellChanges({ live }: LiveNeeds): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (['GET', 'HEAD'].includes(c.req.method) || !c.res.ok || LOOKS.test(c.req.path)) return
    const [what] = c.req.path.replace(/^\/api\/v1\//, '').split('/')
    if (what && what !== 'session' && what !== 'sessions') live.tell(what)
  }
}
