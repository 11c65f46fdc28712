/** The taxonomy, the rules and the routing map by the API. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { routingMap } from '../src/demo/desk.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, opinion, type Service } from './support/service.ts'

const INTERNET = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }

let service: Service
let editor: Client
async function open() {
  service = await openService({ classifier: opinion([['cable', INTERNET]]) })
  editor = await signIn(service, 'editor', 'Ed')
}
const close = () => service.close()

describe('the taxonomy', () => {
  beforeAll(open)
  afterAll(close)

  test('is saved as a new version by an editor who read the newest one', async () => {
    const { version, fields } = (await editor('GET', '/taxonomy')).body
    expect(version).toBe(1)
    fields[0].values.push({ id: 'satellite', description: 'Internet by dish.' })
    const saved = await editor('PUT', '/taxonomy', { version, fields })
    expect(saved).toMatchObject({ status: 200, body: { version: 2, warnings: [] } })
    const stale = await editor('PUT', '/taxonomy', { version, fields })
    expect(stale).toMatchObject({ status: 409, body: { next: expect.stringContaining('Read it again') } })
    const auditor = await signIn(service, 'auditor')
    expect((await auditor('GET', '/audit?action=taxonomy.')).body.items).toMatchObject([
      { actor: 'Ed', subject: 'taxonomy 2' },
    ])
  })

  test('warns about rows of the routing map and mappings with removed values', async () => {
    const { version, fields } = (await editor('GET', '/taxonomy')).body
    const service_ = fields.find((f: { id: string }) => f.id === 'service')
    service_.values = service_.values.filter((v: { id: string }) => v.id !== 'vpn')
    const { body } = await editor('PUT', '/taxonomy', { version, fields })
    const message = expect.stringContaining('service has no value vpn')
    expect(body.warnings).toMatchObject([
      { kind: 'row', path: 'rows.3.when.service', message },
      { kind: 'connection', path: 'jira.mapping.fields.service.values.vpn', message },
      { kind: 'connection', path: 'zendesk.mapping.fields.service.values.vpn', message },
    ])
  })

  test('with two values of the same id is refused, and so is a field without values', async () => {
    const { version, fields } = (await editor('GET', '/taxonomy')).body
    fields[0].values.push(fields[0].values[0])
    expect(await editor('PUT', '/taxonomy', { version, fields })).toMatchObject({
      status: 422,
      body: {
        faults: [
          {
            path: expect.stringMatching(/^fields\.0\.values\.\d+\.id$/),
            message: expect.stringContaining('occurs twice'),
          },
        ],
      },
    })
    expect(await editor('PUT', '/taxonomy', { version, fields: [{ id: 'X' }] })).toMatchObject({
      status: 422,
      body: { faults: [{ path: 'fields.0.id' }, { path: 'fields.0.values' }] },
    })
  })
})

describe('rules', () => {
  beforeAll(open)
  afterAll(close)

  // biome-ignore-start lint/suspicious/noThenProperty: the key of the rule format; its value is data, nobody awaits it
  const rule = { id: 'fibre-cut', when: { any: ['fibre cut'] }, then: { decide: { priority: 'urgent' } } }

  test('are tried on tickets before they are saved', async () => {
    const { version } = (await editor('GET', '/rules')).body
    const foreign = { id: 'foreign', when: { outOfScope: true }, then: { skip: 'not for this desk' } }
    const odd = { id: 'odd', when: { any: ['fax'] }, then: { decide: { priority: 'soon' } } }
    const late = { ...foreign, id: 'late', then: { decide: { priority: 'low' } } }
    const text = 'There was a fibre cut in the street this morning.'
    const tried = await editor('POST', '/rules/preview', {
      rules: [rule, foreign, odd, late],
      tickets: [{ text }, { text: 'The weather on Mars is fine today.', outOfScope: true }, { text: '' }],
    })
    const nothing = { decided: {}, guards: [], skip: null, flags: [] }
    expect(tried).toMatchObject({
      status: 200,
      body: {
        faults: [
          { rule: 'odd', path: 'then.decide.priority' },
          { rule: 'late', path: 'when.outOfScope' },
        ],
        tickets: [
          { draft: { decided: { priority: { value: 'urgent', rule: 'fibre-cut' } } }, changed: true },
          { now: nothing, draft: { skip: { reason: 'not for this desk', rule: 'foreign' } }, changed: true },
          { draft: { skip: { reason: 'junk: empty' } }, changed: false },
        ],
      },
    })
    expect((await editor('GET', '/rules')).body.version).toBe(version)
  })

  test('are saved as a new version, checked against the taxonomy', async () => {
    const { version, rules } = (await editor('GET', '/rules')).body
    const saved = await editor('PUT', '/rules', { version, rules: [...rules, rule] })
    expect(saved).toMatchObject({ status: 200, body: { version: version + 1 } })
    expect((await editor('GET', '/rules')).body.rules).toHaveLength(rules.length + 1)
    expect((await editor('PUT', '/rules', { version, rules })).status).toBe(409)
    const classified = await editor('POST', '/classify', {
      text: 'Our cable is gone: there was a fibre cut in the street this morning.',
    })
    expect(classified.body).toMatchObject({
      values: { priority: 'urgent', service: 'internet' },
      sources: { priority: 'rule' },
    })
  })

  test('with examples by language are checked before any ticket is triaged, and each fault names its rule', async () => {
    const { version } = (await editor('GET', '/rules')).body
    const examples = [
      { text: 'My router has been broken since yesterday evening', matches: true },
      { text: 'Mein Router ist seit gestern Abend kaputt', matches: false },
    ]
    const only = { id: 'only-english', when: { language: ['en'], any: ['router'] }, then: { flag: 'x' }, examples }
    expect((await editor('PUT', '/rules', { version, rules: [only] })).status).toBe(200)
    const rules = [{ ...only, examples: [{ text: 'the modem', matches: true }] }]
    expect(await editor('PUT', '/rules', { version: version + 1, rules })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('only-english: "the modem" should match') },
    })
    for (const what of [{ assign: 'bob' }, { flag: 'x', skip: 'y' }])
      expect(await editor('PUT', '/rules', { version, rules: [{ ...only, then: what }] })).toMatchObject({
        status: 422,
        body: { detail: expect.stringContaining('use one of decide, guard, skip, flag') },
      })
  })

  test('with an unknown value are refused with the place of the fault', async () => {
    const { version } = (await editor('GET', '/rules')).body
    const wrong = { ...rule, then: { decide: { priority: 'soon' } } }
    expect(await editor('PUT', '/rules', { version, rules: [wrong] })).toMatchObject({
      status: 422,
      body: { faults: [{ path: 'fibre-cut.then.decide.priority' }] },
    })
    const odd = { ...rule, then: { decid: { priority: 'urgent' } } }
    expect(await editor('PUT', '/rules', { version, rules: [odd] })).toMatchObject({
      status: 422,
      body: { faults: expect.arrayContaining([{ path: 'rules.0.then', message: 'Unrecognized key: "decid"' }]) },
    })
  })
})

// biome-ignore-end lint/suspicious/noThenProperty: see above

describe('the routing map', () => {
  beforeEach(open)
  afterEach(close)

  const vpnToBilling = {
    rows: routingMap.rows.map((row) =>
      row.when.service === 'internet' && !row.when.category ? { ...row, group: 'Billing' } : row,
    ),
  }

  test('has a draft beside the published version, with the faults of the draft', async () => {
    expect((await editor('GET', '/routing-map')).body).toMatchObject({
      published: { version: 1 },
      draft: null,
      dead: [],
    })
    const put = await editor('PUT', '/routing-map/draft', {
      rows: [{ when: { service: 'spaceship' }, group: 'Network' }],
    })
    expect(put).toMatchObject({
      status: 200,
      body: { version: 2, faults: [{ path: 'rows.0.when.service' }, { path: 'rows' }] },
    })
    expect((await editor('GET', '/routing-map')).body.draft).toMatchObject({
      version: 2,
      author: 'Ed',
      faults: [{}, {}],
    })
    expect(await editor('POST', '/routing-map/draft/publish', {})).toMatchObject({
      status: 422,
      body: { faults: [{ path: 'rows.0.when.service' }, { path: 'rows' }] },
    })
    expect((await editor('POST', '/routing-map/draft/preview', { labels: {} })).status).toBe(422)
  })

  test('previews labels and the last decisions with the draft', async () => {
    expect((await editor('POST', '/routing-map/draft/preview', { labels: {} })).status).toBe(409)
    await service.jira.create({
      subject: 'The cable is dead',
      body: 'Since this morning the cable modem shows a red light and nothing loads.',
    })
    await service.drain()
    await editor('PUT', '/routing-map/draft', vpnToBilling)
    const labels = await editor('POST', '/routing-map/draft/preview', { labels: { service: 'internet', mood: 'odd' } })
    expect(labels.body).toMatchObject({
      kind: 'labels',
      draft: { row: 2, group: 'Billing' },
      published: { row: 2, group: 'Network' },
      unknown: ['mood/odd'],
    })
    const sample = await editor('POST', '/routing-map/draft/preview', { last: 100 })
    expect(sample.body).toMatchObject({
      kind: 'sample',
      sampled: 1,
      changed: 1,
      examples: [{ from: { group: 'Network' }, to: { group: 'Billing' } }],
    })
    await editor('PUT', '/routing-map/draft', { rows: [...routingMap.rows].reverse() })
    expect((await editor('POST', '/routing-map/draft/preview', { last: 100 })).body).toMatchObject({
      sampled: 1,
      changed: 0,
    })
    expect((await editor('POST', '/routing-map/draft/preview', { last: 0 })).status).toBe(422)
  })

  test('is published when no target is dead, is listed, and can be restored as a draft', async () => {
    await editor('PUT', '/routing-map/draft', { ...vpnToBilling, comment: 'internet to billing' })
    const published = await editor('POST', '/routing-map/draft/publish', {})
    expect(published).toMatchObject({ status: 200, body: { version: 2, dead: [], unchecked: [] } })
    expect((await editor('GET', '/routing-map')).body).toMatchObject({ published: { version: 2 }, draft: null })
    const { items } = (await editor('GET', '/routing-map/versions')).body
    expect(items).toMatchObject([
      { version: 2, state: 'published', author: 'Ed', comment: 'internet to billing' },
      { version: 1 },
    ])
    expect((await editor('POST', '/routing-map/versions/1/restore')).body).toMatchObject({ version: 3 })
    expect((await editor('GET', '/routing-map')).body.draft.rows).toEqual(
      (await editor('GET', '/routing-map')).body.draft.rows,
    )
    expect((await editor('POST', '/routing-map/versions/77/restore')).status).toBe(404)
    expect((await editor('POST', '/routing-map/versions/last/restore')).status).toBe(400)
  })

  test('with a dead target is refused with its place; force publishes it and stores the dead targets', async () => {
    await editor('PUT', '/routing-map/draft', {
      rows: [
        ...routingMap.rows,
        { when: { category: 'outage' }, group: 'Ghosts', strategy: { kind: 'fixed', assignee: 'Casper' } },
      ],
    })
    const refused = await editor('POST', '/routing-map/draft/publish', {})
    expect(refused.status).toBe(422)
    const at = `rows.${routingMap.rows.length}`
    expect(refused.body.faults.map((f: { path: string }) => f.path)).toEqual(
      expect.arrayContaining([`${at}.group`, `${at}.strategy`]),
    )
    expect((await editor('GET', '/routing-map')).body).toMatchObject({ published: { version: 1 }, dead: [] })
    const forced = await editor('POST', '/routing-map/draft/publish', { force: true })
    expect(forced).toMatchObject({ status: 200, body: { version: 2 } })
    const { dead } = (await editor('GET', '/routing-map')).body
    expect(dead).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ connection: 'zendesk', kind: 'group', name: 'Ghosts' })]),
    )
  })

  test('is not published while a helpdesk does not answer, unless by force', async () => {
    await editor('PUT', '/routing-map/draft', vpnToBilling)
    service.zendesk.fail({ status: 503 })
    expect((await editor('POST', '/routing-map/draft/publish', {})).status).toBe(502)
    const forced = await editor('POST', '/routing-map/draft/publish', { force: true })
    expect(forced).toMatchObject({ status: 200, body: { version: 2, unchecked: [{ connection: 'zendesk' }] } })
  })
})
