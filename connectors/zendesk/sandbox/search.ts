/** The search, as far as the adapter uses it: tickets by status, the last changed first. */
import type { Hono } from 'hono'
import type { Desk } from './desk.ts'
import { ticketShape } from './shapes.ts'

const MOST = 100

export function searchRoute(app: Hono, desk: Desk, baseUrl: () => string): void {
  app.get('/api/v2/search', (c) => {
    const status = /status:(\w+)/.exec(c.req.query('query') ?? '')?.[1]
    const found = [...desk.tickets.values()]
      .filter((ticket) => !ticket.deleted && (status === undefined || ticket.status === status))
      .sort((a, b) => b.updated_at.localeCompare(a.updated_at))
    const results = found.slice(0, MOST).map((ticket) => ({ ...ticketShape(ticket, baseUrl()), result_type: 'ticket' }))
    return c.json({ results, count: found.length, next_page: null, previous_page: null })
  })
}
