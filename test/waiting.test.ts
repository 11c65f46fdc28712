/** What waits is visible, with its reason and its next attempt, and can be tried again together. */
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ModelError, TriageError } from '../src/errors.ts'
import { CABLE, classifier, DOUBTFUL, edits, rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let operator: Client
let isDown: 'for an hour' | 'for good' | null
beforeEach(async () => {
  isDown = null
  service = await openService({
    classifier: {
      ...classifier,
      async classify(...asked) {
        const what = 'The model server is on fire'
        if (isDown === 'for good') throw new TriageError(what, { next: 'Put it out.', retry: false })
        if (isDown) throw new ModelError('unreachable', what, { next: 'Put it out.', retryAfterMs: 3_600_000 })
        return classifier.classify(...asked)
      },
    },
  })
  operator = await signIn(service, 'operator', 'Olga')
})
afterEach(() => service.close())

const listed = async (query: string) => (await operator('GET', `/decisions?${query}`)).body

describe('tickets that are not decided', () => {
  test('are listed as waiting, with the reason and the time of the next attempt', async () => {
    isDown = 'for an hour'
    await service.jira.create(CABLE)
    await service.drain()
    const { items } = await listed('outcome=waiting')
    expect(items).toMatchObject([
      {
        decided: false,
        outcome: 'waiting',
        connection: 'jira',
        reason: 'The model server is on fire',
        plan: null,
        ticket: { id: null, key: expect.stringMatching(/./) },
        waiting: { attempts: 1, nextAttempt: expect.any(String) },
      },
    ])
    expect(Date.parse(items[0].waiting.nextAttempt)).toBeGreaterThan(Date.parse(items[0].createdAt))
    expect((await listed('outcome=waiting&reason=ON%20FIRE')).items).toHaveLength(1)
    expect((await listed('outcome=waiting&connection=zendesk')).items).toEqual([])
    expect((await listed('outcome=waiting&value=priority/high')).items).toEqual([])
    expect((await operator('GET', '/decisions/counts')).body).toMatchObject({ waiting: 1, applied: 0 })
  })

  test('and write-backs that wait stand in one list, page by page', async () => {
    await operator('POST', '/pauses', { field: 'service', why: 'odd' })
    for (const ticket of [CABLE, CABLE]) await service.jira.create(ticket)
    await service.drain()
    isDown = 'for an hour'
    for (const ticket of [CABLE, CABLE, CABLE]) await service.zendesk.create(ticket)
    await service.drain()
    const seen: { id: string; decided: boolean; reason: string }[] = []
    for (let cursor = ''; ; ) {
      const { items, next } = await listed(`outcome=waiting&limit=2${cursor}`)
      seen.push(...items)
      if (next === null) break
      cursor = `&cursor=${next}`
    }
    expect(seen.map(({ decided }) => decided).sort()).toEqual([false, false, false, true, true])
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5)
    const paused = seen.find(({ decided }) => decided)!
    expect(paused).toMatchObject({
      reason: expect.stringMatching(/^service is paused by Olga since .*: odd$/),
      waiting: { nextAttempt: expect.any(String) },
    })
  })
})

describe('trying again by a filter', () => {
  test('makes what waits due now', async () => {
    isDown = 'for an hour'
    for (const kind of ['jira', 'zendesk'] as const) await service[kind].create(CABLE)
    await service.drain()
    isDown = null
    expect(await operator('POST', '/decisions/retry', { outcome: 'waiting', dryRun: true })).toMatchObject({
      status: 200,
      body: { matched: 2, retried: 0, more: false },
    })
    await service.drain()
    expect(await rowsOf(service).decisions()).toEqual([])
    expect((await operator('POST', '/decisions/retry', { outcome: 'waiting', connection: 'jira' })).body).toEqual({
      matched: 1,
      retried: 1,
      more: false,
    })
    await service.drain()
    expect([edits(service, 'jira').length, edits(service, 'zendesk').length]).toEqual([1, 0])
  })

  test('decides again what was held, by its reason, with one row in the audit', async () => {
    for (let i = 0; i < 3; i++) await service.jira.create(DOUBTFUL)
    await service.jira.create(CABLE)
    await service.drain()
    const before = (await rowsOf(service).decisions()).length
    expect(
      (await operator('POST', '/decisions/retry', { outcome: 'held', reason: 'no such words' })).body.matched,
    ).toBe(0)
    const part = await operator('POST', '/decisions/retry', { outcome: 'held', reason: 'Confidence', limit: 2 })
    expect(part.body).toEqual({ matched: 2, retried: 2, more: true })
    await service.drain()
    const after = await rowsOf(service).decisions()
    expect(after).toHaveLength(before + 2)
    expect(after.slice(-2)).toMatchObject([{ actor: 'Olga' }, { actor: 'Olga' }])
    const rows = (await rowsOf(service).audit()).filter(({ action }) => action === 'decision.retry-many')
    expect(rows).toMatchObject([
      { actor: 'Olga', subject: 'held', after: { ids: [{}, {}].map(() => expect.any(String)) } },
    ])
  })

  test('puts back to work what was given up', async () => {
    isDown = 'for good'
    await service.jira.create(CABLE)
    await service.drain()
    expect((await listed('outcome=failed')).items).toMatchObject([
      { decided: false, reason: expect.stringContaining('on fire'), waiting: null },
    ])
    isDown = null
    expect((await operator('POST', '/decisions/retry', { outcome: 'failed' })).body).toMatchObject({ retried: 1 })
    await service.drain()
    expect(edits(service, 'jira')).toHaveLength(1)
    expect(await service.deps.queue.deadLetters()).toEqual([])
  })

  test('leaves no trace in the audit when what was given up cannot be put back', async () => {
    isDown = 'for good'
    await service.jira.create(CABLE)
    await service.drain()
    isDown = null
    const { db } = service.deps.database
    await db.execute(sql`create function no_jobs() returns trigger language plpgsql as $$
      begin raise exception 'no more jobs'; end $$`)
    await db.execute(sql`create trigger no_jobs before insert on queue.job for each row execute function no_jobs()`)
    expect((await operator('POST', '/decisions/retry', { outcome: 'failed' })).status).toBe(500)
    const audited = async () => (await rowsOf(service).audit()).filter(({ action }) => action === 'decision.retry-many')
    expect(await audited()).toEqual([])
    expect(await service.deps.queue.deadLetters()).toHaveLength(1)

    await db.execute(sql`drop trigger no_jobs on queue.job`)
    expect((await operator('POST', '/decisions/retry', { outcome: 'failed' })).body).toMatchObject({ retried: 1 })
    expect(await audited()).toHaveLength(1)
    expect(await service.deps.queue.deadLetters()).toEqual([])
  })

  test.each([
    [{}],
    [{ outcome: 'held', connection: 'jirra' }],
    [{ outcome: 'odd' }],
    [{ outcome: 'held', limit: 5000 }],
  ])('with %o is refused', async (filter) => {
    expect((await operator('POST', '/decisions/retry', filter)).status).toBeGreaterThanOrEqual(400)
  })
})
