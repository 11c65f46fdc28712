/** A pause is one call, holds at once for all processes, and loses nothing. */
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readLedger } from '../src/decisions/index.ts'
import { CABLE, classifier, edits, kinds, rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let operator: Client
beforeEach(async () => {
  service = await openService({ classifier })
  operator = await signIn(service, 'operator', 'Olga')
})
afterEach(() => service.close())

const create = (kind: (typeof kinds)[number] = 'jira') => service[kind].create(CABLE)
const states = async () => (await rowsOf(service).writebacks()).map(({ state }) => state)

describe('a pause of everything', () => {
  test('takes webhooks, decides and writes nothing, and goes on after it', async () => {
    const paused = await operator('POST', '/pauses', { why: 'the new model is odd' })
    expect(paused).toMatchObject({ status: 200, body: { who: 'Olga', why: 'the new model is odd', connection: null } })
    for (const kind of kinds) await create(kind)
    await service.drainEarly()
    expect(await rowsOf(service).decisions()).toEqual([])
    expect(await readLedger(service.deps.database.db)).toMatchObject({ events: 2, waiting: 2, lost: 0, balanced: true })
    expect((await operator('GET', '/pauses')).body.items).toMatchObject([{ who: 'Olga', at: expect.any(String) }])

    expect(await operator('POST', '/pauses/resume', {})).toMatchObject({
      status: 200,
      body: { ended: [{ endedBy: 'Olga' }] },
    })
    await service.drain()
    expect(await states()).toEqual(['applied', 'applied'])
    for (const kind of kinds) expect(edits(service, kind)).toHaveLength(1)
    expect((await operator('GET', '/pauses')).body.items).toEqual([])
    expect((await operator('GET', '/pauses?ended=true')).body.items).toHaveLength(1)
  })

  test('is recorded in the audit with its end, and pausing twice is one pause', async () => {
    const [one, two] = [await operator('POST', '/pauses', {}), await operator('POST', '/pauses', { why: 'again' })]
    expect(two.body.id).toBe(one.body.id)
    await operator('POST', '/pauses/resume', { id: one.body.id })
    const auditor = await signIn(service, 'auditor')
    const { items } = (await auditor('GET', '/audit?actor=Olga')).body
    expect(items).toMatchObject([
      { action: 'resume', subject: 'everything' },
      { action: 'pause', subject: 'everything' },
    ])
  })

  test('is seen at the moment of writing, after the ticket was read', async () => {
    await create()
    const original = service.deps.helpdesks.call
    let calls = 0
    service.deps.helpdesks.call = async (id, work, priority) => {
      // The second call of a write-back writes: the pause is made while it is under way.
      return original(
        id,
        async (connector, connection) => {
          if (++calls === 2) await operator('POST', '/pauses', { connection: 'jira' })
          return work(connector, connection)
        },
        priority,
      )
    }
    await service.drain()
    expect(calls).toBe(2)
    expect(edits(service, 'jira')).toEqual([])
    expect(await states()).toEqual(['waiting'])
    service.deps.helpdesks.call = original
    await operator('POST', '/pauses/resume', { connection: 'jira' })
    await service.drain()
    expect(edits(service, 'jira')).toHaveLength(1)
  })

  test('may take longer than a job may wait for anything else', async () => {
    await operator('POST', '/pauses', {})
    await create()
    await service.drain()
    const { db } = service.deps.database
    await db.execute(sql`update queue.job set created_on = now() - interval '10 days' where name = 'triage'`)
    await service.drainEarly()
    service.jira.fail({ status: 503 })
    await operator('POST', '/pauses/resume', { all: true })
    await service.drain()
    expect(await service.deps.queue.deadLetters()).toEqual([])
  })
})

describe('a pause of a part', () => {
  test('holds one connection only', async () => {
    await operator('POST', '/pauses', { connection: 'jira' })
    for (const kind of kinds) await create(kind)
    await service.drain()
    expect([edits(service, 'jira').length, edits(service, 'zendesk').length]).toEqual([0, 1])
  })

  test('of a value holds what would be written with it, as a whole', async () => {
    await operator('POST', '/pauses', { field: 'priority', value: 'high' })
    await create()
    await service.jira.create({
      subject: 'My invoice',
      body: 'There is something wrong with the invoice of this month.',
    })
    await service.drain()
    expect(edits(service, 'jira')).toHaveLength(1)
    expect((await states()).sort()).toEqual(['applied', 'waiting'])
    await operator('POST', '/pauses/resume', { field: 'priority', value: 'high' })
    await service.drain()
    expect(await states()).toEqual(['applied', 'applied'])
  })

  test.each([
    [{ connection: 'jirra' }, 'connection', 'jira'],
    [{ field: 'prioritty' }, 'field', 'priority'],
    [{ field: 'priority', value: 'hihg' }, 'value', 'high'],
    [{ value: 'high' }, 'field', 'name both'],
  ])('%o is refused with the name that was meant', async (scope, path, meant) => {
    expect(await operator('POST', '/pauses', scope)).toMatchObject({
      status: 422,
      body: { faults: [{ path, message: expect.stringContaining(meant) }] },
    })
  })

  test('is ended by its own name only, and the answer names what is paused', async () => {
    await operator('POST', '/pauses', { connection: 'jira', field: 'priority' })
    expect(await operator('POST', '/pauses/resume', { connection: 'jira' })).toMatchObject({
      status: 404,
      body: { next: 'These are paused: connection jira, priority.' },
    })
    expect((await operator('POST', '/pauses/resume', { all: true })).body.ended).toHaveLength(1)
  })
})
