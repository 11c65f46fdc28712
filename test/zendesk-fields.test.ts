/** What only Zendesk's fields have: events, options of others, tags. `connector-kinds.test.ts` has every kind. */
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox, type ZendeskSandbox } from '../connectors/zendesk/sandbox.ts'
import { type Change, type Connection, Mapping, type TicketEvent } from '../src/contract/index.ts'
import { zendeskConnection, zendeskHandlers } from './support/zendesk.ts'

const HOOK = 'https://pointsman.test/webhooks/zendesk'
const server = setupServer()
let sandbox: ZendeskSandbox
let events: unknown[]

const options = (prefix: string, names: string[]) => names.map((name) => ({ name, value: `${prefix}_${name}` }))

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())
afterEach(() => server.resetHandlers())
beforeEach(() => {
  events = []
  sandbox = createZendeskSandbox({
    backoffMs: 1,
    fields: [
      { title: 'Products', type: 'multiselect', options: options('ms', ['internet', 'mobile', 'fax']) },
      { title: 'Outage', type: 'checkbox', tag: 'is_outage' },
      { title: 'Asset', type: 'lookup' },
      { title: 'Score', type: 'integer' },
      { title: 'Amount', type: 'decimal' },
      { title: 'Due', type: 'date' },
      { title: 'Contract', type: 'regexp' },
      { title: 'Summary', type: 'text' },
      { title: 'Impact', type: 'tagger', options: options('impact', ['low', 'high']) },
      { title: 'Urgency', type: 'tagger', options: options('urgency', ['low', 'high']) },
      { title: 'Old', type: 'tagger', active: false, options: options('old', ['internet', 'mobile']) },
    ],
  })
  server.use(
    ...zendeskHandlers(sandbox),
    http.post(HOOK, async ({ request }) => {
      events.push(await request.json())
      return new HttpResponse(null, { status: 202 })
    }),
  )
})

const idOf = (title: string) => sandbox.account.fields.find((field) => field.title === title)!.id
const agent = (at = 0) => sandbox.agents[at]!.id
const listed = { internet: 'ms_internet', mobile: 'ms_mobile' }

/** A connection that maps one field of ours, `it`, to a field of this kind. */
function mapped(title: string, type: string, more: object = {}): Connection {
  const it = { to: 'field', id: idOf(title), type, ...more }
  return zendeskConnection(sandbox, { mapping: Mapping.parse({ fields: { it } }) })
}

const write = (value: string, decisionId = 'd-1') => ({ decisionId, set: { it: value }, note: null })

async function opened(fields: Record<string, unknown> = {}) {
  return (await sandbox.create({ subject: 'No connection', body: 'The line is dead', fields })).id
}

async function written(connection: Connection, id: string, value: string, decisionId?: string) {
  const base = await zendesk.fetch(connection, id)
  return zendesk.apply(connection, base, write(value, decisionId))
}

const steps = (history: Change[]) => history.filter(({ field }) => field === 'it').map(({ from, to }) => [from, to])

/** kind, its field, more of the target, a value of ours and Zendesk's, another value of ours and Zendesk's, and nothing. */
const kinds: [type: string, title: string, more: object, ours: string[], theirs: unknown[], nothing: unknown][] = [
  ['multiselect', 'Products', { values: listed }, ['internet', 'mobile'], [['ms_internet'], ['ms_mobile']], []],
  ['lookup', 'Asset', { values: { vpn: '7001', tv: '7002' } }, ['vpn', 'tv'], ['7001', '7002'], null],
  ['lookup', 'Asset', {}, ['7001', '7002'], ['7001', '7002'], null],
  ['integer', 'Score', {}, ['73', '7'], ['73', '7'], null],
  ['decimal', 'Amount', {}, ['12.5', '-3'], ['12.5', '-3'], null],
  ['date', 'Due', {}, ['2026-11-28', '2027-01-02'], ['2026-11-28', '2027-01-02'], null],
  ['regexp', 'Contract', {}, ['AB-1234', 'CD-9999'], ['AB-1234', 'CD-9999'], null],
  ['text', 'Summary', {}, ['a modem', 'a router'], ['a modem', 'a router'], null],
  ['text', 'Contract', {}, ['AB-1234', 'CD-9999'], ['AB-1234', 'CD-9999'], null],
  ['text', 'Summary', { values: { a: 'Modem', b: 'Router' } }, ['a', 'b'], ['Modem', 'Router'], null],
]

describe.each(kinds)('a field of the kind %s (%s)', (type, title, more, [ours, other], [, others], nothing) => {
  test("is read when a person changed or cleared it, in the history and in the helpdesk's events", async () => {
    const connection = mapped(title, type, more)
    const id = await opened()
    await written(connection, id, ours!)
    sandbox.webhooks.push({
      url: HOOK,
      secret: { kind: 'signature', secret: 'sandbox-webhook-secret' },
      style: 'events',
    })
    await sandbox.edit(id, { [idOf(title)]: others }, agent())
    await sandbox.edit(id, { [idOf(title)]: nothing }, agent())
    await sandbox.settled()
    const { history, fields } = await zendesk.fetch(connection, id)
    expect(steps(history)).toEqual([
      [null, ours],
      [ours, other],
      [other, null],
    ])
    expect(fields.it).toMatchObject({ value: null, blank: true })
    expect(changesOf(connection)).toEqual([
      [ours, other],
      [other, null],
    ])
  })
})

function changesOf(connection: Connection) {
  const told: TicketEvent[] = events.map((body) => zendesk.read(body, connection))
  return steps(told.flatMap((event) => (event.kind === 'updated' ? (event.changes ?? []) : [])))
}

test.each([
  ['an integer', 'integer', 'Score', 'many'],
  ['a decimal', 'decimal', 'Amount', '1,5'],
  ['a date', 'date', 'Due', 'tomorrow'],
  ['a lookup', 'lookup', 'Asset', 'the router'],
])('%s takes no other form: nothing is sent', async (_, type, title, value) => {
  const id = await opened()
  const before = sandbox.requests.length
  await expect(written(mapped(title, type), id, value)).rejects.toMatchObject({
    fault: 'invalid',
    fields: { it: expect.stringContaining(value) },
  })
  expect(sandbox.requests.slice(before).filter(({ method }) => method === 'PUT')).toEqual([])
})

test('a text that the pattern refuses is a fault of our field, and nothing is written', async () => {
  const id = await opened()
  await expect(written(mapped('Contract', 'regexp'), id, 'no contract')).rejects.toMatchObject({
    fault: 'invalid',
    status: 422,
    fields: { it: 'Contract: is invalid' },
  })
  expect(sandbox.ticket(id)?.history).toEqual([])
})

describe('a multi-select', () => {
  test('keeps the options that are not ours, and exchanges ours', async () => {
    const connection = mapped('Products', 'multiselect', { values: listed })
    const id = await opened({ [idOf('Products')]: ['ms_fax'] })
    expect((await zendesk.fetch(connection, id)).fields.it).toMatchObject({ value: null, blank: true })
    await written(connection, id, 'internet')
    expect(sandbox.ticket(id)?.fields[idOf('Products')]).toEqual(['ms_fax', 'ms_internet'])
    await written(connection, id, 'mobile', 'd-2')
    expect(sandbox.ticket(id)?.fields[idOf('Products')]).toEqual(['ms_fax', 'ms_mobile'])
    expect(new Set(sandbox.ticket(id)?.fields.tags as string[])).toEqual(new Set(['ms_fax', 'ms_mobile']))
  })

  test('with an option of ours that a person chose is not blank', async () => {
    const id = await opened({ [idOf('Products')]: ['ms_fax', 'ms_mobile'] })
    const connection = mapped('Products', 'multiselect', { values: listed })
    expect((await zendesk.fetch(connection, id)).fields.it).toEqual({ value: 'mobile', raw: 'ms_mobile', blank: false })
  })

  test('gives up an option that nobody chose', async () => {
    const connection = mapped('Products', 'multiselect', { values: listed, blank: ['ms_fax'] })
    const id = await opened({ [idOf('Products')]: ['ms_fax'] })
    expect((await zendesk.fetch(connection, id)).fields.it).toMatchObject({ raw: 'ms_fax', blank: true })
    await written(connection, id, 'internet')
    expect(sandbox.ticket(id)?.fields[idOf('Products')]).toEqual(['ms_internet'])
  })
})

describe('a checkbox', () => {
  test.each([
    ['as a flag', {}],
    ['by true and false', { values: { true: 'true', false: 'false' } }],
    ['by its tag', { values: { true: 'is_outage', false: 'false' } }],
    ['by its tag, left alone when false', { values: { true: 'is_outage' } }],
  ])('%s is ticked, read back, and unticked by a person', async (_, more) => {
    const connection = mapped('Outage', 'checkbox', more)
    const id = await opened()
    expect((await zendesk.fetch(connection, id)).fields.it).toEqual({ value: 'false', raw: 'false', blank: true })
    await written(connection, id, 'true')
    expect(sandbox.ticket(id)?.fields).toMatchObject({ [idOf('Outage')]: true, tags: ['is_outage'] })
    expect((await zendesk.fetch(connection, id)).fields.it).toMatchObject({ value: 'true', blank: false })
    await sandbox.edit(id, { [idOf('Outage')]: false }, agent())
    const { history, fields } = await zendesk.fetch(connection, id)
    expect(steps(history)).toEqual([
      ['false', 'true'],
      ['true', 'false'],
    ])
    expect(history.at(-1)).toMatchObject({ by: { kind: 'person' } })
    expect(fields.it).toMatchObject({ value: 'false' })
  })

  test('that a new ticket leaves unticked is no change', async () => {
    const connection = mapped('Outage', 'checkbox')
    expect((await zendesk.fetch(connection, await opened())).history).toEqual([])
  })

  test('is ticked together with a tag of ours', async () => {
    const fields = {
      it: { to: 'field', id: idOf('Outage'), type: 'checkbox', values: { true: 'is_outage', false: 'false' } },
      kind: { to: 'label', prefix: 'kind-' },
    }
    const connection = zendeskConnection(sandbox, { mapping: Mapping.parse({ fields }) })
    const id = await opened({ tags: ['vip'] })
    const set = { it: 'true', kind: 'outage' }
    await zendesk.apply(connection, await zendesk.fetch(connection, id), { decisionId: 'd-1', set, note: null })
    expect(sandbox.ticket(id)?.fields).toMatchObject({
      [idOf('Outage')]: true,
      tags: ['vip', 'kind-outage', 'is_outage'],
    })
  })
})

test('several options of one value: each is read as it, and the first is written', async () => {
  const values = { internet: ['service_internet', 'service_vpn'], tv: 'service_tv' }
  const connection = mapped('Service', 'tagger', { values })
  const id = await opened({ [idOf('Service')]: 'service_vpn' })
  expect((await zendesk.fetch(connection, id)).fields.it).toMatchObject({ value: 'internet', raw: 'service_vpn' })
  const other = await opened()
  await written(connection, other, 'internet')
  expect(sandbox.ticket(other)?.fields[idOf('Service')]).toBe('service_internet')
})

test('a value that we cannot read is not an empty field', async () => {
  const id = await opened()
  const shown = { value: { id: 7, name: 'an object' } }
  server.use(
    http.get(`${sandbox.baseUrl}/api/v2/tickets/:id`, async ({ request }) => {
      const answer = await (await sandbox.app.fetch(request)).json()
      const custom_fields = answer.ticket.custom_fields.map((field: { id: number }) => ({ ...field, ...shown }))
      return HttpResponse.json({ ticket: { ...answer.ticket, custom_fields } })
    }),
  )
  for (const type of ['text', 'tagger', 'lookup', 'date', 'unknown'])
    expect((await zendesk.fetch(mapped('Summary', type), id)).fields.it).toMatchObject({ blank: false })
})

describe('one value in several places', () => {
  const part = (title: string, values: object) => ({ to: 'field', id: idOf(title), type: 'tagger', values })
  const impact = { low: 'impact_low', high: 'impact_low', urgent: 'impact_high' }
  const urgency = { low: 'urgency_low', high: 'urgency_high', urgent: 'urgency_high' }
  const connected = () => {
    const it = { to: 'all', parts: [part('Impact', impact), part('Urgency', urgency)] }
    return zendeskConnection(sandbox, { mapping: Mapping.parse({ fields: { it } }) })
  }

  test('is blank when all are, is written in one update, and read back', async () => {
    const connection = connected()
    const id = await opened()
    expect((await zendesk.fetch(connection, id)).fields.it).toEqual({ value: null, raw: null, blank: true })
    await written(connection, id, 'high')
    expect(sandbox.ticket(id)?.fields).toMatchObject({
      [idOf('Impact')]: 'impact_low',
      [idOf('Urgency')]: 'urgency_high',
    })
    expect(sandbox.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1)
    const { fields, history } = await zendesk.fetch(connection, id)
    expect(fields.it).toMatchObject({ value: 'high', blank: false })
    expect(steps(history)).toEqual([[null, 'high']])
    expect(history.find(({ field }) => field === 'it')).toMatchObject({ decision: 'd-1', by: { kind: 'self' } })
  })

  test('is not blank, and has no value of ours, when a person filled in one of them', async () => {
    const id = await opened({ [idOf('Impact')]: 'impact_high' })
    expect((await zendesk.fetch(connected(), id)).fields.it).toMatchObject({ value: null, blank: false })
  })

  test("a person's change of one place is a change of the field; the event leaves it to the history", async () => {
    const connection = connected()
    const id = await opened()
    await written(connection, id, 'high')
    sandbox.webhooks.push({
      url: HOOK,
      secret: { kind: 'signature', secret: 'sandbox-webhook-secret' },
      style: 'events',
    })
    await sandbox.edit(id, { [idOf('Impact')]: 'impact_high' }, agent())
    await sandbox.settled()
    const read = events.map((body) => zendesk.read(body, connection))
    expect(read.filter(({ kind }) => kind === 'updated')).toMatchObject([{ changes: null, by: { kind: 'person' } }])
    const { history } = await zendesk.fetch(connection, id)
    expect(steps(history)).toEqual([
      [null, 'high'],
      ['high', 'urgent'],
    ])
    expect(history.at(-1)).toMatchObject({ by: { id: agent(), kind: 'person' } })
  })
})

describe('a deactivated field', () => {
  test('is reported as not kept; the rest of the write is kept', async () => {
    const values = { internet: 'old_internet' }
    const connection = mapped('Old', 'tagger', { values })
    connection.mapping.fields.urgency = { to: 'priority', values: { high: 'high' }, blank: [] }
    const id = await opened()
    const set = { it: 'internet', urgency: 'high' }
    const base = await zendesk.fetch(connection, id)
    const { notKept } = await zendesk.apply(connection, base, { decisionId: 'd-1', set, note: null })
    expect(notKept).toEqual({ it: expect.stringContaining('old_internet') })
    expect(sandbox.ticket(id)?.fields.priority).toBe('high')
  })
})
