/** Intake with forged, careless and broken deliveries: only genuine ones are stored, and no acknowledged one is lost. */
import { createHmac, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { asc } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ConnectionInput, changeConnection, saveConnection } from '../src/connections/index.ts'
import type { WebhookSecret } from '../src/contract/index.ts'
import { decisions, deliveries } from '../src/db/schema.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { openService, opinion, SECRET, type Service } from './support/service.ts'

const ZENDESK_TEST_SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='
const TOKEN = 'a token that the rule sends along'
const EDGE = 'the token that the edge proves itself with'
const HOUR = 3_600_000
const kinds = ['jira', 'zendesk'] as const
type Kind = (typeof kinds)[number]

let service: Service

beforeAll(async () => {
  const labels = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
  service = await openService({ classifier: opinion([['', labels]]), env: { EDGE_TOKEN: EDGE } })
})
afterAll(() => service?.close())
beforeEach(() => secrets([{ kind: 'signature', secret: SECRET }]))

const needs = () => ({ db: service.deps.database.db, vault: service.deps.vault })

/** Gives both connections these secrets. */
async function secrets(given: WebhookSecret[]) {
  for (const kind of kinds) {
    const { selfId } = await service.connection(kind)
    await changeConnection(needs(), kind, { secrets: given }, selfId, 'test')
  }
}

type Said = { status: number; headers: Headers; body: Record<string, unknown> }
type Sent = { headers?: Record<string, string | undefined>; name?: string; secret?: string; time?: string }

/** Signs like the vendor, and sends. A given header replaces ours; `undefined` removes it. */
async function send(kind: Kind, body: string | Uint8Array, { headers = {}, name, secret, time }: Sent = {}) {
  const ours: Record<string, string | undefined> = {
    'Content-Type': 'application/json',
    ...signature(kind, body, secret, time),
    ...headers,
  }
  const given = Object.entries(ours).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return said(
    await service.app.request(`/webhooks/${name ?? kind}`, {
      method: 'POST',
      headers: Object.fromEntries(given),
      body: body as BodyInit,
    }),
  )
}

async function said(answer: Response): Promise<Said> {
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Record<string, unknown>,
  }
}

function signature(
  kind: Kind,
  body: string | Uint8Array,
  secret = SECRET,
  time = new Date().toISOString(),
): Record<string, string> {
  const mac = (encoding: 'hex' | 'base64', head = '') =>
    createHmac('sha256', secret).update(head).update(body).digest(encoding)
  if (kind === 'jira') return { 'X-Hub-Signature': `sha256=${mac('hex')}` }
  return { 'X-Zendesk-Webhook-Signature': mac('base64', time), 'X-Zendesk-Webhook-Signature-Timestamp': time }
}

function expectProblem(answer: Said, status: number, detail: RegExp) {
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status,
    detail: expect.stringMatching(detail),
    next: expect.stringMatching(/\w/),
  })
}

let lastId = 700_000
/** A different body for each call; thin, so that the ticket must be read. */
const thin = (kind: Kind, id = String(++lastId)) =>
  kind === 'jira' ? JSON.stringify({ id, event: 'created' }) : JSON.stringify({ kind: 'ticket.created', ticket_id: id })

const stored = () => service.deps.database.db.select().from(deliveries).orderBy(asc(deliveries.id))
const ofTickets = async () => (await stored()).filter(({ event }) => event !== 'rejected')
const newest = async () => (await stored()).at(-1)!
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

describe.each(kinds)('%s', (kind) => {
  test('a genuine delivery is stored unchanged and acknowledged with its id', async () => {
    const body = thin(kind)
    const answer = await send(kind, body)
    expect(answer).toMatchObject({ status: 202, body: { delivery: expect.stringMatching(UUID), duplicate: false } })
    expect(Object.keys(answer.body)).toEqual(['delivery', 'duplicate'])
    expect(await newest()).toMatchObject({ id: answer.body.delivery, body, state: 'waiting', event: 'created' })
  })

  test('the same delivery again is acknowledged with the same id, and creates no second job', async () => {
    const body = thin(kind)
    const headers = {
      'X-Atlassian-Webhook-Identifier': randomUUID(),
      'X-Zendesk-Webhook-Invocation-Id': randomUUID(),
    }
    const before = await service.deps.queue.depth()
    const first = await send(kind, body, { headers })
    for (let i = 0; i < 3; i++) {
      const again = await send(kind, body, { headers })
      expect(again).toMatchObject({ status: 202, body: { delivery: first.body.delivery, duplicate: true } })
    }
    expect((await service.deps.queue.depth()).triage!.queued).toBe(before.triage!.queued + 1)
    expect(await newest()).toMatchObject({ repeats: 3 })
  })

  test('twenty copies at once are one delivery', async () => {
    const body = thin(kind)
    const headers = { 'X-Atlassian-Webhook-Identifier': randomUUID(), 'X-Zendesk-Webhook-Invocation-Id': randomUUID() }
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(kind, body, { headers })))
    expect(new Set(answers.map((a) => a.body.delivery)).size).toBe(1)
    expect(answers.filter((a) => a.body.duplicate === false)).toHaveLength(1)
  })

  test.each<[string, (body: string) => Sent]>([
    ['no signature', () => ({ headers: { 'X-Hub-Signature': undefined, 'X-Zendesk-Webhook-Signature': undefined } })],
    ['an empty signature', () => ({ headers: { 'X-Hub-Signature': '', 'X-Zendesk-Webhook-Signature': '' } })],
    [
      'a signature that is none',
      () => ({ headers: { 'X-Hub-Signature': 'sha256=xyz', 'X-Zendesk-Webhook-Signature': '%%%' } }),
    ],
    ["another body's signature", () => ({ headers: signature(kind, '{}') })],
    ['another secret', () => ({ secret: 'the secret of somebody else' })],
    ['the empty secret', () => ({ secret: '' })],
    ["Zendesk's public test secret", () => ({ secret: ZENDESK_TEST_SECRET })],
    [
      'an older method',
      (body) => {
        const sha1 = (encoding: 'hex' | 'base64') => createHmac('sha1', SECRET).update(body).digest(encoding)
        return {
          headers: {
            'X-Hub-Signature': `sha1=${sha1('hex')}`,
            'X-Zendesk-Webhook-Signature': sha1('base64'),
          },
        }
      },
    ],
    ['a token where only signatures are configured', () => ({ headers: { ...unsigned, 'X-Pointsman-Token': SECRET } })],
  ])('%s is refused, and nothing of it is stored', async (_, make) => {
    const before = await ofTickets()
    const body = thin(kind)
    expectProblem(await send(kind, body, make(body)), 401, /signature/i)
    expect(await ofTickets()).toEqual(before)
  })

  test('of those that prove nothing, one row an hour says for each reason that they came', async () => {
    for (let i = 0; i < 3; i++) await send(kind, thin(kind), { secret: 'the secret of somebody else' })
    const { id } = await service.connection(kind)
    const told = (await stored()).filter(
      (row) => row.connectionId === id && row.dedupeKey.startsWith('wrong-signature:'),
    )
    expect(told).toMatchObject([
      { event: 'rejected', state: 'ignored', ticketId: null, body: '', reason: expect.stringMatching(/secret/) },
    ])
  })

  test("Zendesk's public test secret proves nothing, even when somebody saved it", async () => {
    await secrets([{ kind: 'signature', secret: ZENDESK_TEST_SECRET }])
    if (kind === 'zendesk') expectProblem(await send(kind, thin(kind), { secret: ZENDESK_TEST_SECRET }), 401, /secret/i)
  })

  test.each([
    ['as old as the longest retry of a helpdesk', -47, 202],
    ['older than the replay window', -49, 401],
    ['from the future', 2, 401],
  ])('a signature %s', async (_, hours, status) => {
    const at = Date.now() + hours * HOUR
    const body =
      kind === 'jira'
        ? JSON.stringify({
            timestamp: at,
            webhookEvent: 'jira:issue_created',
            issue: { id: String(++lastId), key: 'S-1' },
          })
        : thin(kind)
    const answer = await send(kind, body, { time: new Date(at).toISOString() })
    expect(answer.status).toBe(status)
    if (status === 401) expectProblem(answer, 401, /signed/)
  })

  test('while a secret is changed both are accepted; afterwards the old one is refused at once', async () => {
    const fresh = 'the secret that takes its place'
    await secrets([
      { kind: 'signature', secret: fresh },
      { kind: 'signature', secret: SECRET },
    ])
    expect(await send(kind, thin(kind))).toMatchObject({ status: 202 })
    expect(await send(kind, thin(kind), { secret: fresh })).toMatchObject({ status: 202 })
    await secrets([{ kind: 'signature', secret: fresh }])
    expectProblem(await send(kind, thin(kind)), 401, /signature/)
    expect(await send(kind, thin(kind), { secret: fresh })).toMatchObject({ status: 202 })
  })

  test('a filter that was just saved applies to the next delivery', async () => {
    const { id: _id, selfId, ...saved } = await service.connection(kind)
    expect(await send(kind, thin(kind))).toMatchObject({ status: 202 })
    const input = { ...saved, filters: { projects: ['NONE'], brands: ['none'] } }
    await saveConnection(needs(), ConnectionInput.parse(input), selfId, 'test')
    await send(kind, created(kind))
    expect(await newest()).toMatchObject({ state: 'ignored', reason: expect.stringContaining('is not among') })
    await saveConnection(needs(), ConnectionInput.parse(saved), selfId, 'test')
  })

  test('a rule that cannot sign is accepted by its token header', async () => {
    await secrets([{ kind: 'token', header: 'X-Rule-Token', secret: TOKEN }])
    const headers = { ...unsigned, 'x-RULE-token': TOKEN }
    expect(await send(kind, thin(kind), { headers })).toMatchObject({ status: 202 })
    expectProblem(await send(kind, thin(kind), { headers: { ...headers, 'x-RULE-token': 'wrong' } }), 401, /token/)
    expectProblem(
      await send(kind, thin(kind), { headers: { ...unsigned, Authorization: `Bearer ${TOKEN}` } }),
      401,
      /token/,
    )
  })

  test('the edge has verified already: its token is enough, and a wrong token is refused', async () => {
    const body = thin(kind)
    const headers = { ...unsigned, 'X-Pointsman-Edge': EDGE }
    expect(await send(kind, body, { headers })).toMatchObject({ status: 202 })
    expectProblem(await send(kind, body, { headers: { ...headers, 'X-Pointsman-Edge': `${EDGE}x` } }), 401, /edge/)
    expectProblem(await send(kind, body, { headers: { 'X-Pointsman-Edge': '' } }), 401, /edge/)
  })

  test.each([
    ['a body that is not JSON', 'hello'],
    ['an empty body', ''],
    ['a truncated body', '{"id": "1", "issue": {"fiel'],
    ['a list', '[{"id": 1}]'],
    ['a number', '17'],
    ['null', 'null'],
    ['a text', '"ticket"'],
    [
      'a trigger whose subject held a quote',
      '{"ticket_id": "12", "subject": "He said "my password is Hunter2" twice"}',
    ],
    ['raw NUL bytes', '{"ticket_id": "12", "subject": "a\0b Hunter2"}'],
    ['a body of NUL bytes only', '\0\0\0\0'],
  ])('%s is refused, and the refusal is stored without its text', async (_, body) => {
    const answer = await send(kind, body)
    expectProblem(answer, 400, /JSON/)
    expect(JSON.stringify(answer.body)).not.toMatch(/Hunter2|password|hello/)
    const row = (await stored()).findLast((delivery) => delivery.event === 'rejected')!
    expect(row).toMatchObject({ event: 'rejected', state: 'ignored', body: '', ticketId: null })
    expect(row.reason).toContain('JSON')
    expect(row.reason).not.toMatch(/Hunter2|password|hello/)
  })

  test('JSON that no helpdesk sends is refused, and the refusal is stored without its text', async () => {
    const before = (await stored()).filter((d) => d.event === 'rejected').length
    const answer = await send(kind, JSON.stringify({ hello: randomUUID(), secret: 'Hunter2' }))
    expectProblem(answer, 422, /./)
    const rejected = (await stored()).filter((d) => d.event === 'rejected')
    expect(rejected).toHaveLength(before + 1)
    expect(JSON.stringify(rejected.at(-1))).not.toContain('Hunter2')
  })

  test('an old body under a coming identifier does not make the genuine delivery a duplicate', async () => {
    const coming = randomUUID()
    const headers = { 'X-Atlassian-Webhook-Identifier': coming, 'X-Zendesk-Webhook-Invocation-Id': coming }
    for (const make of [thin, created]) {
      const old = make(kind)
      await send(kind, old)
      await send(kind, old, { headers })
      const genuine = make(kind)
      const first = await send(kind, genuine, { headers })
      expect(first).toMatchObject({ status: 202, body: { duplicate: false } })
      expect(await send(kind, genuine, { headers })).toMatchObject({ body: { ...first.body, duplicate: true } })
    }
  })

  describe('a body over 1 MiB', () => {
    test.each([
      ['declared', false],
      ['in chunks of no declared length', true],
    ])('%s, is shortened to its ids, and its ticket is decided', async (_, chunked) => {
      const hooks = service[kind].webhooks.splice(0)
      const { id } = await service[kind].create({ subject: 'No picture', body: 'The cable is dead.' })
      service[kind].webhooks.push(...hooks)
      const body = large(kind, id)
      const first = await sendLarge(kind, body, chunked)
      expect(first).toMatchObject({ status: 202, body: { duplicate: false } })
      expect(await sendLarge(kind, body, chunked)).toMatchObject({ body: { ...first.body, duplicate: true } })
      const row = (await stored()).find((delivery) => delivery.id === first.body.delivery)!
      expect(row).toMatchObject({ event: 'created', ticketId: id, state: 'waiting' })
      expect(row.body.length).toBeLessThan(1000)
      await service.drain()
      const decided = await service.deps.database.db.select().from(decisions)
      expect(decided.filter(({ cause }) => cause === `delivery:${row.id}`)).toHaveLength(1)
    })

    test('is taken by its token header too', async () => {
      await secrets([{ kind: 'token', header: 'X-Rule-Token', secret: TOKEN }])
      const headers = { ...unsigned, 'X-Rule-Token': TOKEN }
      expect(await sendLarge(kind, large(kind, String(++lastId)), true, headers)).toMatchObject({ status: 202 })
    })

    test('is refused with a wrong signature when it was read, and without one before', async () => {
      const before = (await stored()).length
      const body = large(kind, String(++lastId))
      expectProblem(await sendLarge(kind, body, true, signature(kind, `${body} `)), 401, /signature/i)
      expectProblem(await sendLarge(kind, body, true, unsigned), 413, /1 MiB.*signature/i)
      const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) })
      expectProblem(await sendLarge(kind, endless, true, unsigned), 413, /1 MiB.*signature/i)
      expect(await stored()).toHaveLength(before)
    })

    test('that an event of no interest has is ignored, without its text', async () => {
      const body =
        kind === 'jira'
          ? { timestamp: Date.now(), webhookEvent: 'jira:version_released', text: 'x'.repeat(2 ** 21) }
          : { type: 'zen:event-type:user.created', id: randomUUID(), text: 'x'.repeat(2 ** 21) }
      const answer = await sendLarge(kind, JSON.stringify(body), true)
      expect(answer).toMatchObject({ status: 202 })
      const row = (await stored()).find((delivery) => delivery.id === answer.body.delivery)
      expect(row).toMatchObject({ state: 'ignored', body: '' })
    })

    test('above 25 MiB is refused unread, and one row an hour says that it came', async () => {
      const rejected = async () => (await stored()).filter(({ dedupeKey }) => dedupeKey.startsWith('too-large:'))
      for (const chunked of [true, false]) {
        const body = JSON.stringify({ id: '1', ticket_id: '1', text: 'x'.repeat(26 * 1024 * 1024) })
        expectProblem(await sendLarge(kind, body, chunked), 413, /25 MiB/)
      }
      const { id: connectionId } = await service.connection(kind)
      expect((await rejected()).filter((row) => row.connectionId === connectionId)).toMatchObject([
        { event: 'rejected', state: 'ignored', body: '', reason: expect.stringContaining('25 MiB') },
      ])
    })
  })

  test.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['application/jsonp'],
    [undefined],
  ])('a body declared as %s is refused', async (type) => {
    expectProblem(await send(kind, thin(kind), { headers: { 'Content-Type': type ?? '' } }), 415, /JSON/)
  })

  test.each([['application/json; charset=utf-8'], ['APPLICATION/JSON'], ['application/cloudevents+json']])(
    'a body declared as %s is JSON',
    async (type) => {
      const answer = await send(kind, thin(kind), { headers: { 'Content-Type': type } })
      expect(answer).toMatchObject({ status: 202 })
    },
  )

  test('a compressed body is refused in words, and identity is not compression', async () => {
    const body = thin(kind)
    const packed = gzipSync(body)
    expectProblem(await send(kind, packed, { headers: { 'Content-Encoding': 'gzip' } }), 415, /compressed/)
    expect(await send(kind, body, { headers: { 'Content-Encoding': 'identity' } })).toMatchObject({ status: 202 })
  })

  test('refused webhooks are counted by reason', async () => {
    const refused = async (reason: string, connection: string = kind) => {
      const line = `pointsman_webhooks_refused_total{connection="${connection}",reason="${reason}"} `
      const metrics = await (await service.app.request('/metrics')).text()
      return Number(
        metrics
          .split('\n')
          .find((each) => each.startsWith(line))
          ?.slice(line.length) ?? 0,
      )
    }
    const cases: [reason: string, body: string, sent: Sent][] = [
      ['wrong-signature', thin(kind), { secret: 'the secret of somebody else' }],
      ['no-signature', thin(kind), { headers: unsigned }],
      ['not-json', 'hello', {}],
      ['not-an-event', '{"hello": 1}', {}],
      ['content-type', thin(kind), { headers: { 'Content-Type': 'text/plain' } }],
      ['content-encoding', thin(kind), { headers: { 'Content-Encoding': 'gzip' } }],
    ]
    for (const [reason, body, sent] of cases) {
      const before = await refused(reason)
      await send(kind, body, sent)
      expect(await refused(reason), reason).toBe(before + 1)
    }
    const before = await refused('unknown-connection', 'unknown')
    await send(kind, thin(kind), { name: 'invented' })
    expect(await refused('unknown-connection', 'unknown')).toBe(before + 1)
  })

  test('the refusal names an unknown connection', async () => {
    expectProblem(await send(kind, thin(kind), { name: 'nobody' }), 404, /nobody/)
    expectProblem(await send(kind, thin(kind), { name: '%00' }), 404, /connection/)
    expectProblem(await send(kind, thin(kind), { name: "'; drop table deliveries; --" }), 404, /connection/)
  })

  test('NUL, lone surrogates and bytes that are not UTF-8 are harmless', async () => {
    const spoiled = created(kind).replace(/"(summary|subject|description)":"(?!zen:)/g, '"$1":"\\u0000\\ud83d \\udc00 ')
    expect(spoiled).toContain('\\u0000')
    expect(await send(kind, spoiled)).toMatchObject({ status: 202 })
    const bytes = Buffer.from(created(kind))
    const at = bytes.indexOf('ynthetic')
    bytes.set([0xff, 0xfe, 0xc3], at)
    expect(await send(kind, bytes)).toMatchObject({ status: 202 })
    expect((await newest()).body).toContain('\ufffd')
    expect(await send(kind, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(thin(kind))]))).toMatchObject({
      status: 202,
    })
  })

  test.each([
    ['lists', (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`],
    ['objects', (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`],
    ['objects with a NUL in their names', (n: number) => `${'{"\\u0000":'.repeat(n)}1${'}'.repeat(n)}`],
  ])('%s nested 60,000 deep are refused', async (_, nest) => {
    const [open] = thin(kind).split('}')
    expectProblem(await send(kind, `${open},"deep":${nest(60_000)}}`), 400, /nested/)
  })

  test('a body of 1 MiB of property names is answered', async () => {
    const names = Array.from({ length: 80_000 }, (_, i) => `"k${i}":0`).join()
    const [open] = thin(kind).split('}')
    expect(await send(kind, `${open},${names}}`)).toMatchObject({ status: 202 })
    expect(
      await send(kind, `${thin(kind).slice(0, -1)},"__proto__":{"kind":"x"},"constructor":1,${names}}`),
    ).toMatchObject({ status: 202 })
  })

  test('an identifier may have any length', async () => {
    const long = randomUUID().repeat(200)
    const headers = { 'X-Atlassian-Webhook-Identifier': long, 'X-Zendesk-Webhook-Invocation-Id': long }
    const body = thin(kind)
    const first = await send(kind, body, { headers })
    expect(first).toMatchObject({ status: 202, body: { duplicate: false } })
    expect(await send(kind, body, { headers })).toMatchObject({
      body: { delivery: first.body.delivery, duplicate: true },
    })
  })

  test.each(fixtureNames(kind))(
    'what the helpdesk sends in %s is taken or refused, and ends with a reason',
    async (name) => {
      const answer = await send(kind, fixture(kind, name))
      if (answer.status !== 202) {
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.status).toBeLessThan(500)
        return
      }
      await service.drain()
      await service.drainEarly()
      const row = (await stored()).find(({ id }) => id === answer.body.delivery)!
      expect(row.state).toMatch(/^(done|ignored)$/)
      if (row.state === 'ignored') expect(row.reason).toMatch(/\w{3}/)
      else if (row.event === 'created') {
        const decided = await service.deps.database.db.select().from(decisions)
        expect(decided.filter((d) => d.cause === `delivery:${row.id}`)).toHaveLength(1)
      }
      expect(await service.deps.queue.deadLetters()).toEqual([])
    },
  )

  test.each(fixtureNames(kind).filter((name) => /created/.test(name)))(
    'with every null in place of every value, %s is taken or refused',
    async (name) => {
      for (const body of withNulls(JSON.parse(fixture(kind, name)))) {
        const answer = await send(kind, JSON.stringify(body))
        expect([202, 400, 422], JSON.stringify(answer.body)).toContain(answer.status)
      }
    },
  )
})

test('the ledger balances after all that', async () => {
  await service.drain()
  await service.drainEarly()
  expect(await readLedger(service.deps.database.db)).toMatchObject({ lost: 0, balanced: true })
})

describe('while the database is unavailable', () => {
  test.each(kinds)(
    'a delivery from %s is not acknowledged, and the helpdesk is asked to try again later',
    async (kind) => {
      const away = await openService()
      const post = (app: Service['app'], body: string) =>
        app.request(`/webhooks/${kind}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...signature(kind, body) },
          body,
        })
      expect((await post(away.app, thin(kind))).status).toBe(202) // the connection is known now
      await away.deps.queue.close()
      await away.deps.database.close()
      for (const app of [away.app, away.app]) {
        const answer = await said(await post(app, thin(kind)))
        expectProblem(answer, 503, /database is unavailable/)
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      }
      const ready = await away.app.request('/readyz')
      expect(ready.status).toBe(503)
      away.network.close()
    },
  )
})

const unsigned = {
  'X-Hub-Signature': undefined,
  'X-Zendesk-Webhook-Signature': undefined,
  'X-Zendesk-Webhook-Signature-Timestamp': undefined,
}

function fixtureNames(kind: Kind): string[] {
  return readdirSync(new URL(`./fixtures/${kind}/`, import.meta.url)).map((file) => file.replace('.json', ''))
}

/** The full event of a ticket that no other test uses. */
function created(kind: Kind): string {
  const body = JSON.parse(fixture(kind, kind === 'jira' ? 'created' : 'event-created'))
  const id = String(++lastId)
  if (kind === 'jira') return JSON.stringify({ ...body, issue: { ...body.issue, id } })
  return JSON.stringify({ ...body, id: randomUUID(), subject: `zen:ticket:${id}`, detail: { ...body.detail, id } })
}

/** The full event of this ticket with a description of 2 MB before its id, and with thousands of comments. */
function large(kind: Kind, id: string): string {
  const body = JSON.parse(created(kind))
  const text = 'a line of the description, äöü "quoted"\n'.repeat(50_000)
  const author = { accountId: 'a1', displayName: 'Somebody', active: true }
  const comments = Array.from({ length: 5000 }, (_, i) => ({
    id: String(i),
    author,
    body: 'A comment of the usual size.',
  }))
  // The first object says in which order they stand.
  if (kind === 'zendesk') {
    const detail = Object.assign({ description: '' }, body.detail, { description: text, id })
    return JSON.stringify(Object.assign({ detail }, body, { detail, subject: `zen:ticket:${id}` }))
  }
  const fields = { ...body.issue.fields, description: text, comment: { comments } }
  const issue = Object.assign({ fields }, body.issue, { fields, id })
  return JSON.stringify(Object.assign({ issue }, body, { issue, timestamp: Date.now() }))
}

async function sendLarge(
  kind: Kind,
  body: string | ReadableStream,
  chunked: boolean,
  headers: Record<string, string | undefined> = typeof body === 'string' ? signature(kind, body) : {},
) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array()
  const pieces = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 65_537) controller.enqueue(bytes.subarray(at, at + 65_537))
      controller.close()
    },
  })
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const length: Record<string, string> = chunked ? {} : { 'Content-Length': String(bytes.length) }
  const request = new Request(`https://pointsman.test/webhooks/${kind}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...Object.fromEntries(given), ...length },
    body: typeof body !== 'string' ? body : chunked ? pieces : bytes,
    duplex: 'half',
  } as RequestInit)
  return said(await service.app.request(request))
}

/** The same event with the time now. */
function fixture(kind: Kind, name: string): string {
  const text = readFileSync(new URL(`./fixtures/${kind}/${name}.json`, import.meta.url), 'utf8')
  return text.replace(/"timestamp": \d+/, `"timestamp": ${Date.now()}`)
}

/** The body once for each of its values, with that value null. */
function withNulls(body: unknown): unknown[] {
  if (typeof body !== 'object' || body === null) return [null]
  return Object.entries(body).flatMap(([name, inner]) =>
    [null, ...withNulls(inner)].map((changed) =>
      Array.isArray(body) ? body.with(Number(name), changed) : { ...body, [name]: changed },
    ),
  )
}
