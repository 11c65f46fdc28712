import { Hono } from 'hono'
import { mustBeJson } from '../body/index.ts'
import type { Config } from '../config.ts'
import { knownConnection, type Vault } from '../connections/index.ts'
import type { Connectors } from '../contract/index.ts'
import { type Database, isUnavailable } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import type { Events } from '../events.ts'
import { readDelivery, receive, storeRefused } from '../intake/index.ts'
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
  const routes = new Hono<{ Variables: { about?: { delivery: string } } }>()
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
    let reason: string | null = null
    let label = 'unknown' // an invented name must not create a new metric series
    try {
      const connection = await knownConnection({ db: deps.database.db, vault: deps.vault }, name)
      label = name
      mustBeJson((name) => c.req.header(name))
      const now = new Date()
      const request = { headers: c.req.header(), request: c.req.raw }
      const receipt = await readDelivery(deps.connectors, connection, request, now)
        .then((delivery) => receive(needs, connection, delivery, now))
        .catch(async (refused) => {
          if (refused instanceof Rejected) await storeRefused(needs, connection, refused, now)
          throw refused
        })
      c.set('about', { delivery: receipt.delivery })
      return c.json(receipt, 202)
    } catch (error) {
      const refused = error instanceof Rejected ? error : notStored(error)
      status = refused.status
      reason = refused.reason ?? REASONS[status] ?? 'other'
      throw refused
    } finally {
      deps.events.delivered(label, status, reason, performance.now() - started, c.get('about')?.delivery)
    }
  })
  return routes
}

/** What a status means of a webhook, for those that do not say more. */
const REASONS: Record<number, string> = {
  400: 'not-json',
  401: 'not-genuine',
  404: 'unknown-connection',
  413: 'too-large',
  422: 'not-an-event',
  503: 'not-stored',
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
