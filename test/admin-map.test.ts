/** The routing map: several editors, a try on history, what is odd, and who is there. */
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

test('a map is checked as it is typed, before it is saved: faults, oddities, and targets that are gone', async () => {
  const rows = [
    to('Billing'),
    to('Network', { service: 'internet' }),
    to('Nobody', { category: 'outage' }),
    to('Mobile', { service: 'mobil' }),
  ]
  const checked = await anna('POST', '/routing-map/draft/check', { document: { rows } })
  expect(checked).toMatchObject({
    status: 200,
    body: {
      faults: [{ path: 'rows.3.when.service', message: expect.stringContaining('did you mean mobile?') }],
      findings: expect.arrayContaining([{ kind: 'overlap', row: 3, with: [2] }]),
      dead: [
        { connection: 'jira', kind: 'group', name: 'Nobody', reason: expect.stringContaining('is not in the mapping') },
        { connection: 'zendesk', kind: 'group', name: 'Nobody' },
      ],
      unchecked: [],
    },
  })
  const { body } = await anna('POST', '/routing-map/draft/preview', { last: 100, document: { rows: [to('Accounts')] } })
  expect(body).toMatchObject({
    changed: 2,
    groups: expect.arrayContaining([{ from: 'Network', to: 'Accounts', n: 1 }]),
    persons: expect.arrayContaining([{ name: 'Ilya Sorokin', before: 0.5, after: 0 }]),
  })
})

test('groups and people that a mapping does not have yet are offered from the helpdesks', async () => {
  const admin = await signIn(service, 'admin')
  const { people } = (await admin('GET', '/connections/zendesk')).body.mapping
  expect(
    (await admin('PATCH', '/connections/zendesk?check=skip', { mapping: { people: { 'Mei Tanaka': null } } })).status,
  ).toBe(200)
  const { items, unchecked } = (await anna('GET', '/routing-map/targets/unmapped')).body
  expect(unchecked).toEqual([])
  expect(items).toMatchObject([
    { connection: 'jira', groups: [] },
    {
      connection: 'zendesk',
      groups: [],
      people: expect.arrayContaining([{ id: people['Mei Tanaka'], name: 'Mei Tanaka' }]),
    },
  ])
  await admin('PATCH', '/connections/zendesk?check=skip', { mapping: { people } })
})

describe('who is there', () => {
  const publish = async (map: object) => {
    const saved = await anna('PUT', '/routing-map/draft', map)
    expect(saved).toMatchObject({ status: 200, body: { faults: [] } })
    expect((await anna('POST', '/routing-map/draft/publish', {})).status).toBe(200)
  }
  const fresh = async (): Promise<{ group: string; assignee: string | null; because: string }> => {
    await service.zendesk.create(CABLE)
    await service.drain()
    return (await anna('GET', '/decisions?limit=1')).body.items[0].route
  }
  const CLOSED = { timeZone: 'Europe/Berlin', week: {} }
  const people = ['Asta Berg', 'Ilya Sorokin']
  const network = { when: { service: 'internet' }, group: 'Network', strategy: { kind: 'round_robin', people } }
  const night = { kind: 'fallback', group: 'Mobile', strategy: { kind: 'fixed', assignee: 'Mei Tanaka' } }

  test('a limit counts what a person got, and the ticket goes on to the next, then to the fallback', async () => {
    await publish({
      rows: [to('Accounts'), { ...network, otherwise: night }],
      people: {
        'Asta Berg': { limit: { tickets: 1, hours: 1 } },
        'Ilya Sorokin': { away: [{ from: '2020-01-01', until: '2020-01-02' }], limit: { tickets: 2, hours: 1 } },
      },
    })
    const before = await anna('POST', '/classify', { text: CABLE.body, connection: 'zendesk' })
    expect(before.body.route).toMatchObject({ group: 'Network' })
    const given = [await fresh(), await fresh(), await fresh(), await fresh()]
    // The ticket of the tests before counts too, for whoever got it.
    expect(given.map(({ assignee }) => assignee)).toEqual(expect.arrayContaining(['Mei Tanaka']))
    expect(given.at(-1)).toMatchObject({
      group: 'Mobile',
      assignee: 'Mei Tanaka',
      because: expect.stringContaining('Asta Berg has 1 of 1 tickets; Ilya Sorokin has 2 of 2 tickets, it falls back'),
    })
    const rows = (await anna('GET', '/decisions?limit=200')).body.items as { route: { assignee: string } | null }[]
    const of = (name: string) => rows.filter(({ route }) => route?.assignee === name).length
    expect([of('Asta Berg'), of('Ilya Sorokin')]).toEqual([1, 2])
  })

  test('who is away gets nothing; a closed group gets the ticket without a person', async () => {
    const away = { away: [{ from: '2020-01-01', until: '2099-12-31' }] }
    await publish({ rows: [to('Accounts'), network], people: { 'Asta Berg': away } })
    expect(await fresh()).toMatchObject({
      assignee: 'Ilya Sorokin',
      because: expect.stringContaining('Asta Berg is away until 2099-12-31; Ilya Sorokin is next of 1'),
    })
    await publish({ rows: [to('Accounts'), network], hours: { Network: CLOSED } })
    expect(await fresh()).toMatchObject({
      group: 'Network',
      assignee: null,
      because: expect.stringContaining('Network is closed; it waits in the group'),
    })
    const { body } = await anna('POST', '/routing-map/draft/preview', {
      last: 1,
      document: { rows: [to('Accounts'), { ...network, otherwise: night }], hours: { Network: CLOSED } },
    })
    expect(body).toMatchObject({ groups: [{ from: 'Network', to: 'Mobile', n: 1 }] })
  })
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
