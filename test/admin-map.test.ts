/** The routing map with several editors: nobody's save is overwritten, and the draft is tried on history first. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CABLE, classifier } from './support/acts.ts'
import { type Client, clientWith, signIn } from './support/client.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let anna: Client
let boris: Client
beforeAll(async () => {
  service = await openService({ classifier })
  anna = await signIn(service, 'editor', 'anna')
  boris = await signIn(service, 'editor', 'boris')
  await service.jira.create(CABLE)
  await service.drain()
  await service.zendesk.create({ subject: 'Invoice', body: 'Please send me the invoice of last month once more.' })
  await service.drain()
})
afterAll(() => service.close())

type Row = { when: Record<string, string>; group: string | null; strategy?: unknown }
const to = (group: string, when: Row['when'] = {}): Row => ({ when, group, strategy: { kind: 'group' } })
const read = async () => (await anna('GET', '/routing-map')).body

/** A save that names what it was made on. */
async function save(who: Client, tag: string | null, rows: Row[]) {
  return withTag(who, tag)('PUT', '/routing-map/draft', { rows })
}
function withTag(who: Client, tag: string | null): Client {
  return (method, path, body) => who(method, path, body, tag === null ? {} : { 'If-Match': tag })
}

describe('two editors', () => {
  beforeEach(async () => {
    if ((await read()).draft) await anna('DELETE', '/routing-map/draft')
  })

  test('the second is refused, and is given what the first has saved', async () => {
    const { tag, published } = await read()
    const first = await save(anna, tag, [...published.rows, to('Billing', { service: 'tv' })])
    expect(first.status).toBe(200)
    const second = await save(boris, tag, [...published.rows, to('Mobile', { service: 'crm' })])
    expect(second.status).toBe(412)
    expect(second.body).toMatchObject({
      title: 'Changed meanwhile',
      detail: 'anna changed the routing map meanwhile',
      tag: first.body.tag,
      current: { author: 'anna', rows: expect.arrayContaining([to('Billing', { service: 'tv' })]) },
    })
    const { rows } = second.body.current
    expect((await save(boris, second.body.tag, [...rows, to('Mobile', { service: 'vpn' })])).status).toBe(200)
    expect(await read()).toMatchObject({ draft: { author: 'boris', base: published.version } })
  })

  test('of two who save in the same moment, one is refused', async () => {
    const { tag, published } = await read()
    const answers = await Promise.all([
      save(anna, tag, [...published.rows, to('Billing', { priority: 'low' })]),
      save(boris, tag, [...published.rows, to('Mobile', { priority: 'low' })]),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
  })

  test('publishing, restoring and throwing away name their state too', async () => {
    const { tag, published } = await read()
    const saved = await save(anna, tag, published.rows)
    await save(boris, saved.body.tag, published.rows)
    for (const [method, path, body] of [
      ['POST', '/routing-map/draft/publish', {}],
      ['POST', `/routing-map/versions/${published.version}/restore`],
      ['DELETE', '/routing-map/draft'],
    ] as const)
      expect((await withTag(anna, saved.body.tag)(method, path, body)).status, path).toBe(412)
    const { tag: now } = await read()
    expect((await withTag(anna, now)('DELETE', '/routing-map/draft')).status).toBe(204)
    expect(await read()).toMatchObject({ draft: null, published: { version: published.version } })
    expect((await anna('DELETE', '/routing-map/draft')).status).toBe(409)
  })

  test('a script that names no state saves as before', async () => {
    const { published } = await read()
    await save(anna, null, published.rows)
    expect((await save(boris, null, published.rows)).status).toBe(200)
  })
})

test('a publication makes the tag of its draft and of the map before out of date', async () => {
  const before = await read()
  const saved = await save(anna, before.tag, before.published.rows)
  expect((await withTag(anna, saved.body.tag)('POST', '/routing-map/draft/publish', { comment: 'same' })).status).toBe(
    200,
  )
  expect((await save(boris, before.tag, before.published.rows)).status).toBe(412)
  expect((await save(boris, saved.body.tag, before.published.rows)).status).toBe(412)
})

test('the preview counts by group, by row and by people, and pages the tickets', async () => {
  const { published } = await read()
  const rows = published.rows.map((row: Row) => (row.when.service === 'billing' ? to('Accounts', row.when) : row))
  await save(anna, null, [...rows, to('Network', { service: 'internet', category: 'outage' })])
  const ask = async (examples?: object) =>
    (await anna('POST', '/routing-map/draft/preview', { last: 100, ...(examples ? { examples } : {}) })).body
  const all = await ask()
  expect(all).toMatchObject({
    sampled: 2,
    changed: 2,
    groups: [{ from: 'Billing', to: 'Accounts', n: 1 }],
    people: 1,
    rows: expect.arrayContaining([{ row: rows.length + 1, when: { service: 'internet', category: 'outage' }, n: 1 }]),
  })
  expect(all.examples.map(({ subject }: { subject: string }) => subject)).toEqual(['Invoice', CABLE.subject])
  expect((await ask({ offset: 1, limit: 5 })).examples).toMatchObject([{ subject: CABLE.subject }])
  expect((await ask({ limit: 0 })).examples).toEqual([])
})

test('a version can be read with its rows; targets are those of the mappings and of the map', async () => {
  const viewer = await signIn(service, 'viewer')
  expect((await viewer('GET', '/routing-map/versions/1')).body).toMatchObject({
    version: 1,
    state: 'published',
    author: 'test',
    rows: expect.arrayContaining([expect.objectContaining({ when: {} })]),
  })
  expect((await viewer('GET', '/routing-map/versions/99')).status).toBe(404)
  const { groups, people } = (await viewer('GET', '/routing-map/targets')).body
  expect(groups).toContainEqual({ name: 'Network', connections: ['jira', 'zendesk'] })
  expect(people).toContainEqual({ name: 'Ilya Sorokin', connections: ['jira', 'zendesk'] })
  expect((await clientWith(service, null)('GET', '/routing-map/targets')).status).toBe(401)
})
