/** Past tickets of both helpdesks: the labels at the end are what people chose, whatever broke in between. */
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { labels, tickets } from '../src/db/schema.ts'
import { BACKFILL, startBackfill } from '../src/history/index.ts'
import { tasks } from '../src/jobs.ts'
import { fieldsOf, type Kind, kinds, robotOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let admin: Client
beforeAll(async () => {
  service = await openService()
  admin = await signIn(service, 'admin')
  for (const kind of kinds) service[kind].webhooks.length = 0 // as before Pointsman was there
  service.jira.site.searchPage = 3
  service.zendesk.account.exportPage = 3
})
afterAll(() => service.close())
const db = () => service.deps.database.db

/** A ticket that people and robots work on; answers its id and the labels that people gave it. */
async function play(kind: Kind, acts: [by: 'agent' | 'robot' | 'customer', values: Record<string, string>][]) {
  const desk = service[kind]
  const { id } = await desk.create({ subject: 'My line', body: 'It is slow since 9 am, call +49 30 901820.' })
  const agents = { agent: desk.agents[0]!.id, robot: robotOf(service, kind), customer: customerOf(kind) }
  for (const [by, values] of acts) await desk.edit(id, await fieldsOf(service, kind, values), agents[by])
  return id
}

const customerOf = (kind: Kind) =>
  kind === 'zendesk'
    ? service.zendesk.account.customers[0]!.id
    : service.jira.site.people.others.find(({ type }) => type === 'customer')!.id

async function labelsOf(kind: Kind, externalId: string) {
  const { id: connectionId } = await service.connection(kind)
  const found = await db()
    .select({ field: labels.field, value: labels.value, provenance: labels.provenance })
    .from(labels)
    .innerJoin(tickets, eq(tickets.id, labels.ticketId))
    .where(and(eq(tickets.connectionId, connectionId), eq(tickets.externalId, externalId)))
  return Object.fromEntries(found.map(({ field, value, provenance }) => [field, `${value} ${provenance}`]))
}

/** Gives the service field of the sandbox a value that the mapping does not know. */
async function putUnknown(kind: Kind, id: string) {
  if (kind === 'jira') {
    service.jira.site.fields[0]!.options.push({ id: '10499', value: 'VPN access' })
    return service.jira.edit(id, { customfield_10050: { id: '10499' } })
  }
  const { service: field } = service.zendesk.account
  field.options.push({ id: '77', name: 'VPN access', value: 'service_vpn_access' })
  return service.zendesk.edit(id, { [field.id]: 'service_vpn_access' })
}

test.each(kinds)('%s: what people chose is learnt, and a broken page is read again', async (kind) => {
  const desk = service[kind]
  const INTERNET = { service: 'internet', category: 'outage', priority: 'high' }
  const chosen = await play(kind, [['agent', INTERNET]])
  await desk.resolve(chosen)
  const changed = await play(kind, [
    ['robot', { service: 'tv', category: 'question' }],
    ['agent', { service: 'mobile', group: 'Network' }],
    ['agent', { group: 'Mobile' }],
    ['robot', { category: 'order' }],
  ])
  await desk.resolve(changed)
  const byCustomer = await play(kind, [['customer', { category: 'payment' }]])
  await desk.resolve(byCustomer)
  const open = await play(kind, [['agent', INTERNET]])
  const unknown = await play(kind, [['agent', { category: 'access' }]])
  await putUnknown(kind, unknown)
  await desk.resolve(unknown)

  const started = await admin('POST', `/connections/${kind}/backfill`, { since: '30d' })
  expect(started).toMatchObject({ status: 202, body: { state: 'running', counts: { read: 0 } } })
  // One at a time: the same one goes on.
  const again = await admin('POST', `/connections/${kind}/backfill`, {})
  expect(again.body.id).toBe(started.body.id)
  // The second page dies in the middle of its histories.
  const { [BACKFILL]: task } = tasks(service.deps)
  await service.deps.queue.drain({ [BACKFILL]: { ...task!, run: onlyOnce(task!.run) } })
  const { body: half } = await admin('GET', `/backfills/${started.body.id}`)
  expect(half).toMatchObject({ state: 'running', total: 5, counts: { read: 3 } })
  const path = kind === 'jira' ? /bulkfetch/ : /audits/
  desk.fail({ path, status: 500, times: 1 })
  await service.drain()
  expect((await admin('GET', `/backfills/${started.body.id}`)).body.counts.read).toBe(3)
  await service.drainEarly()
  await service.drainEarly()

  const { body: done } = await admin('GET', `/backfills/${started.body.id}`)
  expect(done).toMatchObject({
    state: 'done',
    counts: { read: 5, labelled: 4, unlabelled: 0, open: 1, decided: 0, filtered: 0 },
    outside: [{ field: 'service', name: 'VPN access', n: 1, alias: 'vpn' }],
  })
  const imported = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([field, value]) => [field, `${value} imported`]))
  expect(await labelsOf(kind, chosen)).toEqual(imported(INTERNET))
  expect(await labelsOf(kind, changed)).toEqual(imported({ service: 'mobile' }))
  expect(await labelsOf(kind, byCustomer)).toEqual(imported({ category: 'payment' }))
  expect(await labelsOf(kind, unknown)).toEqual(imported({ category: 'access' }))
  expect(await labelsOf(kind, open)).toEqual({})
  const [row] = await db().select().from(tickets).where(eq(tickets.externalId, changed))
  expect(row).toMatchObject({ status: 'done', routed: { first: 'Network', last: 'Mobile' } })
  expect(row!.text).not.toContain('901820')

  // Once more: the same tickets, and nothing new.
  const before = await db().$count(labels)
  await admin('POST', `/connections/${kind}/backfill`, { since: '30d' })
  await service.drainEarly()
  await service.drainEarly()
  expect(await db().$count(labels)).toBe(before)
})

/** As a process that is killed after the first page: the job of the second one stays. */
function onlyOnce(run: (job: never) => Promise<void>) {
  let ran = 0
  return async (job: never) => {
    if (ran++ > 0) throw new Error('killed')
    await run(job)
  }
}

test('what cannot be started is refused with what to do, and one can be stopped', async () => {
  expect(await admin('POST', '/connections/jra/backfill', {})).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining('did you mean jira?') },
  })
  expect(await admin('POST', '/connections/jira/backfill', { since: 'soon' })).toMatchObject({
    status: 422,
    body: { next: expect.stringContaining('180d') },
  })
  const since = new Date(0)
  const { backfill } = await startBackfill(service.deps, { connection: 'jira', since }, 'test')
  expect(await admin('POST', `/backfills/${backfill.id}/stop`)).toMatchObject({
    status: 200,
    body: { state: 'stopped' },
  })
  await service.drain()
  expect((await admin('GET', '/backfills')).body.items[0]).toMatchObject({ state: 'stopped', counts: { read: 0 } })
})
