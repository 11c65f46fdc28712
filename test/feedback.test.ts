/** What happens to a ticket after its decision: overrides and final labels, through both helpdesks. */

import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, test } from 'vitest'
import { changeConnection } from '../src/connections/index.ts'
import { writebacks } from '../src/db/schema.ts'
import { retry } from '../src/review/index.ts'
import {
  CABLE,
  classifier,
  DOUBTFUL,
  deliver,
  fieldsOf,
  INTERNET,
  type Kind,
  kinds,
  newestBody,
  reopen,
  robotOf,
  rowsOf,
} from './support/acts.ts'
import { openService, opinion, type Service, type ServiceOptions } from './support/service.ts'

let service: Service
afterEach(() => service?.close())
const rows = () => rowsOf(service)

/** A service with one decided ticket, which is written unless the mode forbids it. */
async function decided(kind: Kind, options: ServiceOptions = {}, ticket = CABLE): Promise<string> {
  service = await openService({ classifier, ...options })
  const { id } = await service[kind].create(ticket)
  await service.drain()
  return id
}
async function edit(kind: Kind, id: string, values: Record<string, string | null>, by?: string) {
  await service[kind].edit(id, await fieldsOf(service, kind, values), by)
  await service.drain()
}
async function resolve(kind: Kind, id: string, by?: string) {
  await service[kind].resolve(id, by)
  await service.drain()
}
const overridden = async () => (await rows().overrides()).map((o) => [o.field, o.before, o.after])
/** Every change is sent twice: in a full event, and in a thin body after which the history is read. */
const sendTwice = (kind: Kind) => {
  const [hook] = service[kind].webhooks
  service[kind].webhooks.push({ ...hook!, style: 'thin' })
}
const sendThin = (kind: Kind) => {
  service[kind].webhooks[0]!.style = 'thin'
}

describe.each(kinds)('%s', (kind) => {
  test('a correction is recorded with before, after, who, when, and the minutes since our write', async () => {
    const id = await decided(kind)
    await edit(kind, id, { service: 'vpn' })
    const [decision] = await rows().decisions()
    const [writeback] = await rows().writebacks()
    const [override] = await rows().overrides()
    expect(override).toMatchObject({
      decisionId: decision!.id,
      field: 'service',
      before: 'internet',
      after: 'vpn',
      who: service[kind].agents[0]!.id,
    })
    const at = service[kind].ticket(id)!.history.at(-1)!.at
    // A Jira event has the time of the event, which is a little later than that of the change.
    expect(Math.abs(override!.at.getTime() - Date.parse(at))).toBeLessThan(1_000)
    const minutes = (override!.at.getTime() - writeback!.writtenAt!.getTime()) / 60_000
    expect(override!.minutesAfter).toBeCloseTo(minutes, 4)
    expect(minutes).toBeGreaterThanOrEqual(0)
  })

  test("the time of our write is by the helpdesk's clock, so that a late answer hides no correction", async () => {
    const id = await decided(kind)
    const [writeback] = await rows().writebacks()
    const ours = service[kind].ticket(id)!.history.find((h) => h.by === service[kind].self.id)!
    expect(writeback!.writtenAt!.getTime()).toBe(Date.parse(ours.at))
  })

  test('a change that comes twice, by event and by history, is one override', async () => {
    const id = await decided(kind)
    sendTwice(kind)
    await edit(kind, id, { service: 'vpn' })
    await edit(kind, id, { priority: 'low' })
    expect((await overridden()).sort()).toEqual([
      ['priority', 'high', 'low'],
      ['service', 'internet', 'vpn'],
    ])
    expect(await rows().labels()).toEqual({ service: ['vpn', 'human'], priority: ['low', 'human'] })
  })

  test('thin bodies alone are enough', async () => {
    const id = await decided(kind)
    sendThin(kind)
    await edit(kind, id, { service: 'vpn' })
    expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
    expect(await rows().overrides()).toMatchObject([{ who: service[kind].agents[0]!.id }])
    await resolve(kind, id)
    expect(await rows().labels()).toMatchObject({ service: ['vpn', 'human'], category: ['outage', 'confirmed'] })
  })

  test('a robot overrides nothing, and its values are not labelled human', async () => {
    const id = await decided(kind)
    const robot = robotOf(service, kind)
    await edit(kind, id, { service: 'vpn' }, robot)
    sendThin(kind)
    await edit(kind, id, { category: 'access' }, robot)
    expect(await overridden()).toEqual([])
    await resolve(kind, id)
    expect(await rows().labels()).toMatchObject({ service: ['vpn', 'confirmed'], category: ['access', 'confirmed'] })
  })

  test('an account that the mapping lists as a robot overrides nothing', async () => {
    const id = await decided(kind)
    const { mapping, selfId } = await service.connection(kind)
    const bot = service[kind].agents[2]!.id
    const needs = { db: service.deps.database.db, vault: service.deps.vault }
    await changeConnection(needs, kind, { mapping: { ...mapping, robots: [bot] } }, selfId, 'test')
    await edit(kind, id, { service: 'vpn' }, bot)
    sendThin(kind)
    await edit(kind, id, { priority: 'low' }, bot)
    expect(await overridden()).toEqual([])
  })

  test.each(['events', 'thin'] as const)(
    'a program that uses our account teaches nothing, sent as %s',
    async (style) => {
      const id = await decided(kind)
      service[kind].webhooks[0]!.style = style
      const self = service[kind].self.id
      await edit(kind, id, { service: 'vpn' }, self)
      await edit(kind, id, { service: 'internet' }, self)
      await edit(kind, id, { service: 'tv', priority: 'low' }, self)
      expect(await overridden()).toEqual([])
      expect(await rows().labels()).toEqual({})
      await resolve(kind, id)
      expect(await rows().labels()).toMatchObject({ service: ['tv', 'confirmed'], priority: ['low', 'confirmed'] })
    },
  )

  test.each(['an app', 'our account'])('a rule that acts as %s after our write teaches nothing', async (as) => {
    service = await openService({ classifier })
    const fields = await fieldsOf(service, kind, { priority: 'low' })
    // A trigger of Zendesk always acts in the name of the one whose update it follows.
    if (kind === 'zendesk') service.zendesk.account.triggers.push({ title: 'Low', on: 'update', ...fields })
    else {
      const by = as === 'an app' ? robotOf(service, kind) : service.jira.self.id
      service.jira.site.rules.push({ by, fields })
    }
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    expect(service[kind].ticket(id)!.history.at(-1)).toMatchObject({ field: 'priority' })
    expect(await overridden()).toEqual([])
    // The rule runs after the agent's change as well.
    await edit(kind, id, { service: 'vpn' })
    expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
    await resolve(kind, id)
    expect(await rows().labels()).toMatchObject({ service: ['vpn', 'human'], priority: ['low', 'confirmed'] })
  })

  test('an agent who is also the requester teaches', async () => {
    service = await openService({ classifier })
    const agent = service[kind].agents[0]!.id
    const { id } = await service[kind].create({ ...CABLE, by: agent })
    await service.drain()
    await edit(kind, id, { service: 'vpn' }, agent)
    expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
    await resolve(kind, id, agent)
    expect(await rows().labels()).toMatchObject({ service: ['vpn', 'human'], category: ['outage', 'confirmed'] })
  })

  test('a customer who is the requester teaches nothing', async () => {
    const id = await decided(kind)
    const customer = kind === 'zendesk' ? service.zendesk.account.customers[0]!.id : customerOf(service)
    await edit(kind, id, { service: 'vpn' }, customer)
    expect(await overridden()).toEqual([])
    await resolve(kind, id, robotOf(service, kind))
    expect(await rows().labels()).toMatchObject({ service: ['vpn', 'machine'] })
  })

  test.each(['events', 'thin'] as const)(
    'a new group with a new person is one correction, sent as %s',
    async (style) => {
      const id = await decided(kind)
      service[kind].webhooks[0]!.style = style
      await edit(kind, id, { group: 'Billing', assignee: 'Lena Vogt' })
      expect(await overridden()).toEqual([['group', 'Network', 'Billing']])
    },
  )

  test.each(['events', 'thin'] as const)('taking a ticket corrects nothing, sent as %s', async (style) => {
    const id = await decided(kind)
    service[kind].webhooks[0]!.style = style
    const [decision] = await rows().decisions()
    const other = decision!.route!.assignee === 'Asta Berg' ? 'Ilya Sorokin' : 'Asta Berg'
    await edit(kind, id, { assignee: other })
    expect(await overridden()).toEqual([])
  })

  test('a correction that is undone leaves one override and the decided value as the label', async () => {
    const id = await decided(kind)
    await edit(kind, id, { service: 'vpn' })
    await edit(kind, id, { service: 'internet' })
    expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
    expect(await rows().labels()).toEqual({ service: ['internet', 'human'] })
  })

  test('a value that an agent removes is an override, and gets no final label', async () => {
    const id = await decided(kind)
    await edit(kind, id, { service: null })
    expect(await overridden()).toEqual([['service', 'internet', null]])
    await resolve(kind, id)
    const labels = await rows().labels()
    expect(labels).not.toHaveProperty('service')
    expect(labels).toMatchObject({ category: ['outage', 'confirmed'] })
  })

  test('a value that was already in the ticket counts as decided', async () => {
    service = await openService({ classifier })
    const fields = await fieldsOf(service, kind, { service: 'internet' })
    const { id } = await service[kind].create({ ...CABLE, fields })
    await service.drain()
    expect((await rows().writebacks())[0]!.written).not.toHaveProperty('service')
    await edit(kind, id, { service: 'vpn' })
    expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
  })

  test('a robot that closes the ticket confirms nothing', async () => {
    const id = await decided(kind)
    await resolve(kind, id, robotOf(service, kind))
    expect(await rows().labels()).toMatchObject({
      service: ['internet', 'machine'],
      priority: ['high', expect.any(String)],
    })
    expect(Object.values(await rows().labels()).map(([, provenance]) => provenance)).not.toContain('confirmed')
  })

  test('a field that the helpdesk does not have is labelled, but never confirmed', async () => {
    const id = await decided(kind)
    await resolve(kind, id)
    expect(await rows().labels()).toMatchObject({
      service: ['internet', 'confirmed'],
      sentiment: ['negative', 'machine'],
    })
  })

  test('a ticket reopened and resolved again has new labels', async () => {
    const id = await decided(kind)
    await resolve(kind, id)
    expect(await rows().labels()).toMatchObject({ service: ['internet', 'confirmed'] })
    await reopen(service, kind, id)
    await service.drain()
    await edit(kind, id, { service: 'hosting' })
    await resolve(kind, id)
    expect(await rows().labels()).toMatchObject({ service: ['hosting', 'human'], category: ['outage', 'confirmed'] })
  })

  test("a robot's closing does not weaken what a person confirmed", async () => {
    const id = await decided(kind)
    await resolve(kind, id)
    await reopen(service, kind, id)
    await resolve(kind, id, robotOf(service, kind))
    expect(await rows().labels()).toMatchObject({ service: ['internet', 'confirmed'] })
  })

  test('a held ticket that an agent sorts by hand gets their values as labels', async () => {
    const id = await decided(kind, {}, DOUBTFUL)
    expect(await rows().decisions()).toMatchObject([{ plan: 'hold', values: { service: 'internet' } }])
    await edit(kind, id, { service: 'vpn', category: 'access' })
    expect(await overridden()).toEqual([])
    await resolve(kind, id)
    // The priority is the helpdesk's default, or empty: nobody chose it.
    expect(await rows().labels()).toEqual({ service: ['vpn', 'human'], category: ['access', 'human'] })
  })

  test('a ticket resolved before it was decided confirms nothing: its agent never saw the values', async () => {
    service = await openService({ classifier })
    const { id } = await service[kind].create(CABLE)
    await service[kind].resolve(id)
    await service.drain()
    await service.drainEarly()
    expect(await rows().decisions()).toHaveLength(1)
    // Nothing is written to a ticket that is done, so its fields are empty.
    expect(await rows().labels()).not.toHaveProperty('service')
    expect(Object.values(await rows().labels()).map(([, provenance]) => provenance)).not.toContain('confirmed')
    expect((await rows().deliveries()).every((d) => d.state !== 'waiting')).toBe(true)
  })

  test('an event that comes before the decision waits for it', async () => {
    service = await openService({ classifier })
    const { id } = await service[kind].create(CABLE)
    await service[kind].settled()
    await service[kind].edit(id, await fieldsOf(service, kind, { service: 'vpn' }))
    await service.drain()
    await service.drainEarly()
    expect(await overridden()).toEqual([]) // the change came before our write, so it corrected nothing
    await resolve(kind, id)
    expect(await rows().labels()).toMatchObject({ service: ['vpn', 'human'] })
  })

  test('in suggest mode another choice is an override, and the suggested one a label', async () => {
    const id = await decided(kind, { mode: 'suggest' })
    await edit(kind, id, { service: 'vpn', category: 'outage', group: 'Billing' })
    expect((await overridden()).sort()).toEqual([
      ['group', 'Network', 'Billing'],
      ['service', 'internet', 'vpn'],
    ])
    expect(await rows().labels()).toEqual({ service: ['vpn', 'human'], category: ['outage', 'human'] })
  })

  test('in observe mode nothing can be overridden, and the final values are labels', async () => {
    const id = await decided(kind, { mode: 'observe' })
    await edit(kind, id, { service: 'vpn' })
    expect(await overridden()).toEqual([])
    await resolve(kind, id)
    expect(await rows().labels()).toEqual({ service: ['vpn', 'human'] })
  })

  test('a decision that was held later does not hide what an earlier one wrote', async () => {
    const id = await decided(kind)
    const [decision] = await rows().decisions()
    const { database, queue } = service.deps
    service.deps.classifiers.embedded = async () => opinion([['cable', { ...INTERNET, service: 'tv' }, 0.1]])
    await retry({ db: database.db, queue }, decision!.id, 'Rita')
    await service.drain()
    expect((await rows().decisions()).map((d) => d.plan).sort()).toEqual(['apply', 'hold'])
    await edit(kind, id, { priority: 'low' })
    expect(await rows().overrides()).toMatchObject([{ decisionId: decision!.id, field: 'priority' }])
    await resolve(kind, id)
    expect(await rows().labels()).toMatchObject({ service: ['internet', 'confirmed'], priority: ['low', 'human'] })
  })

  test('a deleted ticket ends without labels, and late events change nothing', async () => {
    const id = await decided(kind)
    await service[kind].edit(id, await fieldsOf(service, kind, { category: 'access' }))
    await service[kind].settled()
    const late = await newestBody(service, 'updated')
    await service.drain()
    await service[kind].remove(id)
    await service.drain()
    // Jira deletes for good, so the ticket is erased; Zendesk can restore it.
    const left = kind === 'jira' ? [] : [{ status: 'removed', removedWhy: 'deleted' }]
    expect(await rows().tickets()).toMatchObject(left)
    const before = await rows().labels()
    await deliver(service, kind, { ...late, timestamp: Date.now(), id: crypto.randomUUID() })
    await service.drain()
    expect(await rows().labels()).toEqual(before)
    expect(await rows().tickets()).toMatchObject(left)
    expect((await rows().deliveries()).every((d) => d.state !== 'waiting')).toBe(true)
  })

  test('changes without an event are all found in the history, and the newest value is the label', async () => {
    const id = await decided(kind)
    service[kind].webhooks.length = 0
    const values = ['vpn', 'hosting', 'email', 'crm']
    for (const value of values) await service[kind].edit(id, await fieldsOf(service, kind, { service: value }))
    for (const body of thinBodies(kind, id)) await deliver(service, kind, body)
    await service.drain()
    expect((await overridden()).map(([, , after]) => after).sort()).toEqual([...values].sort())
    expect(await rows().labels()).toEqual({ service: ['crm', 'human'] })
  })
})

function customerOf({ jira }: Service): string {
  return jira.site.people.others.find(({ type }) => type === 'customer')!.id
}

function thinBodies(kind: Kind, id: string): unknown[] {
  return [1, 2].map((n) =>
    kind === 'jira'
      ? { id, event: 'updated', n }
      : { kind: 'ticket.updated', ticket_id: id, account: 'Sandbox', updated_at: new Date(n * 1000).toISOString() },
  )
}

describe('jira', () => {
  test('moving an issue to a project that lacks a value corrects nothing', async () => {
    const id = await decided('jira')
    await edit('jira', id, { priority: 'low' })
    const body = await newestBody(service, 'updated')
    const clears = { field: 'Service', fieldtype: 'custom', fieldId: 'customfield_10050', from: '10400', to: null }
    const moves = { field: 'project', fieldtype: 'jira', fieldId: 'project', from: '10000', to: '10001' }
    body.changelog = { id: '99999', items: [moves, { ...clears, fromString: 'Internet', toString: null }] }
    body.timestamp = Date.now() + 60_000
    const before = await overridden()
    await deliver(service, 'jira', body)
    await service.drain()
    expect(await overridden()).toEqual(before)
  })
})

describe('zendesk', () => {
  test.each(['web', 'mobile'])('an agent who uses our account by hand (%s) is a person', async (channel) => {
    const id = await decided('zendesk')
    const fields = await fieldsOf(service, 'zendesk', { service: 'vpn' })
    await service.zendesk.edit(id, fields, service.zendesk.self.id, channel)
    await service.drain()
    expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
    await resolve('zendesk', id)
    expect(await rows().labels()).toMatchObject({ service: ['vpn', 'human'] })
  })

  test('where our account may not see people, a requester teaches nothing, and the event is settled', async () => {
    const id = await decided('zendesk')
    service.zendesk.fail({ path: /show_many/, status: 403 })
    await edit('zendesk', id, { service: 'vpn' }, service.zendesk.account.customers[0]!.id)
    expect(await overridden()).toEqual([])
    expect((await rows().deliveries()).every(({ state }) => state !== 'waiting')).toBe(true)
  })

  test('merging closes a ticket, which does not count as solving it', async () => {
    const id = await decided('zendesk')
    await resolve('zendesk', id)
    expect(await rows().labels()).toMatchObject({ service: ['internet', 'confirmed'] })
    const body = await newestBody(service, 'resolved')
    await deliver(service, 'zendesk', { ...body, type: 'zen:event-type:ticket.merged', id: crypto.randomUUID() })
    await service.drain()
    expect(await rows().tickets()).toMatchObject([{ status: 'removed', removedWhy: 'merged' }])
    expect(await rows().labels()).toEqual({})
    // The event of the closing may also come after that of the merging.
    await deliver(service, 'zendesk', { ...body, id: crypto.randomUUID() })
    await service.drain()
    expect(await rows().labels()).toEqual({})
  })

  test('an event without an actor is looked up in the history', async () => {
    const id = await decided('zendesk')
    const [hook] = service.zendesk.webhooks.splice(0)
    await service.zendesk.edit(id, await fieldsOf(service, 'zendesk', { service: 'vpn' }), '-1')
    await service.zendesk.edit(id, await fieldsOf(service, 'zendesk', { priority: 'low' }))
    service.zendesk.webhooks.push(hook!)
    await edit('zendesk', id, { category: 'access' })
    const body = await newestBody(service, 'updated')
    const anonymous = { ...body, detail: { ...body.detail, actor_id: null }, id: crypto.randomUUID() }
    await deliver(service, 'zendesk', anonymous)
    await service.drain()
    const fields = (await overridden()).map(([field]) => field).sort()
    expect(fields).toEqual(['category', 'priority'])
  })

  test('the same event under another id, seconds later, counts once', async () => {
    const id = await decided('zendesk')
    await edit('zendesk', id, { service: 'vpn' })
    const body = await newestBody(service, 'updated')
    const time = new Date(Date.parse(body.time) + 20_000).toISOString()
    await deliver(service, 'zendesk', { ...body, id: crypto.randomUUID(), time })
    await service.drain()
    expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
    // Another action of the same kind is another event.
    await edit('zendesk', id, { service: 'tv' })
    expect(await overridden()).toHaveLength(2)
  })

  test('a ticket that its agent solved and a trigger closes days later stays confirmed', async () => {
    const id = await decided('zendesk')
    await resolve('zendesk', id)
    await service.zendesk.edit(id, { status: 'closed' }, robotOf(service, 'zendesk'))
    await service.drain()
    expect(await rows().labels()).toMatchObject({ service: ['internet', 'confirmed'] })
  })
})

test('a change that comes during our write waits until it is known which came first', async () => {
  const id = await decided('jira')
  const [writeback] = await rows().writebacks()
  const { db } = service.deps.database
  const set = (state: 'sending' | 'applied') =>
    db.update(writebacks).set({ state }).where(eq(writebacks.decisionId, writeback!.decisionId))
  await set('sending')
  await edit('jira', id, { service: 'vpn' })
  expect(await overridden()).toEqual([])
  await set('applied')
  await service.drainEarly()
  expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
})
