import { Hono } from 'hono'
import { findConnection } from '../connections/index.ts'
import type { Deps } from '../deps.ts'
import { Rejected } from '../errors.ts'
import type { Connection } from '../ticket.ts'
import { receive } from './index.ts'

// A webhook arrives for each change in the helpdesk: its connection is decrypted once in a while, not each time.
const KNOWN_FOR_MS = 2_000

export function webhookRoutes(deps: Deps) {
  const routes = new Hono()
  const known = new Map<string, { at: number; connection: Connection }>()
  const needs = {
    connectors: deps.connectors,
    queue: deps.queue,
    prepared: deps.database.prepared,
    edgeToken: deps.config.edgeToken,
  }

  async function connectionOf(name: string): Promise<Connection> {
    const hit = known.get(name)
    if (hit && performance.now() - hit.at < KNOWN_FOR_MS) return hit.connection
    const connection = await findConnection({ db: deps.database.db, vault: deps.vault }, name)
    known.set(name, { at: performance.now(), connection })
    return connection
  }

  routes.post('/webhooks/:connection', async (c) => {
    const started = performance.now()
    const name = c.req.param('connection')
    let status = 202
    try {
      const connection = await connectionOf(name)
      if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(c.req.header('content-type') ?? ''))
        throw new Rejected(415, 'The body is not declared as JSON', { next: 'Send Content-Type: application/json.' })
      const body = new Uint8Array(await c.req.arrayBuffer())
      return c.json(await receive(needs, connection, { headers: c.req.header(), body }, new Date()), 202)
    } catch (error) {
      status = error instanceof Rejected ? error.status : 500
      throw error
    } finally {
      deps.events.delivered(known.has(name) ? name : 'unknown', status, performance.now() - started)
    }
  })
  return routes
}
