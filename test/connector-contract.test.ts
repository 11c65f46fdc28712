/**
 * What every adapter must do, checked with the sandbox of its vendor. For a new connector add one row to `vendors`.
 */
import fc from 'fast-check'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { createJiraSandbox, jiraSandboxConnection } from '../connectors/jira/sandbox.ts'
import type { Sandbox } from '../connectors/sandbox.ts'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox, type ZendeskSandbox, zendeskSandboxConnection } from '../connectors/zendesk/sandbox.ts'
import type { Connection, Connector, Delivery, Labels, Mapping, Taxonomy, Write } from '../src/contract/index.ts'
import { TaxonomyDocument } from '../src/contract/index.ts'
import { HelpdeskError, Rejected } from '../src/errors.ts'

type Opened = {
  sandbox: Sandbox
  connection: Connection
  /** Fits the connection's mapping. */
  taxonomy: Taxonomy
  /** A decision in our values; all of its fields are empty in a new ticket. */
  decision: Labels
  /** A person's other choice for one field of the decision, in our values and in the vendor's fields. */
  correction: { field: string; value: string; vendorFields: Record<string, unknown> }
  /** Makes the vendor refuse one field of the decision, which the refusal calls by our name. */
  spoil(connection: Connection): { connection: Connection; field: string }
}

type Vendor = { name: string; connector: Connector; open(): Opened }

const taxonomy = (values: Record<string, string[]>): Taxonomy => ({
  version: 1,
  ...TaxonomyDocument.parse({
    fields: Object.entries(values).map(([id, ids]) => ({ id, values: ids.map((value) => ({ id: value })) })),
  }),
})

function openJira(edition: 'cloud' | 'datacenter'): Opened {
  const sandbox = createJiraSandbox({
    edition,
    baseUrl: `https://jira-${edition}.test`,
    values: { service: ['internet', 'vpn'], category: ['outage', 'access'] },
    groups: ['Network', 'Workplace'],
    retryMs: [1, 1],
  })
  const connection = jiraSandboxConnection(sandbox)
  const agent = sandbox.agents[0]!
  return {
    sandbox,
    connection,
    taxonomy: taxonomy({
      service: ['internet', 'vpn'],
      category: ['outage', 'access'],
      priority: ['low', 'normal', 'high', 'urgent'],
    }),
    decision: { service: 'vpn', category: 'access', priority: 'high', group: 'Network', assignee: agent.name },
    correction: { field: 'service', value: 'internet', vendorFields: { customfield_10050: { id: '10400' } } },
    spoil: ({ mapping, ...rest }) => ({
      connection: {
        ...rest,
        mapping: {
          ...mapping,
          fields: {
            ...mapping.fields,
            service: { to: 'field', id: 'customfield_10050', type: 'select', values: { vpn: '99999' }, blank: [] },
          },
        },
      },
      field: 'service',
    }),
  }
}

/** Every kind of field of Zendesk, each with two values of ours and Zendesk's. */
const KINDS: Record<string, { type: string; values: Record<string, string | string[]> }> = {
  products: { type: 'multiselect', values: { internet: ['ms_internet', 'ms_wifi'], vpn: 'ms_vpn' } },
  outage: { type: 'checkbox', values: { yes: 'true', no: 'false' } },
  asset: { type: 'lookup', values: { router: '7001', switch: '7002' } },
  score: { type: 'integer', values: { low: '10', high: '90' } },
  cost: { type: 'decimal', values: { cheap: '0.5', dear: '12.5' } },
  until: { type: 'date', values: { soon: '2026-12-01', later: '2027-01-01' } },
  contract: { type: 'regexp', values: { gold: 'AB-0001', silver: 'AB-0002' } },
  summary: { type: 'text', values: { short: 'A short outage', long: 'A long outage' } },
}

function openZendesk(): Opened {
  const option = (tag: string) => ({ name: tag, value: tag })
  const sandbox = createZendeskSandbox({
    services: ['internet', 'vpn'],
    categories: ['outage', 'access'],
    backoffMs: 1,
    fields: [
      ...Object.entries(KINDS).map(([title, { type, values }]) => ({
        title,
        type,
        options: type === 'multiselect' ? Object.values(values).flat().map(option) : [],
      })),
      { title: 'impact', type: 'tagger', options: ['impact_low', 'impact_high'].map(option) },
      { title: 'urgency', type: 'tagger', options: ['urgency_low', 'urgency_high'].map(option) },
    ],
  })
  const { groups, service } = sandbox.account
  const inGroup = (name: string) => groups.find((group) => group.name === name)!.id
  const agent = sandbox.agents.find((one) => one.groups.includes(inGroup('Network')))!
  const outsider = sandbox.agents.find((one) => !one.groups.includes(inGroup('Network')))!
  const { fields, more } = zendeskKinds(sandbox)
  const connection = zendeskSandboxConnection(sandbox)
  return {
    sandbox,
    connection: {
      ...connection,
      mapping: { ...connection.mapping, fields: { ...connection.mapping.fields, ...fields } },
    },
    taxonomy: taxonomy({
      service: ['internet', 'vpn'],
      category: ['outage', 'access'],
      priority: ['low', 'normal', 'high', 'urgent'],
      ...Object.fromEntries(Object.entries(KINDS).map(([field, { values }]) => [field, Object.keys(values)])),
      weight: ['light', 'heavy'],
      team: ['north', 'south'],
    }),
    decision: {
      service: 'vpn',
      category: 'access',
      priority: 'high',
      group: 'Network',
      assignee: agent.name,
      ...more,
    },
    correction: { field: 'service', value: 'internet', vendorFields: { [service.id]: 'service_internet' } },
    // Zendesk ignores an unknown option of a drop-down, but refuses an agent outside the group.
    spoil: ({ mapping, ...rest }) => ({
      connection: { ...rest, mapping: { ...mapping, people: { ...mapping.people, [agent.name]: outsider.id } } },
      field: 'assignee',
    }),
  }
}

/** A target for each kind of field, one in two places and one in tags, with a decision for each. */
function zendeskKinds({ account }: ZendeskSandbox): { fields: Mapping['fields']; more: Labels } {
  const field = (title: string, type: string, values: Record<string, string | string[]>) => {
    const { id } = account.fields.find((one) => one.title === title)!
    return { to: 'field' as const, id, type, values, blank: [] }
  }
  const kinds = Object.entries(KINDS).map(([name, { type, values }]) => [name, field(name, type, values)] as const)
  const parts = ['impact', 'urgency'].map((name) =>
    field(name, 'tagger', { light: `${name}_low`, heavy: `${name}_high` }),
  )
  return {
    fields: {
      ...Object.fromEntries(kinds),
      weight: { to: 'all', parts },
      team: { to: 'label', prefix: 'team-', values: {}, blank: [] },
    },
    more: {
      ...Object.fromEntries(Object.entries(KINDS).map(([name, { values }]) => [name, Object.keys(values)[0]!])),
      weight: 'heavy',
      team: 'north',
    },
  }
}

const vendors: Vendor[] = [
  { name: 'Jira Cloud', connector: jira, open: () => openJira('cloud') },
  { name: 'Jira Data Center', connector: jira, open: () => openJira('datacenter') },
  { name: 'Zendesk', connector: zendesk, open: openZendesk },
]

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const HOOK = 'https://pointsman.test/webhooks/one'
const note = {
  title: 'Routed by Pointsman',
  lines: [{ name: 'Service', text: 'vpn, 0.91' }],
  link: 'https://pointsman.test/d/1',
}

describe.each(vendors)('$name', ({ connector, open }) => {
  let at: Opened
  let deliveries: Delivery[]

  beforeEach(() => {
    at = open()
    deliveries = []
    const secret = at.connection.secrets.find(({ kind }) => kind === 'signature')!
    at.sandbox.webhooks.push({ url: HOOK, secret: { kind: 'signature', secret: secret.secret }, style: 'events' })
    server.use(
      http.post(HOOK, async ({ request }) => {
        deliveries.push({
          headers: Object.fromEntries(request.headers),
          body: new Uint8Array(await request.arrayBuffer()),
        })
        return new HttpResponse(null, { status: 202 })
      }),
      http.all(`${at.sandbox.baseUrl}/*`, ({ request }) => at.sandbox.app.fetch(request)),
    )
  })

  // A late delivery would count as one of the next test.
  afterEach(() => at.sandbox.settled())

  const newTicket = async () => {
    const made = await at.sandbox.create({ subject: 'VPN drops', body: 'It drops every hour.\nSince Monday.' })
    await at.sandbox.settled()
    return made
  }
  const events = async () => {
    await at.sandbox.settled()
    return deliveries.map(({ body }) => connector.read(JSON.parse(new TextDecoder().decode(body)), at.connection))
  }
  const write = (more: Partial<Write> = {}): Write => ({ decisionId: 'd-1', set: at.decision, note, ...more })
  const writes = () => at.sandbox.requests.filter(({ method, status }) => method === 'PUT' && status < 300)
  const failure = async (call: Promise<unknown>): Promise<HelpdeskError> => {
    const error = await call.then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(HelpdeskError)
    expect((error as HelpdeskError).next).not.toBe('')
    return error as HelpdeskError
  }

  test('a delivery of the helpdesk is accepted, a forged or altered one is not', async () => {
    await newTicket()
    const [delivery] = deliveries
    const now = new Date()
    await connector.verify(delivery!, at.connection, now)
    const altered = { ...delivery!, body: new Uint8Array([...delivery!.body, 32]) }
    await expect(connector.verify(altered, at.connection, now)).rejects.toMatchObject({ status: 401 })
    await expect(connector.verify({ ...delivery!, headers: {} }, at.connection, now)).rejects.toMatchObject({
      status: 401,
    })
    const other = [{ kind: 'signature' as const, secret: 'another-secret-entirely' }]
    await expect(connector.verify(delivery!, { ...at.connection, secrets: other }, now)).rejects.toBeInstanceOf(
      Rejected,
    )
    await connector.verify(delivery!, { ...at.connection, secrets: [...other, ...at.connection.secrets] }, now)
  })

  test('a connection without secrets refuses everything', async () => {
    await newTicket()
    await expect(connector.verify(deliveries[0]!, { ...at.connection, secrets: [] }, new Date())).rejects.toMatchObject(
      {
        status: 401,
      },
    )
  })

  test('a new ticket is read, and fetched completely', async () => {
    const made = await newTicket()
    expect(await events()).toMatchObject([{ kind: 'created', ticketId: made.id }])
    const ticket = await connector.fetch(at.connection, made.id)
    expect(ticket).toMatchObject({ id: made.id, key: made.key, subject: 'VPN drops', marks: [], history: [] })
    expect(ticket.status.done).toBe(false)
    for (const field of Object.keys(at.decision)) expect(ticket.fields[field]).toMatchObject({ blank: true })
  })

  test('a decision is written in one call, and recognised by its marker', async () => {
    const { id } = await newTicket()
    const written = await connector.apply(at.connection, await connector.fetch(at.connection, id), write())
    expect(written.restored).toEqual([])
    expect(written.notKept).toEqual({})
    expect(written.changeId).not.toBeNull()
    expect(writes()).toHaveLength(1)
    const after = await connector.fetch(at.connection, id)
    expect(after.marks).toContain('d-1')
    for (const [field, value] of Object.entries(at.decision)) {
      expect(after.fields[field]).toMatchObject({ value, blank: false })
    }
    const ours = after.history.filter((change) => change.id === written.changeId || change.action === written.changeId)
    expect(ours.map(({ field, to }) => [field, to])).toEqual(expect.arrayContaining(Object.entries(at.decision)))
    expect(ours.every(({ by, decision }) => by.kind === 'self' || decision === 'd-1')).toBe(true)
  })

  test('the note is internal, and a repeated write adds no second one', async () => {
    const { id } = await newTicket()
    await connector.apply(at.connection, await connector.fetch(at.connection, id), write())
    await connector.apply(at.connection, await connector.fetch(at.connection, id), write())
    const comments = at.sandbox.ticket(id)!.comments.filter(({ author }) => author === at.sandbox.self.id)
    expect(comments).toHaveLength(1)
    expect(comments[0]).toMatchObject({ public: false })
    expect(comments[0]!.text).toContain('Routed by Pointsman')
    expect(
      new Set(
        at.sandbox
          .ticket(id)!
          .history.filter(({ by }) => by === at.sandbox.self.id)
          .map((one) => one.changeId),
      ).size,
    ).toBe(1)
  })

  test('a note alone changes no field', async () => {
    const { id } = await newTicket()
    for (let run = 0; run < 2; run++) {
      await connector.apply(at.connection, await connector.fetch(at.connection, id), write({ set: {} }))
    }
    expect(at.sandbox.ticket(id)!.comments.filter(({ author }) => author === at.sandbox.self.id)).toHaveLength(1)
    expect(at.sandbox.ticket(id)!.history).toEqual([])
  })

  test('a write without content makes no request', async () => {
    const { id } = await newTicket()
    const base = await connector.fetch(at.connection, id)
    const before = at.sandbox.requests.length
    await connector.apply(at.connection, base, write({ set: {}, note: null }))
    expect(at.sandbox.requests.length).toBe(before)
  })

  test('a write whose answer was lost is not done twice', async () => {
    const { id } = await newTicket()
    at.sandbox.fail({ method: 'PUT', after: true, status: 503, times: 1 })
    const base = await connector.fetch(at.connection, id)
    const error = await failure(connector.apply(at.connection, base, write()))
    expect(error.retry).toBe(true)
    const again = await connector.apply(at.connection, await connector.fetch(at.connection, id), write())
    expect(again.noteId).not.toBeNull()
    const changes = at.sandbox.ticket(id)!.history.filter(({ by }) => by === at.sandbox.self.id)
    expect(new Set(changes.map(({ changeId }) => changeId)).size).toBe(1)
    expect(at.sandbox.ticket(id)!.comments).toSatisfy(
      (all: { author: string }[]) => all.filter((one) => one.author === at.sandbox.self.id).length === 1,
    )
  })

  test('earlier values are put back as the vendor stores them, an empty one too', async () => {
    const { id } = await newTicket()
    const before = await connector.fetch(at.connection, id)
    await connector.apply(at.connection, before, write({ note: null }))
    const { field, value } = at.correction
    const mid = await connector.fetch(at.connection, id)
    await connector.apply(at.connection, mid, write({ decisionId: 'd-2', set: { [field]: value }, note: null }))
    const rawsIn = (fields: typeof mid.fields) =>
      Object.fromEntries(Object.keys(at.decision).map((one) => [one, fields[one]!.raw]))
    for (const [decisionId, { fields }] of [
      ['d-3', mid],
      ['d-4', before],
    ] as const) {
      const restore = rawsIn(fields)
      const now = await connector.fetch(at.connection, id)
      const set = Object.fromEntries(Object.keys(restore).map((one) => [one, '']))
      const written = await connector.apply(at.connection, now, { decisionId, set, restore, note: null })
      expect(written).toMatchObject({ restored: [], notKept: {} })
      const after = await connector.fetch(at.connection, id)
      expect(rawsIn(after.fields)).toEqual(restore)
      expect(after.history.at(-1)).toMatchObject({ by: { kind: 'self' } })
    }
  })

  test("an agent's change is read with its author and both values in our words", async () => {
    const { id } = await newTicket()
    await connector.apply(at.connection, await connector.fetch(at.connection, id), write({ note: null }))
    await at.sandbox.settled()
    deliveries.length = 0
    await at.sandbox.edit(id, at.correction.vendorFields, at.sandbox.agents[1]!.id)
    const told = (await events()).filter((event) => event.kind === 'updated')
    expect(told[0]).toMatchObject({ ticketId: id, by: { kind: 'person' } })
    const { history } = await connector.fetch(at.connection, id)
    const { field, value } = at.correction
    expect(history.findLast((change) => change.field === field)).toMatchObject({
      from: at.decision[field],
      to: value,
      by: { id: at.sandbox.agents[1]!.id, kind: 'person' },
    })
  })

  test('a resolution and a removal are read', async () => {
    const { id } = await newTicket()
    await at.sandbox.resolve(id)
    await at.sandbox.settled()
    expect((await connector.fetch(at.connection, id)).status.done).toBe(true)
    await at.sandbox.remove(id)
    const kinds = (await events()).map(({ kind }) => kind)
    expect(kinds).toContain('resolved')
    expect(kinds.at(-1)).toBe('removed')
    expect(await failure(connector.fetch(at.connection, id))).toMatchObject({ fault: 'gone', retry: false })
  })

  test.each([
    [
      'busy, for as long as asked',
      { status: 429, headers: { 'retry-after': '7' } },
      { fault: 'busy', retryAfterMs: 7000 },
    ],
    [
      'busy with 503, for as long as asked',
      { status: 503, headers: { 'retry-after': '3' } },
      { fault: 'busy', retryAfterMs: 3000 },
    ],
    ['unreachable when cut', { cut: true }, { fault: 'unreachable', retry: true }],
    ['unreachable when silent', { hang: true }, { fault: 'unreachable', retry: true }],
    [
      'broken when a login page answers',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' },
      { fault: 'broken', retry: false },
    ],
    ['forbidden', { status: 403 }, { fault: 'forbidden', retry: false }],
  ])('reading and writing: %s', async (_, fault, expected) => {
    const { id } = await newTicket()
    const quick = { ...at.connection, settings: { ...at.connection.settings, timeoutMs: 300 } }
    const base = await connector.fetch(quick, id)
    at.sandbox.fail({ ...fault, times: 1 })
    expect(await failure(connector.fetch(quick, id))).toMatchObject(expected)
    at.sandbox.fail({ ...fault, times: 1 })
    const before = at.sandbox.requests.length
    expect(await failure(connector.apply(quick, base, write()))).toMatchObject(expected)
    // The queue repeats the call, not the adapter.
    expect(at.sandbox.requests.length).toBe(before + 1)
  })

  test('wrong credentials are an auth fault', async () => {
    const { id } = await newTicket()
    const credentials = { kind: 'bearer' as const, token: 'expired' }
    expect(await failure(connector.fetch({ ...at.connection, credentials }, id))).toMatchObject({ fault: 'auth' })
  })

  test('a value the helpdesk refuses is named, and nothing is written', async () => {
    const { id } = await newTicket()
    const { connection, field } = at.spoil(at.connection)
    const error = await failure(connector.apply(connection, await connector.fetch(connection, id), write()))
    expect(error).toMatchObject({ fault: 'invalid', fields: { [field]: expect.any(String) } })
    expect(at.sandbox.ticket(id)!.history).toEqual([])
    expect(at.sandbox.ticket(id)!.comments).toEqual([])
  })

  test('a name without an entry in the mapping is refused before any call', async () => {
    const { id } = await newTicket()
    const base = await connector.fetch(at.connection, id)
    const before = at.sandbox.requests.length
    const error = await failure(connector.apply(at.connection, base, write({ set: { assignee: 'Nobody Known' } })))
    expect(error.fault).toBe('invalid')
    expect(at.sandbox.requests.length).toBe(before)
  })

  test('the helpdesk shows what a mapping needs, and a good mapping has no faults', async () => {
    await newTicket()
    const metadata = await connector.inspect(at.connection)
    expect(metadata.self.id).toBe(at.sandbox.self.id)
    expect(metadata.people.map(({ id }) => id)).toEqual(expect.arrayContaining(at.sandbox.agents.map(({ id }) => id)))
    expect(metadata.missing).toEqual([])
    expect(connector.checkMapping(at.connection.mapping, metadata, at.taxonomy)).toEqual([])
    const people = { ...at.connection.mapping.people, 'Gone Agent': '424242424242' }
    expect(connector.checkMapping({ ...at.connection.mapping, people }, metadata, at.taxonomy)).toMatchObject([
      { path: 'people.Gone Agent' },
    ])
  })

  test('its webhook is made by the API, once, and what it sends is genuine', async () => {
    at.sandbox.webhooks.length = 0
    const { webhook } = connector
    const secret = 'a secret of this test, long'
    const made = await webhook!.make(at.connection, { url: HOOK, secret })
    const again = await webhook!.make(at.connection, { url: HOOK, secret })
    expect(again).toEqual(made)
    expect(at.sandbox.webhooks).toHaveLength(1)
    if (webhook!.secretFrom === 'us') expect(made.secret).toBe(secret)
    await newTicket()
    const signed = { ...at.connection, secrets: [{ kind: 'signature' as const, secret: made.secret }] }
    await connector.verify(deliveries[0]!, signed, new Date())
    expect(await events()).toMatchObject([{ kind: 'created' }])
  })

  test('an account that may not make webhooks is told who can, and what to enter by hand', async () => {
    at.sandbox.fail({ path: /webhook/, status: 403 })
    const error = await failure(connector.webhook!.make(at.connection, { url: HOOK, secret: 'of no use, but long' }))
    expect(error).toMatchObject({ fault: 'forbidden', next: expect.stringContaining('by hand') })
    const { where, fields } = connector.webhook!.byHand
    expect(where).not.toBe('')
    expect(fields.map(({ value }) => value)).toEqual(expect.arrayContaining(['{url}', '{secret}']))
  })

  test('open tickets are counted per person', async () => {
    const { id } = await newTicket()
    await connector.apply(at.connection, await connector.fetch(at.connection, id), write({ note: null }))
    const assignee = at.connection.mapping.people[at.decision.assignee!]!
    const other = at.sandbox.agents.find((agent) => agent.id !== assignee)!.id
    expect(await connector.countOpen(at.connection, [assignee, other])).toEqual({ [assignee]: 1, [other]: 0 })
    await at.sandbox.resolve(id)
    expect(await connector.countOpen(at.connection, [assignee])).toEqual({ [assignee]: 0 })
  })

  test('any body gives an event, is ignored with a reason, or is clearly refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        try {
          expect(connector.read(body, at.connection)).toHaveProperty('kind')
        } catch (error) {
          expect(error).toBeInstanceOf(Rejected)
          expect([400, 422]).toContain((error as Rejected).status)
        }
      }),
      { numRuns: 300 },
    )
  })
})
