/** The flow of a ticket from the webhook to the label, through both helpdesks. */
import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, test } from 'vitest'
import type { Classifier } from '../src/contract/index.ts'
import { deadTargets, decisions, deliveries, labels, overrides, writebacks } from '../src/db/schema.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { ModelError } from '../src/errors.ts'
import { placeOf } from './support/acts.ts'
import { openService, opinion, type Service, type ServiceOptions } from './support/service.ts'

const INTERNET = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
const BILLING = { service: 'billing', category: 'payment', priority: 'normal', sentiment: 'neutral' }
const classifier = opinion([
  ['cable', INTERNET],
  ['invoice', BILLING],
  ['odd', INTERNET, 0.2],
])
const CABLE = {
  subject: 'The cable is dead',
  body: 'Since this morning the cable modem shows a red light and nothing loads.',
}

let service: Service
const open = async (options: ServiceOptions = {}) => {
  service = await openService({ classifier, ...options })
  return service
}
afterEach(() => service?.close())

const rowsOf = {
  decisions: () => service.deps.database.db.select().from(decisions),
  writebacks: () => service.deps.database.db.select().from(writebacks),
  deliveries: () => service.deps.database.db.select().from(deliveries),
  overrides: () => service.deps.database.db.select().from(overrides),
  labels: () => service.deps.database.db.select().from(labels),
}
const kinds = ['jira', 'zendesk'] as const
/** The vendor's form of our values, as an agent would pick them. */
const vendor = async (kind: 'jira' | 'zendesk', field: string, value: string) => {
  const target = placeOf((await service.connection(kind)).mapping, field)
  const raw = target.values[value]!
  const name = target.to === 'field' ? target.id : field
  return { [name]: kind === 'jira' ? { id: raw } : raw }
}
const writes = (kind: 'jira' | 'zendesk') =>
  service[kind].requests.filter((r) => r.method === 'PUT' && r.status < 300 && /\/(issue|tickets)\/[^/]+$/.test(r.path))

describe.each(kinds)('%s', (kind) => {
  test('a created ticket gets its fields, its owner and an internal note in one write', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    const [decision] = await rowsOf.decisions()
    expect(decision).toMatchObject({ plan: 'apply', values: INTERNET, route: { group: 'Network' } })
    const [writeback] = await rowsOf.writebacks()
    expect(writeback).toMatchObject({
      state: 'applied',
      written: { service: 'internet', category: 'outage', priority: 'high', group: 'Network' },
    })
    expect(writeback!.written.assignee).toBe(decision!.route!.assignee)
    const ticket = service[kind].ticket(id)!
    expect(ticket.comments.filter((c) => c.author === service[kind].self.id)).toMatchObject([{ public: false }])
    expect(writes(kind)).toHaveLength(1)
    expect(await readLedger(service.deps.database.db)).toMatchObject({
      events: 1,
      applied: 1,
      waiting: 0,
      lost: 0,
      balanced: true,
      overrides: 0,
    })
  })

  test('a later change by an agent is an override, and our own write is not', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    expect(await rowsOf.overrides()).toEqual([])
    await service[kind].edit(id, await vendor(kind, 'service', 'vpn'))
    await service.drain()
    expect(await rowsOf.overrides()).toMatchObject([
      { field: 'service', before: 'internet', after: 'vpn', who: service[kind].agents[0]!.id },
    ])
    expect(await rowsOf.labels()).toMatchObject([{ field: 'service', value: 'vpn', provenance: 'human' }])
  })

  test('at resolution the final values become labels: confirmed, or human', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    await service[kind].edit(id, await vendor(kind, 'priority', 'urgent'))
    await service[kind].resolve(id)
    await service.drain()
    const found = Object.fromEntries((await rowsOf.labels()).map((l) => [l.field, [l.value, l.provenance]]))
    expect(found).toMatchObject({
      service: ['internet', 'confirmed'],
      category: ['outage', 'confirmed'],
      priority: ['urgent', 'human'],
    })
  })

  test('an agent who takes a ticket corrects nothing', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    const agent = service[kind].agents.find((a) => a.name === 'Ilya Sorokin') ?? service[kind].agents[1]!
    const assignee = kind === 'jira' ? { assignee: { accountId: agent.id } } : { assignee_id: agent.id }
    await service[kind].edit(id, assignee, agent.id)
    await service.drain()
    expect(await rowsOf.overrides()).toEqual([])
  })

  test('a value that an agent set before the decision is kept', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    await service[kind].edit(id, await vendor(kind, 'service', 'hosting'))
    await service.drain()
    const [writeback] = await rowsOf.writebacks()
    expect(writeback!.heldBack.service).toMatch(/set it \d+ s ago/)
    expect(writeback!.written).toMatchObject({ category: 'outage', priority: 'high' })
    const byUs = service[kind].ticket(id)!.history.filter((h) => h.by === service[kind].self.id)
    const [field] = Object.keys(await vendor(kind, 'service', 'hosting'))
    expect(byUs.map((h) => h.field)).not.toContain(field)
  })

  test('a ticket that arrives twice is decided once', async () => {
    await open()
    await service[kind].create(CABLE)
    await service[kind].settled()
    const [first] = await rowsOf.deliveries()
    await service.drain()
    const { receive } = await import('../src/intake/index.ts')
    const connection = await service.connection(kind)
    const needs = {
      ...service.deps,
      prepared: service.deps.database.prepared,
      edgeToken: 'an edge token of some length',
    }
    const headers: Record<string, string> = { 'x-pointsman-edge': 'an edge token of some length' }
    if (kind === 'jira') headers['x-atlassian-webhook-identifier'] = first!.dedupeKey
    const body = new TextEncoder().encode(first!.body)
    expect(await receive(needs, connection, { headers, body }, new Date())).toEqual({
      delivery: first!.id,
      duplicate: true,
    })
    await service.drain()
    expect(await rowsOf.decisions()).toHaveLength(1)
    expect(writes(kind)).toHaveLength(1)
  })

  test('a write whose answer was lost is recognised by its marker and not repeated', async () => {
    await open()
    service[kind].fail({ method: 'PUT', path: /\/(issue|tickets)\/[^/]+$/, after: true, status: 500, times: 1 })
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    await service.drainEarly()
    expect(await rowsOf.writebacks()).toMatchObject([
      { state: 'applied', written: { service: 'internet', priority: 'high' } },
    ])
    const ours = service[kind].ticket(id)!.history.filter((h) => h.by === service[kind].self.id)
    expect(new Set(ours.map((h) => h.changeId)).size).toBe(1)
    expect(service[kind].ticket(id)!.comments.filter((c) => c.author === service[kind].self.id)).toHaveLength(1)
  })

  test('a helpdesk that answers 429 is asked again after its Retry-After', async () => {
    await open()
    service[kind].fail({ method: 'PUT', status: 429, headers: { 'Retry-After': '1' }, times: 1 })
    await service[kind].create(CABLE)
    await service.drain()
    expect(await rowsOf.writebacks()).toMatchObject([{ state: 'sending' }])
    expect(await readLedger(service.deps.database.db)).toMatchObject({ waiting: 1, lost: 0, balanced: true })
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await service.drainEarly()
    expect(await rowsOf.writebacks()).toMatchObject([{ state: 'applied' }])
  })

  test("a permanent refusal fails with the vendor's message", async () => {
    await open()
    service[kind].fail({ method: 'PUT', status: kind === 'jira' ? 400 : 422, times: 5 })
    await service[kind].create(CABLE)
    await service.drain()
    const [writeback] = await rowsOf.writebacks()
    expect(writeback!.state).toBe('failed')
    expect(writeback!.reason).toBeTruthy()
    expect(await readLedger(service.deps.database.db)).toMatchObject({ failed: 1, balanced: true })
  })

  test('in suggest mode a ticket gets a note and nothing else', async () => {
    await open({ mode: 'suggest' })
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    const ticket = service[kind].ticket(id)!
    expect(ticket.comments.filter((c) => c.author === service[kind].self.id)).toMatchObject([{ public: false }])
    expect(ticket.history.filter((h) => h.by === service[kind].self.id)).toEqual([])
    expect(await rowsOf.writebacks()).toMatchObject([{ state: 'suggested' }])
  })

  test('in observe mode nothing is written', async () => {
    await open({ mode: 'observe' })
    await service[kind].create(CABLE)
    await service.drain()
    expect(await rowsOf.decisions()).toMatchObject([{ plan: 'skip', values: INTERNET }])
    expect(service[kind].requests.filter((r) => r.method !== 'GET')).toEqual([])
  })

  test('a deleted ticket ends without a label', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    await service[kind].settled()
    await service[kind].remove(id)
    await service.drain()
    await service.drainEarly()
    // Jira deletes for good, and what is known of the ticket goes with it; Zendesk can still restore it.
    const left = kind === 'jira' ? [] : [{ state: 'skipped' }]
    expect(await rowsOf.writebacks()).toMatchObject(left)
    expect(await rowsOf.labels()).toEqual([])
    expect(await readLedger(service.deps.database.db)).toMatchObject({ skipped: left.length, balanced: true })
  })
})

test('a doubtful answer waits for a person, with the reason', async () => {
  await open()
  await service.jira.create({
    subject: 'An odd box',
    body: 'Something is odd with the box in the hall since yesterday.',
  })
  await service.drain()
  const [decision] = await rowsOf.decisions()
  expect(decision).toMatchObject({ plan: 'hold', values: { service: 'internet' } })
  expect(decision!.reason).toMatch(/service internet: confidence 0\.20 is below 0\.60/)
})

test('without a model and without labels a ticket is held, and the reason says what to do', async () => {
  service = await openService()
  await service.jira.create(CABLE)
  await service.drain()
  const [decision] = await rowsOf.decisions()
  expect(decision).toMatchObject({ plan: 'hold' })
  expect(decision!.reason).toMatch(/LLM_BASE_URL/)
})

test('junk is skipped without asking the model', async () => {
  await open()
  await service.zendesk.create({ subject: '', body: 'hi' })
  await service.drain()
  expect(await rowsOf.decisions()).toMatchObject([
    { plan: 'skip', reason: expect.stringContaining('too short'), model: null },
  ])
})

const unavailable: Classifier = {
  kind: 'endpoint',
  model: 'unavailable',
  async classify() {
    throw new ModelError('unreachable', 'The endpoint does not answer', { next: 'Start it.' })
  },
}

test('while the endpoint is down the embedded classifier answers instead', async () => {
  await open()
  Object.assign(service.deps.classifiers, { choice: 'endpoint', endpoint: unavailable })
  await service.jira.create(CABLE)
  await service.drain()
  expect(await rowsOf.decisions()).toMatchObject([{ plan: 'apply', model: 'opinion-1' }])
})

test('while the endpoint is down and no other classifier may answer, the ticket waits and is not lost', async () => {
  await open()
  Object.assign(service.deps.classifiers, { choice: 'endpoint', endpoint: unavailable, endpointDown: 'wait' })
  await service.jira.create(CABLE)
  await service.drain()
  expect(await rowsOf.decisions()).toEqual([])
  expect(await readLedger(service.deps.database.db)).toMatchObject({ events: 1, waiting: 1, lost: 0, balanced: true })
  Object.assign(service.deps.classifiers, { choice: 'embedded' })
  await service.drainEarly()
  expect(await rowsOf.decisions()).toMatchObject([{ plan: 'apply' }])
})

test('a job that fails too often becomes a dead letter with its reason, and can be requeued', async () => {
  await open()
  const broken = { ...unavailable, classify: async () => Promise.reject(new Error('an internal error')) }
  Object.assign(service.deps.classifiers, { choice: 'endpoint', endpoint: broken })
  await service.jira.create(CABLE)
  await service.drain()
  for (let attempt = 0; attempt < 7; attempt++) await service.drainEarly()
  expect(await service.deps.queue.deadLetters()).toMatchObject([{ kind: 'triage', reason: 'an internal error' }])
  expect(await readLedger(service.deps.database.db)).toMatchObject({ failed: 1, waiting: 0, balanced: true })
  Object.assign(service.deps.classifiers, { choice: 'embedded' })
  expect(await service.deps.queue.requeue()).toBe(1)
  await service.drain()
  expect(await service.deps.queue.deadLetters()).toEqual([])
  expect(await readLedger(service.deps.database.db)).toMatchObject({ applied: 1, failed: 0, balanced: true })
})

test('a route to a dead target holds the ticket, and the reason names the target', async () => {
  await open()
  const { id: connectionId } = await service.connection('jira')
  await service.deps.database.db
    .insert(deadTargets)
    .values({ connectionId, kind: 'group', name: 'Network', reason: 'is deleted' })
  await service.jira.create(CABLE)
  await service.drain()
  expect(await rowsOf.decisions()).toMatchObject([
    { plan: 'hold', reason: expect.stringContaining('group Network is deleted') },
  ])
})

test('a ticket outside the filters is ignored, with the reason', async () => {
  await open()
  const { findConnection, saveConnection, ConnectionInput } = await import('../src/connections/index.ts')
  const needs = { db: service.deps.database.db, vault: service.deps.vault }
  const { id: _id, selfId, ...connection } = await findConnection(needs, 'jira')
  await saveConnection(
    needs,
    ConnectionInput.parse({ ...connection, filters: { projects: ['OTHER'] } }),
    selfId,
    'test',
  )
  await service.jira.create(CABLE)
  await service.drain()
  expect(await rowsOf.deliveries()).toMatchObject([
    { state: 'ignored', reason: expect.stringContaining('is not among OTHER') },
  ])
  expect(await readLedger(service.deps.database.db)).toMatchObject({ events: 0, ignored: 1, balanced: true })
})

test('events in the wrong order lead to the right label', async () => {
  await open()
  const { id } = await service.jira.create(CABLE)
  await service.drain()
  await service.jira.edit(id, await vendor('jira', 'service', 'vpn'))
  await service.jira.edit(id, await vendor('jira', 'service', 'hosting'))
  await service.jira.settled()
  const waiting = (await rowsOf.deliveries()).filter((d) => d.event === 'updated' && d.state === 'waiting')
  // The later one is handled first.
  const [earlier, later] = waiting.slice(-2)
  await service.deps.database.db
    .update(deliveries)
    .set({ receivedAt: new Date(0) })
    .where(eq(deliveries.id, later!.id))
  expect(earlier).toBeTruthy()
  await service.drain()
  expect((await rowsOf.overrides()).map((o) => o.after).sort()).toEqual(['hosting', 'vpn'])
  expect(await rowsOf.labels()).toMatchObject([{ field: 'service', value: 'hosting' }])
})
