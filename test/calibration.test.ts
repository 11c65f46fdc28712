/** The confidence of a model before and after people checked enough of its decisions. */
import { sql } from 'drizzle-orm'
import { afterEach, expect, test } from 'vitest'
import { uuidv7 } from '../src/db/id.ts'
import { calibrations, decisions, labels, tickets } from '../src/db/schema.ts'
import { tasks } from '../src/jobs.ts'
import type { Task } from '../src/queue/index.ts'
import { calibrateModels } from '../src/training/index.ts'
import { MODEL_ENV, modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const says = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
const rivals = { service: 'mobile', category: 'access', priority: 'low', sentiment: 'neutral' }
const CABLE = { subject: 'The cable is dead', body: 'The cable modem shows a red light and nothing loads today.' }

let service: Service
afterEach(() => service?.close())
const db = () => service.deps.database.db

/** Adds decisions that people checked: every third service was wrong. */
async function addChecked(n: number, model: string, { provenance = 'confirmed' as const, from = 0 } = {}) {
  const { id: connectionId } = await service.connection('jira')
  const asked = Array.from({ length: n }, (_, k) => ({ k: k + from, ticketId: uuidv7(), id: uuidv7() }))
  const seen = { connectionId, url: '', subject: '', text: '', language: 'en', metadata: {}, createdAt: new Date() }
  await db()
    .insert(tickets)
    .values(asked.map(({ k, ticketId }) => ({ id: ticketId, externalId: `${model}-${k}`, key: `K-${k}`, ...seen })))
  await db()
    .insert(decisions)
    .values(
      asked.map(({ k, ticketId, id }) => ({
        ...{ id, ticketId, connectionId, model, cause: `test:${id}`, plan: 'apply' as const, reason: '', values: says },
        ...{ sources: {}, trace: {}, route: null, taxonomyVersion: 1, rulesVersion: 1, ms: 1, modelMs: 1 },
        answers: {
          service: { value: 'internet', raw: 0.9 + (k % 10) / 100, calibrated: null, alternatives: [] },
          // a server that returned no probabilities
          category: { value: 'outage', raw: null, calibrated: null, alternatives: [] },
        },
      })),
    )
  await db()
    .insert(labels)
    .values(
      asked.flatMap(({ k, ticketId, id }) => {
        const row = { ticketId, provenance, decisionId: id, at: new Date() }
        return [
          { ...row, field: 'service', value: k % 3 === 0 ? 'mobile' : 'internet' },
          { ...row, field: 'category', value: 'outage' },
        ]
      }),
    )
}

test('confidence is marked as not calibrated until enough decisions were checked, and is calibrated then', async () => {
  service = await openService({ env: MODEL_ENV, settings: { thresholds: { service: 0.8 } } })
  service.network.use(modelServer(() => ({ says, rivals, confidence: 0.95 })).handler)
  const { model } = service.deps.classifiers.endpoint!
  await addChecked(99, model)
  expect(await calibrateModels(db())).toEqual([])
  await service.jira.create(CABLE)
  await service.drain()
  await addChecked(21, model, { from: 99 })
  await (tasks(service.deps).calibrate as Task).run({} as never)
  expect(await db().select().from(calibrations)).toMatchObject([{ model, field: 'service', n: 120 }])
  await service.jira.create({ ...CABLE, subject: 'Again' })
  await service.drain()

  const [before, after] = await db().select().from(decisions).where(sql`cause like 'delivery:%'`).orderBy(decisions.id)
  expect(before).toMatchObject({ plan: 'apply', answers: { service: { calibrated: null } } })
  expect(before!.trace).toMatchObject({ gates: [{ field: 'service', calibrated: false }, {}, {}, {}] })
  expect(after!.answers.service).toMatchObject({
    raw: expect.closeTo(0.95),
    calibrated: expect.closeTo(2 / 3, 1),
  })
  expect(after).toMatchObject({ plan: 'hold', answers: { category: { calibrated: null } } })
  expect(after!.reason).toMatch(/^service internet: confidence 0\.\d\d is below 0\.80$/)
  expect(after!.trace).toMatchObject({ gates: [{ field: 'service', calibrated: true }, {}, {}, {}] })
})

test('the reason says when a low confidence is not calibrated yet', async () => {
  service = await openService({ env: MODEL_ENV })
  service.network.use(modelServer(() => ({ says, rivals, confidence: 0.5 })).handler)
  await service.jira.create(CABLE)
  await service.drain()
  const [{ reason }] = (await db().select().from(decisions)) as [typeof decisions.$inferSelect]
  expect(reason).toContain('service internet: confidence 0.50 is below 0.60 (not calibrated yet)')
})

test('what an endpoint promises comes from the decisions that people checked, and it suggests until then', async () => {
  service = await openService({ env: MODEL_ENV, settings: { threshold: undefined, precisions: { service: 0.6 } } })
  service.network.use(modelServer(() => ({ says, rivals, confidence: 0.95 })).handler)
  const { model } = service.deps.classifiers.endpoint!
  const decide = async (subject: string) => {
    await (tasks(service.deps).calibrate as Task).run({} as never)
    await service.deps.curves.refresh()
    await service.jira.create({ ...CABLE, subject })
    await service.drain()
    return (await db().select().from(decisions).where(sql`cause like 'delivery:%'`).orderBy(decisions.id)).at(-1)!
  }
  await addChecked(60, model)
  const before = await decide('One')
  expect(before.plan).toBe('suggest')
  expect(before.reason).toMatch(
    /^only suggested: service: 60 % right is not proven yet: at least 40 more .* \(n = 60\);/,
  )
  await addChecked(240, model, { from: 60 })
  const after = await decide('Two')
  // two of three were right; the other fields are not proven
  expect(after.reason).not.toContain('service')
  const { gates } = after.trace as { gates: { field: string; passed: boolean; promise: object }[] }
  expect(gates[0]).toMatchObject({
    passed: true,
    promise: { asked: 0.6, n: 300, says: 'expected right in 66 % (n = 300)' },
  })
})

test('a curve is fitted again at once after many new labels, hourly after few, and not without new labels', async () => {
  service = await openService()
  await addChecked(120, 'house@chat-1')
  await addChecked(120, 'embedded-000000000001')
  expect(await calibrateModels(db())).toEqual([{ model: 'house@chat-1', field: 'service', kind: 'platt', n: 120 }])
  expect(await calibrateModels(db())).toEqual([])
  await addChecked(10, 'house@chat-1', { from: 120 })
  expect(await calibrateModels(db())).toEqual([])
  await db().execute(sql`update track_records set created_at = created_at - interval '61 minutes'`)
  expect(await calibrateModels(db())).toMatchObject([{ n: 130 }])
  await addChecked(60, 'house@chat-1', { from: 130 })
  expect(await calibrateModels(db())).toMatchObject([{ n: 190 }])
})
