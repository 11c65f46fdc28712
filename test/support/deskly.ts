/**
 * Deskly, a helpdesk that does not exist, and its adapter: all that a third vendor adds. Its credentials, its setting and
 * its filter are like no other vendor's.
 */
import { createHmac } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import { signedBy } from '../../connectors/verify.ts'
import {
  type Actor,
  type Change,
  type Connection,
  type Connector,
  type FreshTicket,
  type Mapping,
  partsOf,
  readCredentials,
  readValues,
  type Ticket,
  type TicketEvent,
  writtenValue,
} from '../../src/contract/index.ts'
import { HelpdeskError, Rejected } from '../../src/errors.ts'

const credentials = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pin'), user: z.string().min(1), pin: z.string().regex(/^\d{6}$/) }),
])
const settings = z.object({
  workspace: z
    .string()
    .regex(/^[a-z]+$/, 'use lower-case letters')
    .default('main'),
})

const Entry = z.object({
  id: z.string(),
  at: z.string(),
  by: z.string(),
  what: z.string(),
  was: z.string().nullable(),
  now: z.string().nullable(),
  decision: z.string().optional(),
})
const Slip = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  counter: z.string(),
  values: z.record(z.string(), z.string().nullable()),
  state: z.enum(['open', 'done']),
  openedAt: z.string(),
  log: z.array(Entry),
  notes: z.array(z.string()),
})
type Slip = z.infer<typeof Slip>
const Happening = z.object({
  number: z.string(),
  event: z.enum(['opened', 'changed', 'done']),
  slip: Slip,
  entries: z.array(Entry),
})

export const BOT = 'bot'
export const AGENT = 'anna'
/** Field of ours -> field of Deskly. */
const FIELDS = { service: 'topic', priority: 'urgency', assignee: 'owner' }

export const desklyMapping: Mapping = {
  fields: {
    service: { to: 'field', id: 'topic', type: 'select', values: { internet: 'T1', vpn: 'T2' }, blank: [] },
    priority: { to: 'priority', values: { normal: 'U1', high: 'U2' }, blank: ['U1'] },
  },
  groups: {},
  people: { 'Asta Berg': 'asta', 'Ilya Sorokin': 'ilya' },
  assignee: { blank: [] },
  robots: [],
}

export const deskly: Connector = {
  kind: 'deskly',
  credentials,
  settings,
  filters: { counters: { place: 'counter', label: 'counter' } },

  async verify({ headers, body }, { secrets }) {
    const proof = Buffer.from(headers['x-deskly-proof'] ?? '', 'base64')
    if (!(await signedBy(secrets, body, proof)))
      throw new Rejected(401, 'The proof does not match.', { next: 'Set the same secret in Deskly.' })
  },
  identify: (_, body) => Happening.safeParse(body).data?.number ?? null,
  read(body, connection): TicketEvent {
    const happening = Happening.safeParse(body)
    if (!happening.success) throw new Rejected(422, 'The body is not from Deskly.', { next: 'Send Deskly webhooks.' })
    const { event, slip, entries } = happening.data
    const at = entries.at(-1)?.at ?? slip.openedAt
    const by = actorOf(entries.at(-1)?.by ?? 'customer')
    const ticket = ticketOf(slip, connection)
    if (event === 'opened') return { kind: 'created', ticketId: slip.id, at, by, ticket }
    const changes = entries.flatMap((entry) => changeOf(entry, connection.mapping))
    return { kind: event === 'done' ? 'resolved' : 'updated', ticketId: slip.id, at, by, changes, ticket }
  },

  async fetch(connection, ticketId): Promise<FreshTicket> {
    const slip = Slip.parse(await call(connection, `/slips/${ticketId}`))
    return {
      ...ticketOf(slip, connection),
      history: slip.log.flatMap((entry) => changeOf(entry, connection.mapping)),
      marks: slip.log.flatMap(({ decision }) => decision ?? []),
      stamp: null,
    }
  },
  async apply(connection, base, { decisionId, set, restore = {}, note }) {
    const values = Object.fromEntries(
      Object.entries(set).map(([field, value]) => [
        nameOf(field),
        field in restore ? restore[field] : vendorValue(field, connection.mapping, value),
      ]),
    )
    const body = { values, decision: decisionId, note: note?.title ?? null }
    const slip = Slip.parse(await call(connection, `/slips/${base.id}`, { method: 'PUT', body: JSON.stringify(body) }))
    const last = slip.log.at(-1)
    const at = last?.at ?? base.createdAt!
    return { changeId: last?.id ?? null, at, restored: [], notKept: {}, noteId: note && 'note' }
  },
  fieldTypes: { select: 'a list of topics' },
  async inspect(connection) {
    const self = z.object({ id: z.string(), name: z.string() }).parse(await call(connection, '/me'))
    const lists = { places: [], fields: [], priorities: [], components: [], groups: [], people: [], givenTo: [] }
    return { self, ...lists, peopleComplete: false, unread: [], missing: [] }
  },
  checkMapping: () => [],
  countOpen: async () => ({}),
  refresh: () => Promise.reject(new Error('Deskly has no OAuth')),
}

async function call(connection: Connection, path: string, init: RequestInit = {}): Promise<unknown> {
  const { user, pin } = readCredentials(credentials, connection.credentials)
  const { workspace } = settings.parse(connection.settings)
  const headers = { 'x-deskly-pin': `${user}:${pin}`, 'content-type': 'application/json' }
  const answer = await fetch(`${connection.baseUrl}/${workspace}${path}`, { ...init, headers })
  if (answer.ok) return answer.json()
  throw new HelpdeskError(answer.status === 401 ? 'auth' : 'broken', `Deskly answered ${answer.status}`, {
    next: 'Check the PIN and the workspace.',
    status: answer.status,
  })
}

function ticketOf(slip: Slip, connection: Connection): Ticket {
  const { mapping, baseUrl } = connection
  const fields = Object.entries(FIELDS).map(([field, name]) => {
    const raw = slip.values[name] ?? null
    const blank = raw === null || partOf(field, mapping)?.blank.includes(raw) === true
    return [field, { value: ourValue(field, mapping, raw), raw, blank }]
  })
  return {
    id: slip.id,
    key: `S-${slip.id}`,
    url: `${baseUrl}/show/${slip.id}`,
    subject: slip.title,
    body: slip.text,
    format: 'plain',
    place: { counter: [slip.counter] },
    createdAt: slip.openedAt,
    updatedAt: slip.log.at(-1)?.at ?? slip.openedAt,
    status: { name: slip.state, done: slip.state === 'done', closed: false },
    fields: Object.fromEntries(fields),
    requester: { id: 'customer', kind: 'customer' },
    metadata: {},
  }
}

function changeOf({ id, at, by, what, was, now, decision }: z.infer<typeof Entry>, mapping: Mapping): Change[] {
  const field = what === 'state' ? 'status' : Object.keys(FIELDS).find((name) => nameOf(name) === what)
  if (!field) return []
  const values = { from: ourValue(field, mapping, was), to: ourValue(field, mapping, now), fromRaw: was, toRaw: now }
  return [{ field, ...values, id, action: id, at, by: actorOf(by), ...(decision && { decision }) }]
}

const nameOf = (field: string) => FIELDS[field as keyof typeof FIELDS]

/** Deskly writes each field to one place. */
function partOf(field: string, mapping: Mapping) {
  const target = mapping.fields[field]
  return target && partsOf(target)[0]
}

function vendorValue(field: string, mapping: Mapping, value: string): string | null {
  if (field === 'assignee') return mapping.people[value] ?? null
  const part = partOf(field, mapping)
  return part ? writtenValue(part, value) : null
}

function ourValue(field: string, mapping: Mapping, raw: string | null): string | null {
  const part = partOf(field, mapping)
  if (part) return readValues(part).find((one) => one.raw === raw)?.value ?? null
  return Object.entries(mapping.people).find(([, id]) => field === 'assignee' && id === raw)?.[0] ?? null
}

function actorOf(id: string): Actor {
  return { id, kind: id === BOT ? 'self' : id === 'customer' ? 'customer' : 'person' }
}

/** The helpdesk itself: `app` is its API; the other functions are what people do there, each with its webhook. */
export function createDeskly(options: { pin: string; workspace: string; secret: string; webhook: string }) {
  const slips = new Map<string, Slip>()
  let last = 0
  const app = new Hono()
  app.use(async (c, next) => {
    if (c.req.header('x-deskly-pin') !== `${BOT}:${options.pin}`) return c.json({}, 401)
    return next()
  })
  app.get(`/${options.workspace}/me`, (c) => c.json({ id: BOT, name: 'Robot' }))
  app.get(`/${options.workspace}/slips/:id`, (c) => c.json(slips.get(c.req.param('id'))))
  app.put(`/${options.workspace}/slips/:id`, async (c) => {
    const { values, decision, note } = await c.req.json()
    const slip = slips.get(c.req.param('id'))!
    if (note) slip.notes.push(note)
    await change(slip, values, BOT, decision)
    return c.json(slip)
  })

  async function change(slip: Slip, values: Record<string, string>, by: string, decision?: string) {
    const at = new Date().toISOString()
    const entries = Object.entries(values).map(([what, now]) => {
      const was = (what === 'state' ? slip.state : slip.values[what]) ?? null
      if (what === 'state') slip.state = 'done'
      else slip.values[what] = now
      return { id: String(++last), at, by, what, was, now, ...(decision && { decision }) }
    })
    slip.log.push(...entries)
    await tell(values.state ? 'done' : 'changed', slip, entries)
  }

  /** `proof`: in place of the right one. */
  async function tell(event: string, slip: Slip, entries: Slip['log'], proof?: string): Promise<number> {
    const body = JSON.stringify({ number: String(++last), event, slip, entries })
    const right = createHmac('sha256', options.secret).update(body).digest('base64')
    const headers = { 'content-type': 'application/json', 'x-deskly-proof': proof ?? right }
    return (await fetch(options.webhook, { method: 'POST', headers, body })).status
  }

  return {
    app,
    slip: (id: string) => slips.get(id)!,
    async open(slip: Pick<Slip, 'title' | 'text' | 'counter'>, proof?: string) {
      const id = String(++last)
      const openedAt = new Date().toISOString()
      const full = { ...slip, id, values: { urgency: 'U1' }, state: 'open' as const, openedAt, log: [], notes: [] }
      slips.set(id, full)
      return { id, answered: await tell('opened', full, [], proof) }
    },
    edit: (id: string, values: Record<string, string>) => change(slips.get(id)!, values, AGENT),
    finish: (id: string) => change(slips.get(id)!, { state: 'done' }, AGENT),
  }
}
