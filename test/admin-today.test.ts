/** What the page shows first: counts that follow the filter, decisions over time, latency, and what waits. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decisions, writebacks } from '../src/db/schema.ts'
import { CABLE, DOUBTFUL, fieldsOf, INTERNET } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, opinion, type Service } from './support/service.ts'

const URGENT = { subject: 'Nobody can call', body: 'All phones in the hospital are silent since nine, please hurry.' }
const RUSSIAN = {
  subject: 'Счёт за октябрь',
  body: 'Здравствуйте! Прошу объяснить сумму за октябрь: в ней есть услуга, которую мы не подключали.',
}

let service: Service
let viewer: Client
beforeAll(async () => {
  service = await openService({
    classifier: opinion([
      ['cable', INTERNET],
      ['сумму', { service: 'billing', category: 'payment', priority: 'normal', sentiment: 'neutral' }],
      ['odd', INTERNET, 0.2],
      ['phones', { ...INTERNET, service: 'telephony', priority: 'urgent' }, 0.3],
    ]),
  })
  viewer = await signIn(service, 'viewer')
  const { id } = await service.jira.create(CABLE)
  await service.jira.create(URGENT)
  await service.zendesk.create(DOUBTFUL)
  await service.zendesk.create(RUSSIAN)
  await service.drain()
  await service.jira.edit(id, await fieldsOf(service, 'jira', { priority: 'low' }))
  await service.drain()
})
afterAll(() => service.close())

const zero = { applied: 0, suggested: 0, held: 0, skipped: 0, failed: 0, waiting: 0, lost: 0 }

describe('counts', () => {
  test.each([
    ['', { applied: 2, held: 2 }],
    ['outcome=held', { applied: 2, held: 2 }],
    ['connection=jira', { applied: 1, held: 1 }],
    ['value=service/billing', { applied: 1 }],
    ['text=CABLE', { applied: 1 }],
    ['text=октябрь', { applied: 1 }],
    ['text=100%25', {}],
    ['language=ru', { applied: 1 }],
    ['model=opinion-1', { applied: 2, held: 2 }],
    ['model=other', {}],
    ['map=1', { applied: 2, held: 2 }],
    ['map=2', {}],
    ['source=embedded', { applied: 2, held: 2 }],
    ['source=human', {}],
    ['group=Billing', { applied: 1 }],
    ['assignee=Nobody', {}],
    ['overridden=any', { applied: 1 }],
    ['overridden=priority', { applied: 1 }],
    ['overridden=service', {}],
    ['newest=true&until=2020-01-01T00:00:00Z', {}],
  ])('%s: %o, as many as the list has', async (query, expected) => {
    const { status, body } = await viewer('GET', `/decisions/counts?${query}`)
    expect(status).toBe(200)
    expect(body).toEqual({ ...zero, ...expected })
    const listed = await viewer('GET', `/decisions?${query}`)
    const outcome = new URLSearchParams(query).get('outcome') as keyof typeof zero | null
    const total = outcome ? body[outcome] : Object.values<number>(body).reduce((sum, n) => sum + n, 0)
    expect(listed.body.items).toHaveLength(total)
  })

  test('a decision without the write-back that it must have is lost, and is found', async () => {
    const { db } = service.deps.database
    const [row] = await db.select().from(writebacks).limit(1)
    await db.delete(writebacks).where(eq(writebacks.decisionId, row!.decisionId))
    expect((await viewer('GET', '/decisions/counts')).body).toEqual({ ...zero, applied: 1, held: 2, lost: 1 })
    expect((await viewer('GET', '/decisions?outcome=lost')).body.items).toMatchObject([{ id: row!.decisionId }])
    await db.insert(writebacks).values(row!)
    expect((await viewer('GET', '/decisions?outcome=lost')).body.items).toEqual([])
  })

  test('a filter that is wrong is refused', async () => {
    for (const query of ['value=nothing', 'map=0', 'source=oracle', 'overridden=a-b', 'color=red'])
      expect((await viewer('GET', `/decisions/counts?${query}`)).status, query).toBe(400)
  })
})

test('the timeline has every step from the first decision to the last, and as many decisions as there are', async () => {
  const { db } = service.deps.database
  const [first] = await db.select().from(decisions).orderBy(decisions.id).limit(1)
  const early = new Date(first!.createdAt.getTime() - 3_600_000)
  await db.update(decisions).set({ createdAt: early }).where(eq(decisions.id, first!.id))
  const { body } = await viewer('GET', '/reports/timeline?columns=20')
  const starts: number[] = body.items.map(({ at }: { at: string }) => Date.parse(at) / 1000)
  expect(starts.length).toBeLessThanOrEqual(20)
  for (const [i, at] of starts.entries()) expect(at).toBe(starts[0]! + i * body.seconds)
  const sum = (outcome: string) => body.items.reduce((n: number, item: Record<string, number>) => n + item[outcome]!, 0)
  expect([sum('applied'), sum('held'), sum('skipped')]).toEqual([2, 2, 0])
  const empty = await viewer('GET', '/reports/timeline?until=2020-01-01T00:00:00Z')
  expect(empty.body.items).toEqual([])
  await db.update(decisions).set({ createdAt: first!.createdAt }).where(eq(decisions.id, first!.id))
})

test('today: latency, the oldest critical ticket, what people change, connections and models', async () => {
  const { status, body } = await viewer('GET', '/reports/today')
  expect(status).toBe(200)
  expect(body.latency).toMatchObject({ n: 2 })
  expect(body.latency.p50).toBeGreaterThan(0)
  expect(body.latency.p95).toBeGreaterThanOrEqual(body.latency.p50)
  expect(body).toMatchObject({
    critical: 'urgent',
    oldestCritical: { subject: URGENT.subject, receivedAt: expect.any(String) },
    changes: [{ field: 'priority', before: 'high', after: 'low', n: 1 }],
    connections: [
      { name: 'jira', kind: 'jira', mode: 'automate', refused: 0, pausedUntil: null, lastAt: expect.any(String) },
      { name: 'zendesk', kind: 'zendesk', lastAt: expect.any(String) },
    ],
    models: [{ kind: 'embedded', name: 'opinion-1', state: 'up', error: null }],
  })
  const decision = await viewer('GET', `/decisions/${body.oldestCritical.decision}`)
  expect(decision.body).toMatchObject({ outcome: 'held', ticket: { subject: URGENT.subject } })
  const later = new Date(Date.now() + 60_000).toISOString()
  expect((await viewer('GET', `/reports/today?since=${later}`)).body).toMatchObject({
    latency: { p50: null, p95: null, n: 0 },
    changes: [],
    connections: [{ deliveries: 0 }, { deliveries: 0 }],
  })
})
