/** Webhooks that never came: the helpdesk is compared, and what was missed is handled as if they had come. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { readLedger } from '../src/decisions/index.ts'
import { RECONCILE } from '../src/history/index.ts'
import { CABLE, classifier, fieldsOf, kinds, rowsOf } from './support/acts.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
beforeAll(async () => {
  service = await openService({ classifier })
})
afterEach(() => vi.useRealTimers())
afterAll(() => service.close())

/** So many minutes later, the helpdesks are compared; other jobs follow. */
async function compare(minutes: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 })
  const { queue, database } = service.deps
  await queue.send(database.db, RECONCILE, {}, { key: 'scheduled' })
  await service.drainEarly()
  await service.drainEarly()
}

const missed = async () =>
  (await rowsOf(service).deliveries())
    .filter(({ dedupeKey }) => dedupeKey.startsWith('missed:'))
    .map(({ event, ticketId, state }) => `${event} ${ticketId} ${state}`)

test('a lost creation is decided, a lost change is an override, and what came is left alone', async () => {
  const seen: Record<string, string> = {}
  for (const kind of kinds) seen[kind] = (await service[kind].create(CABLE)).id
  await service.drain()
  const lost: Record<string, { id: string; webhooks: object[] }> = {}
  for (const kind of kinds) {
    const desk = service[kind]
    const webhooks = desk.webhooks.splice(0)
    await desk.edit(seen[kind]!, await fieldsOf(service, kind, { service: 'vpn' }))
    lost[kind] = { id: (await desk.create(CABLE)).id, webhooks }
  }
  // What is young may be on its way: nothing is taken for lost.
  await compare(1)
  expect(await missed()).toEqual([])
  // The first page fails: the pass is not over.
  for (const kind of kinds) service[kind].fail({ path: /search\/jql|incremental/, status: 500, times: 1 })
  await compare(10)
  expect((await missed()).sort()).toEqual(
    kinds.flatMap((kind) => [`created ${lost[kind]!.id} done`, `updated ${seen[kind]} done`]).sort(),
  )
  expect(await rowsOf(service).overrides()).toMatchObject([
    { field: 'service', before: 'internet', after: 'vpn' },
    { field: 'service', before: 'internet', after: 'vpn' },
  ])
  expect((await rowsOf(service).writebacks()).filter(({ state }) => state === 'applied')).toHaveLength(4)
  // Our own write came without a webhook too: looked at once, and nothing follows.
  await compare(10)
  await compare(10)
  expect((await missed()).filter((one) => one.startsWith('updated'))).toHaveLength(4)
  expect(await rowsOf(service).overrides()).toHaveLength(2)
  // From now on the webhooks come, and nothing is missed.
  for (const kind of kinds) service[kind].webhooks.push(...(lost[kind]!.webhooks as never[]))
  for (const kind of kinds) await service[kind].resolve((await service[kind].create(CABLE)).id)
  await service.drain()
  const before = await missed()
  await compare(10)
  expect(await missed()).toEqual(before)
  expect(await readLedger(service.deps.database.db)).toMatchObject({ balanced: true, events: 6, waiting: 0 })
})
