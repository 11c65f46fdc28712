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
    const page = Number(c.req.query('page') ?? 1)
    const results = found
      .slice((page - 1) * MOST, page * MOST)
      .map((ticket) => ({ ...ticketShape(ticket, baseUrl()), result_type: 'ticket' }))
    const next_page = page * MOST < found.length ? `${baseUrl()}/api/v2/search.json?page=${page + 1}` : null
    return c.json({ results, count: found.length, next_page, previous_page: null })
  })
}
