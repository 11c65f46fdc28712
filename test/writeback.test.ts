/** The write-back of a decision: once, even after a crash, and never over a person's change. */

import { eq, sql } from 'drizzle-orm'
import { type HttpResponse, http } from 'msw'
import { afterEach, describe, expect, test } from 'vitest'
import { changeConnection } from '../src/connections/index.ts'
import type { Connection } from '../src/contract/index.ts'
import { rows as query } from '../src/db/index.ts'
import { writebacks } from '../src/db/schema.ts'
import { WRITEBACK } from '../src/decisions/index.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { settleByPerson } from '../src/review/index.ts'
import { CABLE, classifier, edits, fieldsOf, INTERNET, type Kind, kinds, placeOf, rowsOf } from './support/acts.ts'
import { openService, type Service, type ServiceOptions } from './support/service.ts'

let service: Service
afterEach(() => service?.close())
const rows = () => rowsOf(service)
const open = async (options: ServiceOptions = {}) => {
  service = await openService({ classifier, ...options })
}
const change = async (kind: Kind, parts: Partial<Pick<Connection, 'mode' | 'mapping' | 'settings'>>) => {
  const { selfId } = await service.connection(kind)
  await changeConnection({ db: service.deps.database.db, vault: service.deps.vault }, kind, parts, selfId, 'test')
}
const byUs = (kind: Kind, id: string) => service[kind].ticket(id)!.history.filter((h) => h.by === service[kind].self.id)
const notes = (kind: Kind, id: string) =>
  service[kind].ticket(id)!.comments.filter((c) => c.author === service[kind].self.id)
const ledger = () => readLedger(service.deps.database.db)

/** Runs until every write-back is settled: a slow machine may need another try. */
async function untilSettled() {
  await service.drain()
  for (let i = 0; i < 5; i++) {
    if (!(await rows().writebacks()).some((w) => w.state === 'sending' || w.state === 'waiting')) return
    await service.drainEarly()
  }
}

/** Runs `happen` between the reading of the ticket and the next write. */
function beforeNextWrite(kind: Kind, happen: () => Promise<void>) {
  const path = kind === 'jira' ? 'https://jira.test/rest/api/3/issue/:id' : 'https://zendesk.test/api/v2/tickets/:id'
  service.network.use(
    http.put(
      path,
      async ({ request }) => {
        await happen()
        return (await service[kind].app.fetch(request)) as HttpResponse<never>
      },
      { once: true },
    ),
  )
}

/** As after a crash: the row has the state of a call in progress, and the job runs again. */
async function runAgain(decisionId: string) {
  const { database, queue } = service.deps
  await database.db.update(writebacks).set({ state: 'sending' }).where(eq(writebacks.decisionId, decisionId))
  await queue.send(database.db, WRITEBACK, { decision: decisionId }, { key: 'again' })
  await service.drain()
}

const WHEN_WRITTEN = { state: 'applied', written: { service: 'internet', category: 'outage', priority: 'high' } }

describe.each(kinds)('%s', (kind) => {
  const write = { method: 'PUT', path: /\/(issue|tickets)\/[^/]+$/, times: 1 }

  describe('an answer that is lost after the write', () => {
    test.each([
      ['a server error', { status: 500 }],
      ['an overloaded server', { status: 503, headers: { 'Retry-After': '0' } }],
      ['a gateway timeout', { status: 504 }],
      ['a broken connection', { cut: true }],
      ['a timeout', { hang: true }],
    ])('because of %s leads to one write and one note', async (_, fault) => {
      await open({ settings: { timeoutMs: 700 } })
      service[kind].fail({ ...write, ...fault, after: true })
      const { id } = await service[kind].create(CABLE)
      await untilSettled()
      expect(await rows().writebacks()).toMatchObject([WHEN_WRITTEN])
      expect(edits(service, kind)).toHaveLength(1)
      expect(new Set(byUs(kind, id).map((h) => h.changeId)).size).toBe(1)
      expect(notes(kind, id)).toHaveLength(1)
      expect(await ledger()).toMatchObject({ applied: 1, waiting: 0, lost: 0, balanced: true })
    })
  })

  describe('an answer that is not JSON', () => {
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' }
    const noted = { method: kind === 'jira' ? 'POST' : 'PUT', path: /\/(comment|tickets\/[^/]+)$/, times: 1 }

    test.each<[string, Connection['mode'], object]>([
      ['the fields', 'automate', write],
      ['the note', 'automate', noted],
      ['a note alone', 'suggest', noted],
    ])('to a write of %s that landed is read back, and the write is not failed', async (_, mode, which) => {
      await open({ mode })
      service[kind].fail({ ...which, ...page, after: true })
      const { id } = await service[kind].create(CABLE)
      await service.drain()
      const state = mode === 'suggest' ? 'suggested' : 'applied'
      expect(await rows().writebacks()).toMatchObject([{ state, noteId: expect.any(String) }])
      if (mode === 'automate') expect(await rows().writebacks()).toMatchObject([WHEN_WRITTEN])
      expect(edits(service, kind)).toHaveLength(kind === 'jira' && mode === 'suggest' ? 0 : 1)
      expect(notes(kind, id)).toHaveLength(1)
      expect(await ledger()).toMatchObject({ [state]: 1, failed: 0, balanced: true })
    })

    test('to a write that did not land fails it, and nothing is written twice', async () => {
      await open()
      service[kind].fail({ ...write, ...page, times: 5 })
      const { id } = await service[kind].create(CABLE)
      await service.drain()
      expect(await rows().writebacks()).toMatchObject([{ state: 'failed', reason: expect.stringContaining('JSON') }])
      expect(byUs(kind, id)).toEqual([])
    })

    test('to the write and to the reading leaves it waiting', async () => {
      await open()
      service[kind].fail({ ...write, ...page, after: true })
      beforeNextWrite(kind, async () => service[kind].fail({ method: 'GET', ...page, times: 1 }))
      const { id } = await service[kind].create(CABLE)
      await service.drain()
      expect(await rows().writebacks()).toMatchObject([{ state: 'sending' }])
      await service.drainEarly()
      expect(await rows().writebacks()).toMatchObject([WHEN_WRITTEN])
      expect(edits(service, kind)).toHaveLength(1)
      expect(notes(kind, id)).toHaveLength(1)
    })
  })

  test.each([
    ['a server error', { status: 500 }],
    ['a broken connection', { cut: true }],
    ['a timeout', { hang: true }],
  ])('a write that failed because of %s is done once, at the next try', async (_, fault) => {
    await open({ settings: { timeoutMs: 700 } })
    service[kind].fail({ ...write, ...fault })
    const { id } = await service[kind].create(CABLE)
    await untilSettled()
    expect(await rows().writebacks()).toMatchObject([WHEN_WRITTEN])
    expect(new Set(byUs(kind, id).map((h) => h.changeId)).size).toBe(1)
    expect(notes(kind, id)).toHaveLength(1)
  })

  test('a process that crashes before it stores the result writes nothing twice', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    const [before] = await rows().writebacks()
    await runAgain(before!.decisionId)
    const [after] = await rows().writebacks()
    expect(after).toMatchObject({ ...WHEN_WRITTEN, changeId: before!.changeId, noteId: before!.noteId })
    expect(after!.written).toEqual(before!.written)
    expect(after!.writtenAt).toEqual(before!.writtenAt)
    expect(edits(service, kind)).toHaveLength(1)
    expect(notes(kind, id)).toHaveLength(1)
  })

  test('a process that crashes before it writes leaves the work to the next try', async () => {
    await open()
    service[kind].fail({ ...write, status: 500 })
    await service[kind].create(CABLE)
    await service.drain()
    expect(await rows().writebacks()).toMatchObject([{ state: 'sending' }])
    await service.drainEarly()
    expect(await rows().writebacks()).toMatchObject([WHEN_WRITTEN])
  })

  test('a write that a crash interrupted is recognised, even if the connection is in observe mode by then', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    const [before] = await rows().writebacks()
    await change(kind, { mode: 'observe' })
    await runAgain(before!.decisionId)
    expect(await rows().writebacks()).toMatchObject([{ ...WHEN_WRITTEN, written: before!.written }])
    expect(notes(kind, id)).toHaveLength(1)
  })

  test('a listener that fails after the commit undoes nothing', async () => {
    await open()
    service.deps.events.watch(({ kind: happened }) => {
      if (happened === 'written') throw new Error('a listener failed')
    })
    await service[kind].create(CABLE)
    await service.drain()
    await service.drainEarly()
    expect(await rows().writebacks()).toMatchObject([WHEN_WRITTEN])
    expect(edits(service, kind)).toHaveLength(1)
    expect(await ledger()).toMatchObject({ applied: 1, balanced: true })
  })

  test('a person who changes a field during our write keeps their value', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    const theirs = await fieldsOf(service, kind, { service: 'vpn' })
    beforeNextWrite(kind, () => service[kind].edit(id, theirs))
    await untilSettled()
    const [writeback] = await rows().writebacks()
    expect(writeback).toMatchObject({
      state: 'applied',
      written: { category: 'outage', priority: 'high' },
      heldBack: { service: expect.stringMatching(kind === 'jira' ? /was restored/ : /set it \d+ s ago/) },
    })
    expect(writeback!.written).not.toHaveProperty('service')
    const [field, value] = Object.entries(theirs)[0]!
    const now = service[kind].ticket(id)!.fields[field]
    if (kind === 'jira') expect(now).toMatchObject(value as object)
    else expect(now).toBe(value)
    expect(notes(kind, id)).toHaveLength(1)
    expect(await rows().overrides()).toEqual([])
    // They also keep it after every later decision.
    const { database, queue, events } = service.deps
    await settleByPerson({ db: database.db, queue, events }, writeback!.decisionId, { kind: 'confirm' }, 'Rita')
    await untilSettled()
    expect((await rows().writebacks())[1]!.heldBack.service).toMatch(/set it \d+ s ago/)
  })

  test('an agent who takes the ticket during our write keeps it, with its group', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    const theirs = await fieldsOf(service, kind, { group: 'Billing', assignee: 'Lena Vogt' })
    beforeNextWrite(kind, () => service[kind].edit(id, theirs))
    await untilSettled()
    const [writeback] = await rows().writebacks()
    expect(Object.keys(writeback!.written).sort()).toEqual(['category', 'priority', 'service'])
    expect(Object.keys(writeback!.heldBack).sort()).toEqual(['assignee', 'group'])
  })

  test.each<[Connection['mode'], string]>([
    ['suggest', 'suggested'],
    ['observe', 'skipped'],
  ])('a connection that was set to %s after the decision is written accordingly', async (mode, state) => {
    await open()
    service[kind].fail({ method: 'GET', status: 500, times: 1 })
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    await change(kind, { mode })
    await untilSettled()
    expect(await rows().writebacks()).toMatchObject([{ state, written: {} }])
    expect(byUs(kind, id)).toEqual([])
    expect(notes(kind, id)).toHaveLength(mode === 'suggest' ? 1 : 0)
    expect(await ledger()).toMatchObject({ waiting: 0, lost: 0, balanced: true })
  })

  test('of two decisions only the newer one is written', async () => {
    await open()
    service[kind].fail({ ...write, status: 500 })
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    const [decision] = await rows().decisions()
    const { database, queue, events } = service.deps
    const verdict = { kind: 'correct' as const, values: { service: 'vpn' } }
    await settleByPerson({ db: database.db, queue, events }, decision!.id, verdict, 'Rita')
    await untilSettled()
    expect(await rows().writebacks()).toMatchObject([
      { state: 'skipped', reason: expect.stringContaining('newer decision'), written: {} },
      { state: 'applied', written: { service: 'vpn', group: 'Workplace' } },
    ])
    expect(new Set(byUs(kind, id).map((h) => h.changeId)).size).toBe(1)
    expect(await ledger()).toMatchObject({ events: 1, skipped: 1, balanced: true })
  })

  test('a value without an entry in the mapping is held back, and the rest is written', async () => {
    await open()
    const { mapping } = await service.connection(kind)
    const target = placeOf(mapping, 'service')
    const { internet: _internet, ...values } = target.values
    await change(kind, { mapping: { ...mapping, fields: { ...mapping.fields, service: { ...target, values } } } })
    await service[kind].create(CABLE)
    await service.drain()
    expect(await rows().writebacks()).toMatchObject([
      {
        state: 'applied',
        written: { category: 'outage' },
        heldBack: { service: 'internet has no entry in the mapping' },
      },
    ])
  })

  test('a decision whose values are all held back is skipped with every reason', async () => {
    await open()
    const { mapping } = await service.connection(kind)
    await change(kind, { mapping: { ...mapping, fields: {}, groups: {}, people: {} } })
    await service[kind].create(CABLE)
    await service.drain()
    expect(await rows().writebacks()).toMatchObject([
      { state: 'skipped', reason: expect.stringContaining('Network is not among the groups of the mapping') },
    ])
    expect(edits(service, kind)).toEqual([])
  })

  test("a group that the helpdesk no longer has is held back with the vendor's message, and the rest is written", async () => {
    await open()
    const { mapping } = await service.connection(kind)
    await change(kind, { mapping: { ...mapping, groups: { ...mapping.groups, Network: '99' } } })
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    const refused = kind === 'jira' ? /Component id is not valid/ : /Group is invalid/
    const [done] = await rows().writebacks()
    expect(done).toMatchObject({
      state: 'applied',
      written: { service: 'internet', category: 'outage', priority: 'high' },
      heldBack: { group: expect.stringMatching(refused), assignee: expect.stringMatching(/group/) },
    })
    expect(done!.written).not.toHaveProperty('group')
    // The note says what was not changed.
    expect(service[kind].ticket(id)!.comments.at(-1)!.text).toMatch(refused)
    expect(await ledger()).toMatchObject({ applied: 1, balanced: true })
  })

  test('a write of which every field is refused fails with the words of the helpdesk', async () => {
    await open()
    const { mapping } = await service.connection(kind)
    const groups = { ...mapping.groups, Network: '99' }
    await change(kind, { mapping: { ...mapping, fields: {}, groups } })
    await service[kind].create(CABLE)
    await service.drain()
    expect(await rows().writebacks()).toMatchObject([
      {
        state: 'failed',
        reason: expect.stringMatching(kind === 'jira' ? /Component id is not valid/ : /Group is invalid/),
      },
    ])
    expect(await ledger()).toMatchObject({ failed: 1, balanced: true })
  })

  test('a priority that the customer chose is kept', async () => {
    await open()
    const fields = await fieldsOf(service, kind, { priority: 'low' })
    const { id } = await service[kind].create({ ...CABLE, fields })
    await service.drain()
    const [writeback] = await rows().writebacks()
    expect(writeback!.heldBack.priority).toMatch(/when the ticket was created|the customer set it/)
    expect(byUs(kind, id).map((h) => h.field)).not.toContain('priority')
  })

  test('a default priority that the mapping lists as blank is written over', async () => {
    await open()
    const { mapping } = await service.connection(kind)
    const priority = placeOf(mapping, 'priority')
    const blank = [priority.values.normal!]
    await change(kind, { mapping: { ...mapping, fields: { ...mapping.fields, priority: { ...priority, blank } } } })
    await service[kind].create({ ...CABLE, fields: await fieldsOf(service, kind, { priority: 'normal' }) })
    await service.drain()
    expect(await rows().writebacks()).toMatchObject([
      { written: { priority: 'high' }, before: { priority: priority.values.normal } },
    ])
  })

  test('a ticket that already has every value is not changed', async () => {
    await open()
    const fields = await fieldsOf(service, kind, { ...withoutSentiment, group: 'Network', assignee: 'Asta Berg' })
    await service[kind].create({ ...CABLE, fields })
    await service.drain()
    expect(await rows().writebacks()).toMatchObject([
      { state: 'applied', reason: 'the ticket already has these values', written: {} },
    ])
    expect(service[kind].requests.filter((r) => r.method !== 'GET')).toEqual([])
  })

  test('the note is internal already in the request, and can be switched off', async () => {
    await open()
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    const sent = service[kind].requests.find((r) => JSON.stringify(r.body)?.includes('Sorted by Pointsman'))
    if (kind === 'zendesk') expect(sent!.body).toMatchObject({ ticket: { comment: { public: false } } })
    else
      expect(sent!.body).toMatchObject({
        properties: expect.arrayContaining([{ key: 'sd.public.comment', value: { internal: true } }]),
      })
    expect(notes(kind, id)).toMatchObject([{ public: false }])
    await change(kind, { settings: { ...(await service.connection(kind)).settings, note: false } })
    const silent = await service[kind].create(CABLE)
    await service.drain()
    expect(notes(kind, silent.id)).toEqual([])
    expect(byUs(kind, silent.id).length).toBeGreaterThan(0)
  })
})

const { sentiment: _sentiment, ...withoutSentiment } = INTERNET

describe('jira', () => {
  test('a note whose answer was lost is recognised', async () => {
    await open()
    service.jira.fail({ method: 'POST', path: /\/comment$/, status: 500, after: true, times: 1 })
    const { id } = await service.jira.create(CABLE)
    await untilSettled()
    expect(await rows().writebacks()).toMatchObject([WHEN_WRITTEN])
    expect(notes('jira', id)).toHaveLength(1)
    expect(edits(service, 'jira')).toHaveLength(1)
  })

  test('a note that Jira would publish is deleted, and the written fields are still recognised as ours', async () => {
    await open()
    service.jira.site.licensed = false
    const { id } = await service.jira.create(CABLE)
    await service.drain()
    expect(notes('jira', id)).toEqual([])
    expect(await rows().writebacks()).toMatchObject([
      { state: 'failed', reason: expect.stringContaining('agent licence'), written: { service: 'internet' } },
    ])
    expect(await rows().overrides()).toEqual([])
  })
})

describe('zendesk', () => {
  test('a ticket that was closed before the write is not changed', async () => {
    await open()
    const { id } = await service.zendesk.create(CABLE)
    await service.zendesk.edit(id, { status: 'closed' })
    await service.drain()
    expect(await rows().writebacks()).toMatchObject([{ state: 'skipped', reason: expect.stringContaining('closed') }])
    expect(edits(service, 'zendesk')).toEqual([])
  })

  test('a ticket that was closed after the write is recognised as written', async () => {
    await open()
    const { id } = await service.zendesk.create(CABLE)
    await service.drain()
    await service.zendesk.edit(id, { status: 'closed' })
    const [writeback] = await rows().writebacks()
    await runAgain(writeback!.decisionId)
    expect(await rows().writebacks()).toMatchObject([WHEN_WRITTEN])
  })
})

test('a ticket that is created by two events at the same time is decided once', async () => {
  await open()
  service.jira.webhooks.push({ ...service.jira.webhooks[0]!, style: 'thin' })
  // Both events find an undecided ticket: neither is recorded before the other has asked the classifier.
  let asked = 0
  let release = () => {}
  const both = new Promise<void>((resolve) => {
    release = resolve
  })
  const slow = {
    ...classifier,
    classify: async (...args: Parameters<typeof classifier.classify>) => {
      if (++asked === 2) release()
      await both
      return classifier.classify(...args)
    },
  }
  service.deps.classifiers.embedded = async () => slow
  const { id } = await service.jira.create(CABLE)
  await service.drain()
  expect(asked).toBe(2)
  expect(await rows().decisions()).toHaveLength(1)
  expect(edits(service, 'jira')).toHaveLength(1)
  expect(notes('jira', id)).toHaveLength(1)
  expect(
    (await rows().deliveries())
      .filter((d) => d.event === 'created')
      .map((d) => d.state)
      .sort(),
  ).toEqual(['done', 'ignored'])
  expect(await ledger()).toMatchObject({ events: 1, applied: 1, ignored: 1, balanced: true })
  const turns = await query(service.deps.database.db, sql`select turn::int from rotations`)
  expect(turns).toEqual([{ turn: 1 }])
})
