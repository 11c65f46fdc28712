/** One search in the log finds everything about a ticket: each line carries the ids that are known. */
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { deliveries } from '../src/db/schema.ts'
import { type Kind, kinds } from './support/acts.ts'
import { openService, opinion, type Service } from './support/service.ts'

let service: Service
afterEach(() => service?.close())

const LABELS = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }

test.each(kinds)('the lines of a ticket of %s carry delivery, ticket and decision', async (kind: Kind) => {
  const lines: Record<string, unknown>[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  service = await openService({ classifier: opinion([['', LABELS]]), log })
  const write = { method: 'PUT', path: /\/(issue|tickets)\/[^/]+$/, status: 500, times: 1 }
  const { id } = await service[kind].create({ subject: 'No internet', body: 'The cable modem is dead.' })
  await service[kind].settled()
  service[kind].fail(write)
  await service.drain()
  await service.drainEarly()
  await service[kind].edit(id, kind === 'jira' ? { priority: { id: '4' } } : { priority: 'low' })
  await service.drain()
  await service.drainEarly()

  const [created, ...later] = await service.deps.database.db.select().from(deliveries).orderBy(deliveries.id)
  const of = (msg: string, about: Record<string, unknown> = {}) =>
    lines.filter((line) => line.msg === msg && Object.entries(about).every(([name, value]) => line[name] === value))
  const [decided] = of('decided')
  const ids = { delivery: created!.id, ticket: id, decision: decided!.decision }
  expect(decided).toMatchObject(ids)
  expect(of('written back')).toMatchObject([{ ...ids, state: 'applied' }])
  expect(of('an attempt failed', { kind: 'writeback' })).toMatchObject([{ ...ids, job: expect.any(String) }])
  const [overridden] = of('overridden')
  expect(overridden).toMatchObject({ ticket: id, decision: ids.decision, field: 'priority' })
  expect(later.map((row) => row.id)).toContain(overridden!.delivery)
  for (const row of [created!, ...later]) {
    expect(of('delivery', { delivery: row.id })).not.toEqual([])
    expect(of('request', { delivery: row.id })).not.toEqual([])
  }
})
