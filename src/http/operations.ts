import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import type { Deps } from '../deps.ts'

/** For the platform: alive, ready, metrics. Ready does not need the model: intake works without it. */
export function operationsRoutes({ database, queue, events, endpoints }: Deps) {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      try {
        await database.db.execute(sql`select 1`)
        return c.json({ status: 'ready', database: database.kind })
      } catch {
        return c.json({ status: 'not ready', next: 'The database does not answer: check it and DATABASE_URL.' }, 503)
      }
    })
    .get('/metrics', async (c) => {
      events.queued(await queue.depth())
      events.endpoints(endpoints())
      return c.text(await events.registry.metrics(), 200, { 'Content-Type': events.registry.contentType })
    })
}
