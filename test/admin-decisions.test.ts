/** Decisions by the API: what was decided and why, and the review of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decisions, deliveries } from '../src/db/schema.ts'
import { placeOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, opinion, type Service } from './support/service.ts'

const INTERNET = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
const BILLING = { service: 'billing', category: 'payment', priority: 'normal', sentiment: 'neutral' }
const classifier = opinion([
  ['cable', INTERNET],
  ['invoice', BILLING],
  ['odd', INTERNET, 0.2],
])

let service: Service
let reviewer: Client
let viewer: Client
let applied: string
let held: string
beforeAll(async () => {
  service = await openService({ classifier })
  reviewer = await signIn(service, 'reviewer', 'Rita')
  viewer = await signIn(service, 'viewer')
  await service.jira.create({
    subject: 'The cable is dead',
    body: 'Since this morning the cable modem shows a red light. Call me at ivan@example.com.',
  })
  await service.drain()
  await service.zendesk.create({
    subject: 'An odd box',
    body: 'I have a question for you: something is odd with the box in my hall.',
  })
  await service.drain()
  await service.zendesk.create({
    subject: 'Two invoices',
    body: 'My invoice of May came twice, please explain the second invoice to me.',
  })
  await service.drain()
  const { items } = (await viewer('GET', '/decisions')).body
  applied = items.find((d: { connection: string }) => d.connection === 'jira').id
  held = items.find((d: { outcome: string }) => d.outcome === 'held').id
})
afterAll(() => service.close())

describe('classify', () => {
  test('shows what would be decided, with sources and route, and stores nothing', async () => {
    const before = await service.deps.database.db.select().from(decisions)
    const { status, body } = await reviewer('POST', '/classify', {
      text: 'The cable in my street was cut, nothing works since noon.',
    })
    expect(status).toBe(200)
    // Without a connection there is no threshold of its own, and this classifier has proven nothing.
    expect(body).toMatchObject({
      plan: 'suggest',
      reason: expect.stringContaining('95 % right is not proven yet'),
      values: INTERNET,
      sources: { service: 'embedded' },
      answers: {
        service: {
          value: 'internet',
          confidence: 0.95,
          raw: 0.95,
          calibrated: null,
          calibration: 'not calibrated yet',
        },
      },
      route: { group: 'Network', assignee: null },
      model: 'opinion-1',
      mapVersion: 1,
    })
    expect(body.ms).toBeGreaterThan(0)
    expect(body.trace).toHaveProperty('gates')
    expect(await service.deps.database.db.select().from(decisions)).toHaveLength(before.length)
  })

  test('with a connection it previews the person in turn, and takes no turn', async () => {
    const ask = {
      subject: 'cable',
      text: 'The cable in my street was cut, nothing works since noon.',
      connection: 'jira',
    }
    const first = await reviewer('POST', '/classify', ask)
    const second = await reviewer('POST', '/classify', ask)
    expect(first.body.route.assignee).toEqual(expect.any(String))
    expect(second.body.route).toEqual(first.body.route)
  })

  test('shows for a doubtful text why it would wait for a person', async () => {
    const { body } = await reviewer('POST', '/classify', {
      text: 'Something is odd with the box in the hall of my house.',
      connection: 'jira',
    })
    expect(body).toMatchObject({ plan: 'hold', reason: expect.stringContaining('below') })
  })

  test.each([
    ['no text', { subject: 'x' }, 422, 'text'],
    ['an unknown key', { text: 'x', txt: 'y' }, 422, ''],
    ['broken JSON', '{"text": ', 400, undefined],
    ['an unknown connection', { text: 'hello there', connection: 'nowhere' }, 404, undefined],
  ])('%s is refused', async (_, body, status, path) => {
    const answer = await reviewer('POST', '/classify', body)
    expect(answer).toMatchObject({ status, body: { detail: expect.any(String), next: expect.any(String) } })
    if (path !== undefined) expect(answer.body.faults[0].path).toBe(path)
  })

  test('a body without the content type of JSON is refused', async () => {
    const answer = await service.app.request('/api/v1/classify', {
      method: 'POST',
      body: 'text=x',
      headers: { 'Content-Type': 'text/plain', Authorization: 'Bearer x' },
    })
    expect(answer.status).toBe(401)
    const made = await (await signIn(service, 'admin'))('POST', '/tokens', { name: 'plain', role: 'reviewer' })
    const plain = await service.app.request('/api/v1/classify', {
      method: 'POST',
      body: 'text=x',
      headers: { 'Content-Type': 'text/plain', Authorization: `Bearer ${made.body.token}` },
    })
    expect(plain.status).toBe(415)
    expect(await plain.json()).toMatchObject({ title: 'Unsupported media type', next: expect.any(String) })
  })
})

describe('the list', () => {
  const keysOf = async (query: string) =>
    (await viewer('GET', `/decisions?${query}`)).body.items.map(
      (d: { values: { service?: string } }) => d.values.service,
    )

  test('is newest first, with outcome and reason', async () => {
    const { status, body } = await viewer('GET', '/decisions')
    expect(status).toBe(200)
    expect(body.items.map((d: { outcome: string }) => d.outcome)).toEqual(['applied', 'held', 'applied'])
    expect(body.items[2]).toMatchObject({
      connection: 'jira',
      newest: true,
      values: INTERNET,
      route: { group: 'Network' },
      answers: { service: { calibration: 'not calibrated yet' } },
    })
    expect(body.next).toBeNull()
  })

  test('pages by an opaque cursor, each decision once', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await viewer('GET', `/decisions?limit=1${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items.map((d: { id: string }) => d.id))
      cursor = body.next
    }
    expect(seen).toHaveLength(3)
    expect(new Set(seen).size).toBe(3)
  })

  test('filters by outcome, connection, time, value and key', async () => {
    expect(await keysOf('outcome=held')).toEqual(['internet'])
    expect(await keysOf('outcome=applied&connection=zendesk')).toEqual(['billing'])
    expect(await keysOf('value=service/billing')).toEqual(['billing'])
    expect(await keysOf('value=service/internet&value=priority/high')).toHaveLength(2)
    expect(await keysOf('value=service/internet&value=priority/low')).toEqual([])
    expect(await keysOf(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([])
    expect(await keysOf(`until=${new Date(Date.now() + 60_000).toISOString()}`)).toHaveLength(3)
    const { key } = (await viewer('GET', `/decisions/${applied}`)).body.ticket
    expect(await keysOf(`key=${key}&newest=true`)).toEqual(['internet'])
  })

  test.each(['outcome=odd', 'limit=0', 'limit=x', 'since=yesterday', 'value=service', 'colour=red', 'cursor=abc'])(
    '%s is malformed',
    async (query) => {
      const { status, body } = await viewer('GET', `/decisions?${query}`)
      expect(status).toBe(400)
      expect(body.faults).toHaveLength(1)
    },
  )
})

describe('one decision', () => {
  test('has everything that explains it, with masked text', async () => {
    const { status, body } = await viewer('GET', `/decisions/${applied}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      outcome: 'applied',
      cause: expect.stringMatching(/^delivery:/),
      ticket: { text: expect.stringContaining('<EMAIL_1>'), status: 'open' },
      trace: {
        prepared: expect.anything(),
        rules: expect.anything(),
        gates: expect.anything(),
        classifier: ['embedded'],
      },
      versions: { taxonomy: 1, rules: 1, map: 1 },
      writeback: { state: 'applied', written: { service: 'internet', group: 'Network' } },
      overrides: [],
      labels: [],
      history: [{ id: applied }],
    })
    expect(JSON.stringify(body)).not.toContain('ivan@example.com')
  })

  test('with an unknown id is 404, and with a malformed id 400', async () => {
    expect((await viewer('GET', '/decisions/01890a5d-ac96-774b-bcce-b302099a8057')).status).toBe(404)
    expect(await viewer('GET', '/decisions/17')).toMatchObject({ status: 400, body: { faults: [{ path: 'id' }] } })
  })
})

describe('a reviewer', () => {
  test('corrects a held ticket: a new decision with their name is written, and the labels are saved', async () => {
    const wrong = await reviewer('POST', `/decisions/${held}/correct`, { values: { service: 'spaceship' } })
    expect(wrong).toMatchObject({ status: 422, body: { next: expect.stringContaining('internet') } })
    expect((await reviewer('POST', `/decisions/${held}/correct`, { values: {} })).status).toBe(422)
    const { status, body } = await reviewer('POST', `/decisions/${held}/correct`, { values: { service: 'vpn' } })
    expect(status).toBe(200)
    await service.drain()
    const read = (await viewer('GET', `/decisions/${body.decision}`)).body
    expect(read).toMatchObject({
      outcome: 'applied',
      actor: 'Rita',
      newest: true,
      values: { service: 'vpn' },
      sources: { service: 'human' },
    })
    expect(read.labels.find((l: { field: string }) => l.field === 'service')).toMatchObject({
      value: 'vpn',
      provenance: 'human',
      who: 'Rita',
    })
    expect(read.history.map((d: { id: string }) => d.id)).toEqual([body.decision, held])
    expect((await viewer('GET', `/decisions/${held}`)).body).toMatchObject({ outcome: 'held', newest: false })
    expect((await viewer('GET', '/decisions?outcome=held&newest=true')).body.items).toEqual([])
    expect(await reviewer('POST', `/decisions/${held}/confirm`)).toMatchObject({
      status: 409,
      body: { next: expect.stringContaining(body.decision) },
    })
  })

  test('confirms a decision, and its labels page and filter', async () => {
    expect((await reviewer('POST', `/decisions/${applied}/confirm`)).status).toBe(200)
    await service.drain()
    const confirmed = await viewer('GET', '/labels?provenance=confirmed&connection=jira')
    expect(confirmed.body.items.map((l: { field: string; value: string }) => [l.field, l.value]).sort()).toEqual(
      Object.entries(INTERNET).sort(),
    )
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await viewer('GET', `/labels?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items.map((l: { ticket: string; field: string }) => `${l.ticket}/${l.field}`))
      cursor = body.next
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBe((await viewer('GET', '/labels?limit=200')).body.items.length)
    expect((await viewer('GET', '/labels?field=service&value=vpn')).body.items).toHaveLength(1)
  })

  test('asks again, which makes a new decision with the returned cause', async () => {
    const { items } = (await viewer('GET', '/decisions?value=service/billing&newest=true')).body
    const { status, body } = await reviewer('POST', `/decisions/${items[0].id}/retry`)
    expect(status).toBe(202)
    await service.drain()
    const [newest] = (await viewer('GET', '/decisions?value=service/billing&newest=true')).body.items
    expect((await viewer('GET', `/decisions/${newest.id}`)).body).toMatchObject({ cause: body.cause, actor: 'Rita' })
  })

  test('is named in the audit', async () => {
    const auditor = await signIn(service, 'auditor')
    const { body } = await auditor('GET', '/audit?actor=Rita&action=decision.')
    expect(body.items.map((e: { action: string }) => e.action).sort()).toEqual([
      'decision.confirm',
      'decision.correct',
      'decision.retry',
    ])
  })
})

describe('feedback and the ledger', () => {
  test("a person's change in the helpdesk is listed as an override", async () => {
    const { id } = await service.zendesk.create({
      subject: 'The cable again',
      body: 'The cable modem shows a red light and nothing loads since the morning.',
    })
    await service.drain()
    const target = placeOf((await service.connection('zendesk')).mapping, 'service')
    await service.zendesk.edit(id, { [target.to === 'field' ? target.id : 'service']: target.values.vpn })
    await service.drain()
    const { body } = await viewer('GET', '/overrides?field=service')
    expect(body.items).toMatchObject([
      { connection: 'zendesk', field: 'service', before: 'internet', after: 'vpn', who: service.zendesk.agents[0]!.id },
    ])
    expect((await viewer('GET', '/overrides?connection=jira')).body.items).toEqual([])
    expect((await viewer('GET', `/decisions/${body.items[0].decision}`)).body.overrides).toMatchObject([
      { after: 'vpn' },
    ])
  })

  test('the ledger balances, at both addresses', async () => {
    const { body } = await viewer('GET', '/reports/ledger')
    expect(body).toMatchObject({ events: 4, applied: 3, held: 1, waiting: 0, lost: 0, balanced: true, overrides: 1 })
    expect((await viewer('GET', '/ledger')).body).toEqual(body)
    expect((await viewer('GET', `/ledger?since=${new Date(Date.now() + 60_000).toISOString()}`)).body.events).toBe(0)
  })
})

test('the list as a CSV file: every row of the filter, and no formula', async () => {
  await service.jira.create({
    subject: '=HYPERLINK("x"), cable',
    body: 'The cable modem shows a red light, nothing loads.',
  })
  await service.drain()
  const { status, headers, body } = await viewer('GET', '/decisions/csv?value=service/internet&newest=true')
  expect(status).toBe(200)
  expect(headers.get('content-disposition')).toMatch(/pointsman-decisions-\d{4}-\d\d-\d\d\.csv/)
  const [head, first] = (body as string).split('\r\n')
  expect(head).toMatch(/^\uFEFF?key,subject,connection,outcome,reason,service,category,priority,sentiment,least sure,/)
  expect(first).toContain(`"'=HYPERLINK(""x""), cable",jira,applied,`)
  expect(first).toContain(',internet,outage,high,negative,0.95,Network,')
  const { items } = (await viewer('GET', '/decisions?value=service/internet&newest=true')).body
  expect((body as string).trim().split('\r\n')).toHaveLength(items.length + 1)
  expect((await viewer('GET', '/decisions/csv?outcome=odd')).status).toBe(400)
})

test('the text as it came is shown to an operator, once more recorded, as long as its delivery is kept', async () => {
  const operator = await signIn(service, 'operator', 'Olga')
  const { status, body } = await operator('POST', `/decisions/${applied}/unmask`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ subject: 'The cable is dead', text: expect.stringContaining('ivan@example.com') })
  const auditor = await signIn(service, 'auditor', 'Otto')
  const { items } = (await auditor('GET', '/audit?action=decision.unmask')).body
  expect(items).toMatchObject([{ actor: 'Olga', subject: `decision ${applied}` }])
  await service.deps.database.db.update(deliveries).set({ body: '' })
  expect(await operator('POST', `/decisions/${applied}/unmask`)).toMatchObject({
    status: 410,
    body: { next: expect.stringContaining('Open it in the helpdesk: https://') },
  })
  expect((await auditor('GET', '/audit?action=decision.unmask')).body.items).toHaveLength(1)
})
