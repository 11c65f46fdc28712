/** An issue that is moved to another project, and a ticket that is done before we come. */
import { afterEach, describe, expect, test } from 'vitest'
import { changeConnection } from '../src/connections/index.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { settleByPerson } from '../src/review/index.ts'
import { CABLE, classifier, deliver, edits, fieldsOf, kinds, newestBody, rowsOf } from './support/acts.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
afterEach(() => service?.close())
const rows = () => rowsOf(service)
const ledger = () => readLedger(service.deps.database.db)
const overridden = async () => (await rows().overrides()).map((o) => [o.field, o.before, o.after])
const stored = async () => (await rows().tickets()).map(({ key, url }) => ({ key, url }))
const at = (key: string) => ({ key, url: `https://jira.test/browse/${key}` })

/** A site with the projects SUP and NET, of which only SUP is ours. */
async function open(settings: object = {}, projects: string[] = ['SUP']) {
  service = await openService({ classifier, settings: { ...settings } })
  service.jira.site.projects.push({ key: 'NET', name: 'Network', type: 'software' })
  const { selfId } = await service.connection('jira')
  const needs = { db: service.deps.database.db, vault: service.deps.vault }
  await changeConnection(needs, 'jira', { filters: { projects } }, selfId, 'test')
}

async function move(id: string, project: string) {
  await service.jira.move(id, project)
  await service.drain()
}

const thin = (more: object) => deliver(service, 'jira', { timestamp: Date.now(), ...more })

describe('a decided issue that moves', () => {
  test('keeps its decision; the stored key and page follow', async () => {
    await open()
    const { id } = await service.jira.create(CABLE)
    await service.drain()
    expect(await stored()).toEqual([at('SUP-1')])
    await move(id, 'NET')
    expect(await stored()).toEqual([at('NET-1')])
    expect(await rows().decisions()).toHaveLength(1)
    // An event of before the move that comes late does not bring the old key back.
    const body = await newestBody(service, 'created')
    const changelog = { id: '1', items: [{ field: 'x', fieldId: 'status', from: '1', to: '2' }] }
    await deliver(service, 'jira', { ...body, webhookEvent: 'jira:issue_updated', changelog })
    await service.drain()
    expect(await stored()).toEqual([at('NET-1')])
    expect((await rows().deliveries()).map(({ state }) => state)).not.toContain('waiting')
  })

  test.each(['NET-1', 'SUP-1'])('is found by a thin event under %s, and the correction counts', async (key) => {
    await open()
    const { id } = await service.jira.create(CABLE)
    await service.drain()
    service.jira.webhooks.length = 0
    await move(id, 'NET')
    await service.jira.edit(id, await fieldsOf(service, 'jira', { service: 'vpn' }))
    await thin({ key, event: 'updated' })
    await service.drain()
    expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
    expect(await stored()).toEqual([at('NET-1')])
  })

  test('and was only written later is stored under its new key', async () => {
    await open()
    const { id } = await service.jira.create(CABLE)
    await service.drain()
    service.jira.webhooks.length = 0
    await service.jira.move(id, 'NET')
    const { database, queue, events } = service.deps
    const [decision] = await rows().decisions()
    await settleByPerson({ db: database.db, queue, events }, decision!.id, { kind: 'confirm' }, 'Rita')
    await service.drain()
    expect(await stored()).toEqual([at('NET-1')])
  })

  test('to a project that lacks a value, and is corrected there, teaches the correction alone', async () => {
    await open()
    const { id } = await service.jira.create(CABLE)
    await service.drain()
    await move(id, 'NET')
    expect(await overridden()).toEqual([])
    await service.jira.edit(id, await fieldsOf(service, 'jira', { service: 'vpn' }))
    await service.drain()
    expect(await overridden()).toEqual([['service', 'internet', 'vpn']])
  })
})

test('a thin event waits for the decision that the full event of the same issue announced', async () => {
  await open()
  const { id, key } = await service.jira.create(CABLE)
  await service.jira.settled()
  await service.jira.edit(id, await fieldsOf(service, 'jira', { service: 'vpn' }))
  await thin({ key, event: 'updated' })
  await service.drain()
  await service.drainEarly()
  await service.jira.resolve(id)
  await service.drain()
  const reasons = (await rows().deliveries()).map(({ reason }) => reason)
  expect(reasons).not.toContain('the ticket was never decided here')
  expect(await rows().labels()).toMatchObject({ service: ['vpn', 'human'] })
})

describe('an issue that moves into our project', () => {
  async function elsewhere() {
    const { id } = await service.jira.create({ ...CABLE, fields: { project: { key: 'NET' } } })
    await service.drain()
    expect(await rows().decisions()).toEqual([])
    return id
  }

  test.each(['events', 'thin'] as const)('is triaged as if it were created there, sent as %s', async (style) => {
    await open()
    const id = await elsewhere()
    service.jira.webhooks[0]!.style = style
    await move(id, 'SUP')
    expect(await rows().decisions()).toMatchObject([{ plan: 'apply', values: { service: 'internet' } }])
    expect(await rows().writebacks()).toMatchObject([{ state: 'applied' }])
    expect(await stored()).toEqual([at('SUP-1')])
    expect(await ledger()).toMatchObject({ events: 1, applied: 1, waiting: 0, lost: 0, balanced: true })
    // There and back again: it is decided once.
    await move(id, 'NET')
    await move(id, 'SUP')
    expect(await rows().decisions()).toHaveLength(1)
    expect(await stored()).toEqual([at('SUP-2')])
  })

  test('is left alone when the connection says so', async () => {
    await open({ moved: false })
    await move(await elsewhere(), 'SUP')
    expect(await rows().decisions()).toEqual([])
    expect((await rows().deliveries()).at(-1)).toMatchObject({ reason: 'the ticket was never decided here' })
  })

  test('is left alone in a project that is not ours', async () => {
    await open({}, ['OPS'])
    service.jira.site.projects.push({ key: 'OPS', name: 'Operations', type: 'software' })
    await move(await elsewhere(), 'SUP')
    expect(await rows().decisions()).toEqual([])
    expect((await rows().deliveries()).at(-1)!.reason).toMatch(/project SUP is not among OPS/)
  })
})

describe.each(kinds)('%s: a ticket that is done', (kind) => {
  const done = kind === 'jira' ? { status: { id: '10003' } } : { status: 'solved' }

  test('before it is written is left as it is', async () => {
    service = await openService({ classifier })
    const { id } = await service[kind].create(CABLE)
    await service[kind].settled()
    await service[kind].resolve(id)
    const before = service[kind].ticket(id)!.history.length
    await service.drain()
    await service.drainEarly()
    expect(await rows().writebacks()).toMatchObject([{ state: 'skipped', reason: expect.stringContaining('done') }])
    expect(edits(service, kind)).toEqual([])
    expect(service[kind].ticket(id)!.history).toHaveLength(before)
    expect(await ledger()).toMatchObject({ skipped: 1, balanced: true })
  })

  test('when it is created is not decided, and no classifier is asked', async () => {
    let asked = 0
    const counting = {
      ...classifier,
      classify: (...args: Parameters<typeof classifier.classify>) => {
        asked += 1
        return classifier.classify(...args)
      },
    }
    service = await openService({ classifier: counting })
    const by = service[kind].agents[0]!.id
    const fields = kind === 'jira' ? done : { ...done, assignee_id: by }
    await service[kind].create({ ...CABLE, by, fields })
    await service.drain()
    expect(await rows().decisions()).toMatchObject([
      { plan: 'skip', reason: expect.stringContaining('done'), values: {} },
    ])
    expect(asked).toBe(0)
    expect(edits(service, kind)).toEqual([])
    expect(await ledger()).toMatchObject({ events: 1, skipped: 1, balanced: true })
  })

  test('and is reopened and confirmed by a reviewer is written', async () => {
    service = await openService({ classifier })
    const { id } = await service[kind].create(CABLE)
    await service[kind].settled()
    await service[kind].resolve(id)
    await service.drain()
    await service.drainEarly()
    await service[kind].edit(id, kind === 'jira' ? { status: { id: '10002' }, resolution: null } : { status: 'open' })
    await service.drain()
    const [decision] = await rows().decisions()
    const { database, queue, events } = service.deps
    await settleByPerson({ db: database.db, queue, events }, decision!.id, { kind: 'confirm' }, 'Rita')
    await service.drain()
    expect((await rows().writebacks()).at(-1)).toMatchObject({ state: 'applied', written: { service: 'internet' } })
  })
})
