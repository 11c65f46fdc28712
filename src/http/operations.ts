import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import packageJson from '../../package.json' with { type: 'json' }
import type { EndpointHealth, ModelPauses } from '../classifiers/index.ts'
import type { Database, Tx } from '../db/index.ts'
import type { Events } from '../events.ts'
import { countPauses } from '../pauses/index.ts'
import type { Queue } from '../queue/index.ts'

const READY_MS = 5_000

export type OperationsNeeds = {
  database: Pick<Database, 'db' | 'kind'>
}
export type MetricsNeeds = {
  database: Pick<Database, 'db'>
  queue: Pick<Queue, 'depth'>
  events: Pick<Events, 'queued' | 'endpoints' | 'pauses' | 'modelPauses' | 'registry'>
  endpoints(): EndpointHealth[]
  modelPauses: Pick<ModelPauses, 'list'>
}

/** For the platform: alive, ready. Ready does not need the model: intake works without it. */
export function operationsRoutes({ database }: OperationsNeeds) {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok', version: packageJson.version }))
    .get('/readyz', async (c) => {
      try {
        await answersInTime(database.db)
        return c.json({ status: 'ready', database: database.kind })
      } catch {
        return c.json({ status: 'not ready', next: 'The database does not answer: check it and DATABASE_URL.' }, 503)
      }
    })
}

/** For Prometheus. */
export function metricsRoutes({ database, queue, events, endpoints, modelPauses }: MetricsNeeds) {
  return new Hono().get('/metrics', async (c) => {
    events.queued(await queue.depth())
    events.endpoints(endpoints())
    events.pauses(await countPauses(database.db))
    events.modelPauses((await modelPauses.list()).length)
    return c.text(await events.registry.metrics(), 200, { 'Content-Type': events.registry.contentType })
  })
}

/** Throws when the database answers an error, or nothing within five seconds. */
async function answersInTime(db: Tx): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), READY_MS)
  })
  await Promise.race([db.execute(sql`select 1`), late]).finally(() => clearTimeout(timer))
}
