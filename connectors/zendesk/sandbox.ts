/** An imitation of a Zendesk account for tests and the demo. Its parts are in the folder `sandbox/`. */
import { type Connection, ConnectionSettings, Filters, type Mapping } from '../../src/contract/index.ts'
import type { Fault, Sandbox, SandboxTicket } from '../sandbox.ts'
import { type Access, openAccess } from './sandbox/access.ts'
import { createApi } from './sandbox/api.ts'
import { createTicket, type Desk, type Patch, type StoredTicket, updateTicket } from './sandbox/desk.ts'
import { type Account, type Field, type SeedOptions, seed } from './sandbox/seed.ts'
import { announce, announceRemoval, type Delivered, type Post } from './sandbox/webhooks.ts'

type ZendeskSandboxOptions = SeedOptions & {
  baseUrl?: string
  now?: () => Date
  /** First pause between attempts of a delivery; doubles with each. */
  backoffMs?: number
  deliveryTimeoutMs?: number
}

export { zendeskConfigurations } from './sandbox/configurations.ts'

export type ZendeskSandbox = Sandbox & {
  account: Account
  credentials: Pick<Access, 'basic' | 'bearer' | 'oauth'>
  /** Every webhook delivery with the answer to each attempt, for assertions. */
  deliveries: Delivered[]
  /** Expires all access tokens. */
  expireTokens(): void
  /** `via`: the channel of the change; by default `api` for our account, and `web` for people. */
  edit(id: string, fields: Record<string, unknown>, by?: string, via?: string): Promise<void>
}

/** `by` for a change that a trigger makes. */
export const TRIGGER = '-1'

export function createZendeskSandbox(options: ZendeskSandboxOptions = {}): ZendeskSandbox {
  const account = seed(options)
  const access = openAccess(account.self.email)
  const faults: Fault[] = []
  const requests: Sandbox['requests'] = []
  const post: Post = {
    webhooks: [],
    log: [],
    pending: new Set(),
    backoffMs: options.backoffMs ?? 50,
    timeoutMs: options.deliveryTimeoutMs ?? 12_000,
  }
  let last = 9_200_000_000_000
  const desk: Desk = {
    account,
    tickets: new Map(),
    now: options.now ?? (() => new Date()),
    nextId: () => String(++last),
    onAudit: (ticket, audit, born) => announce(desk, post, ticket, audit, born),
  }
  const drop = (ticket: StoredTicket, by: string) => {
    ticket.deleted = true
    announceRemoval(desk, post, ticket, by)
  }
  const sandbox: ZendeskSandbox = {
    ...actions(desk, drop),
    app: createApi({
      desk,
      access,
      faults,
      requests,
      webhooks: post.webhooks,
      baseUrl: () => sandbox.baseUrl,
      remove: drop,
    }),
    baseUrl: options.baseUrl ?? 'https://sandbox.zendesk.test',
    webhooks: post.webhooks,
    settled: async () => {
      while (post.pending.size > 0) await Promise.allSettled(post.pending)
    },
    agents: account.agents.map(({ id, name, groups }) => ({ id, name, groups })),
    self: { id: account.self.id, name: account.self.name },
    fail: (fault) => void faults.push(fault),
    requests,
    account,
    credentials: access,
    deliveries: post.log,
    expireTokens: () => access.live.clear(),
  }
  return sandbox
}

type Actions = Pick<ZendeskSandbox, 'create' | 'edit' | 'comment' | 'resolve' | 'remove' | 'ticket' | 'tickets'>

function actions(desk: Desk, drop: (ticket: StoredTicket, by: string) => void): Actions {
  const { agents, customers } = desk.account
  const first = agents[0]?.id ?? desk.account.self.id
  const update = (id: string, patch: Patch, by: string, given?: string) => {
    const via = given ?? (by === TRIGGER ? 'rule' : by === desk.account.self.id ? 'api' : 'web')
    updateTicket(desk, find(desk, id), patch, by, via)
  }
  return {
    async create({ subject, body, fields = {}, by = customers[0]?.id ?? first }) {
      const patch = { ...patchOf(fields), subject, comment: { body } }
      return show(createTicket(desk, patch, by, 'web').ticket)
    },
    edit: async (id: string, fields: Record<string, unknown>, by = first, via?: string) =>
      update(id, patchOf(fields), by, via),
    comment: async (id, text, { by = first, public: isPublic = true } = {}) =>
      update(id, { comment: { body: text, public: isPublic } }, by),
    resolve: async (id, by = first) =>
      update(id, { status: 'solved', ...(find(desk, id).assignee_id ? {} : { assignee_id: by }) }, by),
    remove: async (id) => drop(find(desk, id), first),
    ticket: (id) => {
      const ticket = desk.tickets.get(id)
      return ticket && !ticket.deleted ? show(ticket) : undefined
    },
    tickets: () => [...desk.tickets.values()].filter(({ deleted }) => !deleted).map(show),
  }
}

function find(desk: Desk, id: string): StoredTicket {
  const ticket = desk.tickets.get(id)
  if (!ticket) throw new Error(`the sandbox has no ticket ${id}`)
  return ticket
}

/** Custom fields may be given by their id, like any other field. */
function patchOf(fields: Record<string, unknown>): Patch {
  const custom = Object.entries(fields).filter(([name]) => /^\d+$/.test(name))
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !/^\d+$/.test(name)))
  return custom.length === 0 ? rest : { custom_fields: custom.map(([id, value]) => ({ id, value })), ...rest }
}

function show(ticket: StoredTicket): SandboxTicket {
  const { priority, group_id, assignee_id, tags, custom, status, form } = ticket
  return {
    id: ticket.id,
    key: ticket.id,
    subject: ticket.subject,
    body: ticket.description,
    status,
    fields: { priority, group_id, assignee_id, tags, ticket_form_id: form, ...custom },
    // The first comment is the body.
    comments: ticket.audits
      .slice(1)
      .flatMap(({ by, events }) =>
        events.flatMap(({ type, id, body, public: isPublic }) =>
          type === 'Comment' ? [{ id, text: body ?? '', public: isPublic === true, author: by }] : [],
        ),
      ),
    history: ticket.audits.flatMap(({ id, at, by, events }) =>
      events.flatMap(({ type, field_name: field = '', previous_value: from, value: to }) =>
        type === 'Change' ? [{ at, by, field, from, to, changeId: id }] : [],
      ),
    ),
  }
}

/** A mapping for this sandbox: service and category in drop-downs, groups and people by name. */
export function zendeskSandboxMapping({ account }: ZendeskSandbox): Mapping {
  const names = (list: { id: string; name: string }[]) => Object.fromEntries(list.map(({ id, name }) => [name, id]))
  const tagger = ({ id, options }: Field): Mapping['fields'][string] => ({
    to: 'field',
    id,
    type: 'tagger',
    blank: [],
    values: Object.fromEntries(options.map(({ name, value }) => [name, value])),
  })
  return {
    fields: {
      service: tagger(account.service),
      category: tagger(account.category),
      priority: { to: 'priority', values: { low: 'low', normal: 'normal', high: 'high', urgent: 'urgent' }, blank: [] },
    },
    group: { to: 'native', blank: [] },
    groups: names(account.groups),
    people: names(account.agents),
    assignee: { blank: [] },
    robots: [],
  }
}

/** A tested connection to this sandbox. */
export function zendeskSandboxConnection(sandbox: ZendeskSandbox, more: Partial<Connection> = {}): Connection {
  return {
    id: '01900000-0000-7000-8000-000000000002',
    name: 'zendesk-sandbox',
    kind: 'zendesk',
    baseUrl: sandbox.baseUrl,
    mode: 'automate',
    credentials: sandbox.credentials.bearer,
    secrets: [{ kind: 'signature', secret: 'sandbox-webhook-secret' }],
    mapping: zendeskSandboxMapping(sandbox),
    filters: Filters.parse({}),
    settings: ConnectionSettings.parse({}),
    selfId: sandbox.self.id,
    ...more,
  }
}
