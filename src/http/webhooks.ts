import { Hono } from 'hono'
import type { Config } from '../config.ts'
import { knownConnection, type Vault } from '../connections/index.ts'
import type { Connectors } from '../contract/index.ts'
import { type Database, isUnavailable } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import type { Events } from '../events.ts'
import { receive } from '../intake/index.ts'
import type { Queue } from '../queue/index.ts'

export type WebhookNeeds = {
  config: Pick<Config, 'edgeToken'>
  database: Pick<Database, 'db' | 'prepared'>
  vault: Vault
  connectors: Connectors
  queue: Pick<Queue, 'insertion' | 'wake'>
  events: Pick<Events, 'delivered'>
}

/** The intake's route: a delivery of a helpdesk, stored before it is answered. */
export function webhookRoutes(deps: WebhookNeeds) {
  const routes = new Hono()
  const needs = {
    connectors: deps.connectors,
    queue: deps.queue,
    prepared: deps.database.prepared,
    edgeToken: deps.config.edgeToken,
  }

  routes.post('/webhooks/:connection', async (c) => {
    const started = performance.now()
    const name = c.req.param('connection')
    let status = 202
    let label = 'unknown' // an invented name must not create a new metric series
    try {
      const connection = await knownConnection({ db: deps.database.db, vault: deps.vault }, name)
      label = name
      if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(c.req.header('content-type') ?? ''))
        throw new Rejected(415, 'The Content-Type is not JSON', { next: 'Send Content-Type: application/json.' })
      const body = new Uint8Array(await c.req.arrayBuffer())
      return c.json(await receive(needs, connection, { headers: c.req.header(), body }, new Date()), 202)
    } catch (error) {
      const refused = error instanceof Rejected ? error : notStored(error)
      status = refused.status
      throw refused
    } finally {
      deps.events.delivered(label, status, performance.now() - started)
    }
  })
  return routes
}

// Nothing was stored, so the helpdesk must send it again: it may not do so after a 500, and it does after a 503.
function notStored(error: unknown): Rejected {
  const what = isUnavailable(error) ? 'The database is unavailable' : 'Pointsman failed'
  return new Rejected(503, `${what}; the delivery was not stored`, {
    next: 'Send it again later; a helpdesk does that by itself.',
    retryAfterMs: 30_000,
    cause: error,
  })
}
