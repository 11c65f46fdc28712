import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import type { EndpointHealth } from '../classifiers/index.ts'
import type { Database } from '../db/index.ts'
import type { Events } from '../events.ts'
import type { Queue } from '../queue/index.ts'

export type OperationsNeeds = {
  database: Pick<Database, 'db' | 'kind'>
  queue: Pick<Queue, 'depth'>
  events: Pick<Events, 'queued' | 'endpoints' | 'registry'>
  endpoints(): EndpointHealth[]
}

/** For the platform: alive, ready, metrics. Ready does not need the model: intake works without it. */
export function operationsRoutes({ database, queue, events, endpoints }: OperationsNeeds) {
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
