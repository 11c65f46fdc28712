/** The part of the Ticketing API that we use; its rules are in `desk.ts`. */
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Fault, Sandbox, Webhook } from '../../sandbox.ts'
import { type Access, grantToken, isSelf } from './access.ts'
import {
  ApiFault,
  createTicket,
  type Desk,
  fieldsOf,
  notFound,
  type Patch,
  record,
  type StoredTicket,
  updateTicket,
} from './desk.ts'
import { failOnDemand } from './faults.ts'
import { searchRoute } from './search.ts'
import {
  auditShape,
  fieldShapes,
  formShape,
  groupShape,
  membershipShapes,
  ticketShape,
  triggerShape,
  userShape,
} from './shapes.ts'
import { webhookRoutes } from './webhook-routes.ts'

type ApiNeeds = {
  desk: Desk
  access: Access
  faults: Fault[]
  requests: Sandbox['requests']
  webhooks: Webhook[]
  baseUrl: () => string
  remove: (ticket: StoredTicket, by: string) => void
}

export function createApi(needs: ApiNeeds): Hono {
  // Zendesk accepts each path with and without `.json`.
  const app = new Hono({ getPath: (request) => new URL(request.url).pathname.replace(/\.json$/, '') })
  app.use(async (c, next) => {
    const body = await readBody(c)
    await next()
    const { method, path } = c.req
    needs.requests.push({
      method,
      path,
      query: c.req.query(),
      body,
      status: c.res.status,
      at: new Date().toISOString(),
    })
  })
  app.use((c, next) => failOnDemand(needs.faults, c, next))
  app.use('/api/*', async (c, next) => {
    const given = c.req.header('authorization')
    // Zendesk answers this path without credentials, as an anonymous user.
    if (given === undefined && c.req.path === '/api/v2/users/me') return c.json({ user: ANONYMOUS })
    if (!isSelf(needs.access, given ?? '')) return c.json({ error: "Couldn't authenticate you" }, 401)
    return next()
  })
  app.post('/oauth/tokens', async (c) => c.json(grantToken(needs.access, record(await c.req.json())), 201))
  ticketRoutes(app, needs)
  peopleRoutes(app, needs)
  settingsRoutes(app, needs)
  searchRoutes(app, needs)
  webhookRoutes(app, needs.desk, needs.webhooks)
  searchRoute(app, needs.desk, needs.baseUrl)
  app.notFound((c) => c.json({ error: 'InvalidEndpoint', description: 'Not found' }, 404))
  app.onError((error, c) => {
    if (!(error instanceof ApiFault)) throw error
    return c.json(error.body, error.status as ContentfulStatusCode, error.headers)
  })
  return app
}

const ANONYMOUS = { id: null, name: 'Anonymous user', email: 'invalid@example.com', role: 'end-user' }

function ticketRoutes(app: Hono, { desk, baseUrl, remove }: ApiNeeds): void {
  const self = desk.account.self.id
  const shown = (ticket: StoredTicket) => ticketShape(ticket, baseUrl())
  app.post('/api/v2/tickets', async (c) => {
    const given = record(record(await c.req.json()).ticket)
    const requester = typeof given.requester_id === 'number' ? String(given.requester_id) : self
    const { ticket, audit } = createTicket(desk, given, requester, 'api')
    return c.json({ ticket: shown(ticket), audit: auditShape(ticket, audit) }, 201)
  })
  app.get('/api/v2/tickets/:id', (c) => c.json({ ticket: shown(find(desk, c)) }))
  app.put('/api/v2/tickets/:id', async (c) => {
    const patch: Patch = record(record(await c.req.json()).ticket)
    const { ticket, audit } = updateTicket(desk, find(desk, c), patch, self)
    return c.json({ ticket: shown(ticket), audit: auditShape(ticket, audit) })
  })
  app.delete('/api/v2/tickets/:id', (c) => {
    remove(find(desk, c), self)
    return c.body(null, 204)
  })
  app.get('/api/v2/tickets/:id/audits', (c) => {
    const ticket = find(desk, c)
    return c.json(
      page(
        c,
        baseUrl(),
        'audits',
        ticket.audits.map((audit) => auditShape(ticket, audit)),
      ),
    )
  })
  app.get('/api/v2/tickets/:id/comments', (c) => {
    const comments = find(desk, c).audits.flatMap(({ at, events }) =>
      events
        .filter(({ type }) => type === 'Comment')
        .map((event) => ({ ...event, id: Number(event.id), created_at: at })),
    )
    return c.json(page(c, baseUrl(), 'comments', comments))
  })
  app.get('/api/v2/tickets/:id/tags', (c) => c.json({ tags: find(desk, c).tags }))
  app.put('/api/v2/tickets/:id/tags', async (c) => {
    const ticket = find(desk, c)
    const added = record(await c.req.json()).tags
    updateTicket(desk, ticket, { tags: [...ticket.tags, ...(Array.isArray(added) ? added : [])] }, self)
    return c.json({ tags: ticket.tags })
  })
}

function peopleRoutes(app: Hono, { desk, baseUrl }: ApiNeeds): void {
  const { account } = desk
  const staff = [...account.agents, account.self].filter(({ active }) => active)
  const memberships = () => membershipShapes(account.agents)
  app.get('/api/v2/users/me', (c) => c.json({ user: userShape(account.self) }))
  app.get('/api/v2/users', (c) => c.json(page(c, baseUrl(), 'users', staff.map(userShape))))
  app.get('/api/v2/users/show_many', (c) => {
    const ids = (c.req.query('ids') ?? '').split(',')
    const users = [...account.agents, account.self, ...account.customers].filter(({ id }) => ids.includes(id))
    return c.json({ users: users.map(userShape) })
  })
  app.get('/api/v2/users/:id/group_memberships', (c) => {
    const memberships = membershipShapes(account.agents).filter(({ user_id }) => user_id === Number(c.req.param('id')))
    return c.json(page(c, baseUrl(), 'group_memberships', memberships))
  })
  app.get('/api/v2/users/search', (c) => {
    const query = (c.req.query('query') ?? '').toLowerCase()
    const users = [...staff, ...account.customers].filter(({ name, email }) =>
      `${name} ${email}`.toLowerCase().includes(query),
    )
    return c.json(page(c, baseUrl(), 'users', users.map(userShape)))
  })
  app.get('/api/v2/groups', (c) => c.json(page(c, baseUrl(), 'groups', account.groups.map(groupShape))))
  app.get('/api/v2/groups/assignable', (c) => c.json(page(c, baseUrl(), 'groups', account.groups.map(groupShape))))
  app.get('/api/v2/group_memberships', (c) => c.json(page(c, baseUrl(), 'group_memberships', memberships())))
  app.get('/api/v2/group_memberships/assignable', (c) => c.json(page(c, baseUrl(), 'group_memberships', memberships())))
}

function settingsRoutes(app: Hono, { desk, baseUrl }: ApiNeeds): void {
  const { account } = desk
  app.get('/api/v2/ticket_forms', (c) => c.json(page(c, baseUrl(), 'ticket_forms', account.forms.map(formShape))))
  app.get('/api/v2/ticket_forms/:id', (c) => {
    const form = account.forms.find(({ id }) => id === c.req.param('id'))
    if (!form) throw notFound()
    return c.json({ ticket_form: formShape(form) })
  })
  app.get('/api/v2/brands', (c) => {
    const brands = [{ id: account.brand, name: 'Sandbox' }, ...account.brands]
    return c.json(
      page(
        c,
        baseUrl(),
        'brands',
        brands.map(({ id, name }) => ({ id: Number(id), name })),
      ),
    )
  })
  app.get('/api/v2/triggers/active', (c) => c.json(page(c, baseUrl(), 'triggers', account.triggers.map(triggerShape))))
  app.get('/api/v2/ticket_fields', (c) => c.json(page(c, baseUrl(), 'ticket_fields', fieldShapes(account))))
  app.get('/api/v2/ticket_fields/:id/options', (c) => {
    const field = fieldsOf(desk).find(({ id }) => id === c.req.param('id'))
    if (!field) throw notFound()
    const options = field.options.map((option) => ({ ...option, id: Number(option.id), raw_name: option.name }))
    return c.json(page(c, baseUrl(), 'custom_field_options', options))
  })
}

function searchRoutes(app: Hono, { desk, baseUrl }: ApiNeeds): void {
  app.get('/api/v2/search/count', (c) => {
    const query = c.req.query('query') ?? ''
    const assignee = /assignee:(\d+)/.exec(query)?.[1]
    const open = /status<solved/.test(query)
    const tag = /tags:(\S+)/.exec(query)?.[1]
    const since = /created>=(\S+)/.exec(query)?.[1] ?? ''
    const found = [...desk.tickets.values()].filter(
      (ticket) =>
        !ticket.deleted &&
        (assignee === undefined || ticket.assignee_id === assignee) &&
        (tag === undefined || ticket.tags.includes(tag)) &&
        ticket.created_at >= since &&
        (!open || !['solved', 'closed'].includes(ticket.status)),
    )
    return c.json({ count: found.length })
  })
  app.get('/api/v2/incremental/tickets/cursor', (c) => {
    const { cursor: given, start_time, per_page = '1000' } = c.req.query()
    // A cursor is the last ticket that was shown: its time, and its id among those of that time.
    const [since = Number.NaN, last = 0] = given ? atob(given).split(' ').map(Number) : [Number(start_time)]
    if (Number.isNaN(since)) throw new ApiFault(400, { error: 'InvalidValue', description: 'Invalid start_time' })
    const left = [...desk.tickets.values()]
      .map((ticket) => ticketShape(ticket, baseUrl()))
      .filter(({ generated_timestamp: at, id }) => at > since || (at === since && id > last))
      .sort((a, b) => a.generated_timestamp - b.generated_timestamp || a.id - b.id)
    const tickets = left.slice(0, Math.min(Number(per_page), desk.account.exportPage))
    const end = tickets.at(-1)
    const cursor = btoa(end ? `${end.generated_timestamp} ${end.id}` : `${since} ${last}`)
    const after_url = `${baseUrl()}/api/v2/incremental/tickets/cursor.json?cursor=${cursor}`
    return c.json({
      tickets,
      after_cursor: cursor,
      after_url,
      before_cursor: null,
      before_url: null,
      end_of_stream: tickets.length === left.length,
    })
  })
}

function find(desk: Desk, c: Context): StoredTicket {
  const ticket = desk.tickets.get(c.req.param('id') ?? '')
  if (!ticket || ticket.deleted) throw notFound()
  return ticket
}

/** A page by cursor when `page[size]` is given, else by number; the two have different members, as in Zendesk. */
function page(c: Context, baseUrl: string, key: string, items: unknown[]) {
  const size = Number(c.req.query('page[size]') ?? c.req.query('per_page') ?? 100)
  const byCursor = c.req.query('page[size]') !== undefined
  const from = byCursor
    ? Number(atob(c.req.query('page[after]') ?? btoa('0')))
    : (Number(c.req.query('page') ?? 1) - 1) * size
  const more = from + size < items.length
  const records = items.slice(from, from + size)
  if (!byCursor) {
    const next = `${baseUrl}${c.req.path}.json?page=${from / size + 2}`
    return { [key]: records, count: items.length, next_page: more ? next : null, previous_page: null }
  }
  const after = btoa(String(from + size))
  const query = new URLSearchParams([...new URL(c.req.url).searchParams].filter(([name]) => name !== 'page[after]'))
  query.append('page[after]', after)
  return {
    [key]: records,
    meta: { has_more: more, after_cursor: more ? after : null, before_cursor: null },
    links: { prev: null, next: more ? `${baseUrl}${c.req.path}.json?${query}` : null },
  }
}

async function readBody(c: Context): Promise<unknown> {
  const text = await c.req.raw.clone().text()
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return text
  }
}
