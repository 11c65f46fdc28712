/** The model is asked only once about the same text. */
import { sql } from 'drizzle-orm'
import { afterEach, expect, test } from 'vitest'
import { openAnswerCache, tidyAnswerCache } from '../src/classifiers/index.ts'
import type { Answer } from '../src/contract/index.ts'
import { decisionCache, decisions } from '../src/db/schema.ts'
import { currentTaxonomy, saveTaxonomy } from '../src/taxonomy/index.ts'
import { MODEL_ENV, modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const says = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
const rivals = { service: 'mobile', category: 'access', priority: 'low', sentiment: 'neutral' }
const CABLE = {
  subject: 'The cable is dead',
  body: 'Since this morning the cable modem shows a red light and nothing loads. Write to me at anna@example.org.',
}

let service: Service
afterEach(() => service?.close())

async function open() {
  service = await openService({ env: MODEL_ENV })
  const server = modelServer(() => ({ says, rivals }))
  service.network.use(server.handler)
  return server
}
const db = () => service.deps.database.db
const decided = () => db().select().from(decisions).orderBy(decisions.createdAt)
const lookups = async () => {
  const found = await service.deps.events.registry.getSingleMetric('pointsman_answer_cache_lookups_total')!.get()
  return Object.fromEntries(found.values.map(({ labels, value }) => [labels.outcome, value]))
}

test('a second ticket with the same words is decided in full without the model', async () => {
  const { asked } = await open()
  await service.jira.create(CABLE)
  await service.drain()
  // another address and other line breaks are the same question
  await service.zendesk.create({
    ...CABLE,
    body: CABLE.body.replace('anna@example.org', 'boris@example.com').replace(' and ', '\n\n and '),
  })
  await service.drain()
  expect(asked).toHaveLength(1)
  const [first, second] = await decided()
  expect(first).toMatchObject({ plan: 'apply', sources: { service: 'endpoint' }, tokens: { prompt: 200 } })
  expect(second).toMatchObject({
    plan: 'apply',
    values: first!.values,
    sources: { service: 'cache', category: 'cache' },
    answers: first!.answers,
    model: first!.model,
    tokens: { prompt: 0, completion: 0, cached: 0 },
  })
  expect(await lookups()).toEqual({ hit: 1, miss: 1 })
  expect(JSON.stringify(await db().select().from(decisionCache))).not.toContain('example.org')
})

test('another text or another taxonomy is another question', async () => {
  const { asked } = await open()
  await service.jira.create(CABLE)
  await service.drain()
  await service.jira.create({ ...CABLE, subject: 'The CABLE is dead' })
  await service.drain()
  expect(asked).toHaveLength(2)
  const { version, ...document } = await currentTaxonomy(db())
  await saveTaxonomy(db(), document, version, 'test')
  await service.jira.create(CABLE)
  await service.drain()
  expect(asked).toHaveLength(3)
})

test('an unusable answer is not cached', async () => {
  service = await openService({ env: MODEL_ENV })
  const server = modelServer(() => ({ says: { ...says, service: 'gardening' } }))
  service.network.use(server.handler)
  await service.jira.create(CABLE)
  await service.drain()
  expect(await decided()).toMatchObject([{ plan: 'hold' }])
  expect(await db().select().from(decisionCache)).toEqual([])
})

test('answers of an older taxonomy, of another model, too old or over the limit are deleted', async () => {
  await open()
  const cache = openAnswerCache(db(), () => {}, 3)
  const answer: Answer = { source: 'endpoint', model: 'triage@1', fields: {}, tokens: null, ms: 1 }
  const keep = async (key: string, days = 0, version = 2, model = 'triage@1') => {
    await cache.keep(key, version, { ...answer, model })
    await db().execute(
      sql`update decision_cache set created_at = now() - make_interval(days => ${days}) where key = ${key}`,
    )
  }
  await keep('older taxonomy', 0, 1)
  await keep('other model', 0, 2, 'triage@0')
  await keep('too old', 31)
  for (const days of [5, 4, 3, 2]) await keep(`${days} days`, days)
  expect(await tidyAnswerCache(db(), { models: ['triage@1'], taxonomyVersion: 2 }, 3)).toBe(4)
  const left = await db().select({ key: decisionCache.key }).from(decisionCache).orderBy(decisionCache.createdAt)
  expect(left.map(({ key }) => key)).toEqual(['4 days', '3 days', '2 days'])
  expect(await cache.find('4 days')).toEqual(answer)
  expect(await cache.find('5 days')).toBeNull()
})
