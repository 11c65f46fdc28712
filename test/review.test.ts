/** What a review leads to: new decisions, labels, write-backs and audit rows. */

import { afterEach, describe, expect, test } from 'vitest'
import { deadTargets } from '../src/db/schema.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { routingMap } from '../src/demo/desk.ts'
import { retry, settleByPerson } from '../src/review/index.ts'
import { publishDraft, saveDraft } from '../src/routing/index.ts'
import { currentTaxonomy } from '../src/taxonomy/index.ts'
import {
  CABLE,
  classifier,
  DOUBTFUL,
  edits,
  fieldsOf,
  INTERNET,
  type Kind,
  kinds,
  placeOf,
  rowsOf,
} from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, opinion, type Service, type ServiceOptions } from './support/service.ts'

let service: Service
let rita: Client
afterEach(() => service?.close())
const rows = () => rowsOf(service)

async function decided(kind: Kind, ticket = CABLE, options: ServiceOptions = {}) {
  service = await openService({ classifier, ...options })
  rita = await signIn(service, 'reviewer', 'Rita')
  const { id } = await service[kind].create(ticket)
  await service.drain()
  const [decision] = await rows().decisions()
  return { id, decision: decision! }
}
const needs = () => ({ ...service.deps, db: service.deps.database.db })
const correct = (id: string, values: Record<string, string>) => rita('POST', `/decisions/${id}/correct`, { values })
const confirm = (id: string) => rita('POST', `/decisions/${id}/confirm`)

describe.each(kinds)('%s', (kind) => {
  test('a correction is a new decision by a person, labelled, written and audited', async () => {
    const { id, decision } = await decided(kind)
    const { status, body } = await correct(decision.id, { service: 'vpn', category: 'access' })
    expect(status).toBe(200)
    await service.drain()
    const [first, second] = await rows().decisions()
    expect(first).toEqual(decision)
    expect(second).toMatchObject({
      id: body.decision,
      cause: `review:${decision.id}`,
      plan: 'apply',
      actor: 'Rita',
      reason: 'Rita corrected service, category',
      values: { ...INTERNET, service: 'vpn', category: 'access' },
      sources: { service: 'human', category: 'human', priority: 'embedded' },
      route: { group: 'Workplace' },
      tokens: null,
      modelMs: null,
    })
    expect(await rows().labels()).toEqual({
      service: ['vpn', 'human'],
      category: ['access', 'human'],
      priority: ['high', 'confirmed'],
      sentiment: ['negative', 'confirmed'],
    })
    const [, written] = await rows().writebacks()
    expect(written).toMatchObject({
      state: 'applied',
      written: { service: 'vpn', category: 'access', group: 'Workplace', assignee: second!.route!.assignee },
      before: { service: placeOf((await service.connection(kind)).mapping, 'service').values.internet },
    })
    const [field] = Object.keys(await fieldsOf(service, kind, { service: 'vpn' }))
    expect(service[kind].ticket(id)!.history.filter((h) => h.field === field)).toHaveLength(2)
    expect((await rows().audit()).filter((a) => a.action === 'decision.correct')).toMatchObject([
      {
        actor: 'Rita',
        subject: `decision ${decision.id}`,
        before: INTERNET,
        after: { ...INTERNET, service: 'vpn', category: 'access' },
      },
    ])
    expect(await rows().overrides()).toEqual([])
  })

  test('a confirmation writes nothing again and keeps the assignee', async () => {
    const { decision } = await decided(kind)
    expect((await confirm(decision.id)).status).toBe(200)
    await service.drain()
    const [, second] = await rows().decisions()
    expect(second).toMatchObject({ reason: 'Rita confirmed it', values: INTERNET, route: decision.route })
    expect(Object.values(second!.sources)).toEqual(['human', 'human', 'human', 'human'])
    expect(edits(service, kind)).toHaveLength(1)
    expect((await rows().writebacks())[1]).toMatchObject({
      state: 'applied',
      reason: 'the ticket already has these values',
    })
    expect(new Set(Object.values(await rows().labels()).map(([, provenance]) => provenance))).toEqual(
      new Set(['confirmed']),
    )
  })

  test('what a reviewer confirmed stays confirmed by them when the ticket is resolved', async () => {
    const { id, decision } = await decided(kind)
    await confirm(decision.id)
    await service.drain()
    await service[kind].resolve(id)
    await service.drain()
    expect(await rows().labels()).toMatchObject({
      service: ['internet', 'confirmed'],
      sentiment: ['negative', 'confirmed'],
    })
  })

  test('a correction within the same row of the map keeps the person', async () => {
    const { decision } = await decided(kind)
    await correct(decision.id, { sentiment: 'neutral' })
    expect((await rows().decisions())[1]!.route).toEqual(decision.route)
  })

  test('a held ticket that is corrected is written for the first time', async () => {
    const { id, decision } = await decided(kind, DOUBTFUL)
    expect(decision.plan).toBe('hold')
    await correct(decision.id, { service: 'vpn' })
    await service.drain()
    expect(await rows().writebacks()).toMatchObject([
      { state: 'applied', written: { service: 'vpn', priority: 'high' } },
    ])
    expect(service[kind].ticket(id)!.history.length).toBeGreaterThan(0)
    // The event was held; the later review is not counted as another event.
    expect(await readLedger(service.deps.database.db)).toMatchObject({ events: 1, held: 1, balanced: true })
  })

  test("a reviewer does not write over an agent's choice", async () => {
    const { id, decision } = await decided(kind)
    await service[kind].edit(id, await fieldsOf(service, kind, { service: 'hosting' }))
    await service.drain()
    await correct(decision.id, { service: 'vpn' })
    await service.drain()
    const [, written] = await rows().writebacks()
    expect(written!.heldBack.service).toMatch(/set it \d+ s ago/)
    expect(written!.written).not.toHaveProperty('service')
  })

  test('where the connection only observes, a correction is kept and nothing is written', async () => {
    const { decision } = await decided(kind, CABLE, { mode: 'observe' })
    await correct(decision.id, { service: 'vpn' })
    await service.drain()
    expect((await rows().decisions())[1]).toMatchObject({ plan: 'skip', values: { service: 'vpn' } })
    expect(await rows().labels()).toMatchObject({ service: ['vpn', 'human'] })
    expect(service[kind].requests.filter((r) => r.method !== 'GET')).toEqual([])
  })

  test('asking again makes a new decision with the current answer of the model', async () => {
    const { decision } = await decided(kind)
    service.deps.classifiers.embedded = async () => opinion([['cable', { ...INTERNET, priority: 'urgent' }]])
    const { cause } = await retry(needs(), decision.id, 'Rita')
    await service.drain()
    const [, second] = await rows().decisions()
    expect(second).toMatchObject({
      cause,
      actor: 'Rita',
      values: { priority: 'urgent' },
      route: { assignee: 'Ilya Sorokin' },
    })
    expect((await rows().writebacks())[1]).toMatchObject({ state: 'applied', written: { priority: 'urgent' } })
    expect((await rows().audit()).map((a) => a.action)).toContain('decision.retry')
  })

  test('asking again about a deleted ticket becomes a dead letter, and the first decision stays', async () => {
    const { id, decision } = await decided(kind)
    // Without the event: where that arrives, all that is known of the ticket goes.
    service[kind].webhooks.length = 0
    await service[kind].remove(id)
    await service.drain()
    await retry(needs(), decision.id, 'Rita')
    await service.drain()
    expect(await rows().decisions()).toHaveLength(1)
    expect(await service.deps.queue.deadLetters()).toMatchObject([{ kind: 'triage' }])
    expect(await readLedger(service.deps.database.db)).toMatchObject({
      applied: 1,
      waiting: 0,
      lost: 0,
      balanced: true,
    })
  })
})

describe('two reviewers at once', () => {
  test.each([
    ['who agree', { kind: 'confirm' } as const, { kind: 'confirm' } as const],
    ['who correct', correctTo('vpn'), correctTo('hosting')],
    ['of whom one confirms and one corrects', { kind: 'confirm' } as const, correctTo('vpn')],
  ])('%s make one decision; the second gets a 409', async (_, one, other) => {
    const { decision } = await decided('jira')
    const both = await Promise.allSettled([
      settleByPerson(needs(), decision.id, one, 'Rita'),
      settleByPerson(needs(), decision.id, other, 'Sven'),
    ])
    expect(both.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = both.find((result) => result.status === 'rejected')
    expect(refused!.reason).toMatchObject({ status: 409, next: expect.stringContaining('/api/v1/decisions/') })
    const made = await rows().decisions()
    expect(made).toHaveLength(2)
    const reviewed = (await rows().audit()).filter((a) => a.action.startsWith('decision.'))
    expect(reviewed.map((a) => a.actor)).toEqual([made[1]!.actor])
    expect((await rows().labels()).service![0]).toBe(made[1]!.values.service)
  })
})

function correctTo(service: string) {
  return { kind: 'correct' as const, values: { service } }
}

describe('a review that is not possible', () => {
  test.each<[string, (held: string) => Promise<{ status: number; body: { next: string } }>, number, RegExp]>([
    ['of an unknown decision', () => confirm('01890a5d-ac96-774b-bcce-b302099a8057'), 404, /decisions/],
    ['with an unknown field', (id) => correct(id, { colour: 'red' }), 422, /service, category/],
    ['with an unknown value', (id) => correct(id, { service: 'fax' }), 422, /internet, mobile/],
    ['with a value of another field', (id) => correct(id, { priority: 'vpn' }), 422, /low, normal/],
  ])('%s is refused with a next step and changes nothing', async (_, ask, status, next) => {
    const { decision } = await decided('jira', DOUBTFUL)
    const answer = await ask(decision.id)
    expect(answer.status).toBe(status)
    expect(answer.body.next).toMatch(next)
    expect(await rows().decisions()).toHaveLength(1)
    expect(await rows().labels()).toEqual({})
    expect((await rows().audit()).filter((a) => a.action.startsWith('decision.'))).toEqual([])
  })

  test('confirming a decision that lacks a required value asks for it', async () => {
    service = await openService()
    rita = await signIn(service, 'reviewer', 'Rita')
    await service.jira.create(CABLE)
    await service.drain()
    const [decision] = await rows().decisions()
    expect(await confirm(decision!.id)).toMatchObject({
      status: 422,
      body: { detail: 'service, category, priority have no value', next: expect.stringContaining('Correct') },
    })
    expect((await correct(decision!.id, { service: 'vpn', category: 'access', priority: 'low' })).status).toBe(200)
  })

  test('of an older decision points to the newer one', async () => {
    const { decision } = await decided('jira')
    const { body } = await confirm(decision.id)
    for (const late of [await confirm(decision.id), await correct(decision.id, { service: 'vpn' })])
      expect(late).toMatchObject({ status: 409, body: { next: expect.stringContaining(body.decision) } })
    expect((await rita('POST', `/decisions/${decision.id}/retry`)).status).toBe(409)
  })
})

test('under a new routing map a confirmed ticket goes where that map says', async () => {
  const { decision } = await decided('jira')
  const { db } = service.deps.database
  const rows_ = routingMap.rows.map((row) => (row.when.service === 'internet' ? { ...row, group: 'Mobile' } : row))
  await saveDraft(db, { rows: rows_ }, 'test')
  await publishDraft(db, await currentTaxonomy(db), 'test')
  await confirm(decision.id)
  expect((await rows().decisions())[1]).toMatchObject({ mapVersion: 2, route: { group: 'Mobile' } })
})

test('a correction whose route has a dead target is written without one, with the reason in its trace', async () => {
  const { decision } = await decided('jira', DOUBTFUL)
  const { id: connectionId } = await service.connection('jira')
  await service.deps.database.db
    .insert(deadTargets)
    .values({ connectionId, kind: 'group', name: 'Workplace', reason: 'is deleted' })
  await correct(decision.id, { service: 'vpn' })
  await service.drain()
  const [, second] = await rows().decisions()
  expect(second).toMatchObject({ route: null, trace: { route: expect.stringContaining('Workplace is deleted') } })
  const [writeback] = await rows().writebacks()
  expect(writeback!.written).toEqual({ service: 'vpn', category: 'outage', priority: 'high' })
})
