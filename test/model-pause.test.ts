/** A model server that fails every ticket: they wait together, with one alarm, and none is held for good. */
import { HttpResponse, http } from 'msw'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { decisions } from '../src/db/schema.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { type Client, signIn } from './support/client.ts'
import { MODEL_ENV, modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const says = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'neutral' }
const URL = `${MODEL_ENV.LLM_BASE_URL}/chat/completions`

let service: Service
let admin: Client
let lines: { level: number; msg: string; reason?: string }[]
/** What the model server does; null: it answers. Gets the whole prompt. */
let fault: ((prompt: string) => Response | null) | null
let asked: number
afterEach(() => service.close())

async function start() {
  lines = []
  asked = 0
  const log = pino({ level: 'info', base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  service = await openService({ env: MODEL_ENV, settings: { threshold: 0.1 }, log })
  admin = await signIn(service, 'admin')
  const server = modelServer(async (prompt) => {
    asked++
    return fault?.(prompt) ?? { says }
  })
  service.network.use(...server.handlers)
}

const problem = (status: number, message: string) => () => HttpResponse.json({ error: { message } }, { status })
const create = async (n: number) => {
  for (let i = 0; i < n; i++)
    await service.jira.create({ subject: `Router ${i}`, body: `The router in shop ${i} has been offline since seven.` })
  await service.drain()
}
const alarms = () => lines.filter(({ msg }) => msg.startsWith('model paused'))
const pauses = async () => (await admin('GET', '/model-pauses')).body.items
const decided = async () => (await service.deps.database.db.select().from(decisions)).map(({ plan }) => plan)
const waiting = async () => (await readLedger(service.deps.database.db)).waiting

test.each([
  ['a wrong key', problem(401, 'Invalid API Key'), /answered 401: Invalid API Key/],
  ['a web page', () => HttpResponse.html('<!doctype html><p>Sign in'), /web page/],
  ['another API', () => HttpResponse.json({ hello: 'world' }), /not OpenAI-compatible/],
  [
    'a redirect',
    () => new HttpResponse(null, { status: 302, headers: { location: 'http://else.test/' } }),
    /else\.test/,
  ],
  ['requests that it never takes', problem(400, 'System role not supported'), /System role not supported/],
])('%s pauses the model with one alarm, and ends by itself', async (_, answer, reason) => {
  fault = answer
  await start()
  await create(4)
  expect(await waiting()).toBe(4)
  expect(alarms()).toEqual([expect.objectContaining({ level: 50, reason: expect.stringMatching(reason) })])
  const [pause] = await pauses()
  expect(pause).toMatchObject({ reason: expect.stringMatching(reason), next: expect.stringMatching(/\w/) })
  expect(Date.parse(pause.until)).toBeGreaterThan(Date.now())
  expect(await (await service.app.request('/metrics')).text()).toMatch(/^pointsman_model_pauses 1$/m)

  // while it lasts, a ticket does not reach the server
  const before = asked
  const shown = await admin('POST', '/classify', { text: 'The mail is slow' })
  expect(shown).toMatchObject({ status: 503, body: { detail: expect.stringMatching(reason) } })
  expect(asked).toBe(before)

  // the job that asks again meets the same fault: no second alarm
  await service.drainEarly()
  expect(await pauses()).toHaveLength(1)
  expect(asked).toBeGreaterThan(before)
  expect(alarms()).toHaveLength(1)

  fault = null
  await service.drainEarly()
  expect(await pauses()).toEqual([])
  // the tickets did not have to wait for their own time
  expect(await decided()).toEqual(['apply', 'apply', 'apply', 'apply'])
  expect(await waiting()).toBe(0)
})

test('an adapter that is loaded again fails some tickets and pauses nothing; one that stays away does', async () => {
  fault = problem(404, 'The model `triage` does not exist.')
  await start()
  await create(2)
  expect(await waiting()).toBe(2)
  expect([await pauses(), alarms()]).toEqual([[], []])
  fault = null
  await service.drainEarly()
  expect(await decided()).toEqual(['apply', 'apply'])

  fault = problem(404, 'The model `triage` does not exist.')
  for (let i = 0; i < 3; i++)
    await service.zendesk.create({ subject: `Modem ${i}`, body: `The modem of floor ${i} is dead.` })
  await service.drain()
  await service.drainEarly()
  await service.drainEarly()
  expect(await pauses()).toEqual([expect.objectContaining({ reason: expect.stringContaining('does not exist') })])
  expect(alarms()).toHaveLength(1)
  expect(await waiting()).toBe(3)
})

test('by hand: all that wait are tried together, and a model that still fails is paused again', async () => {
  fault = problem(401, 'Invalid API Key')
  await start()
  await create(3)
  const [{ model }] = await pauses()
  expect((await admin('POST', '/model-pauses/resume', { model })).body).toEqual({ resumed: true })
  await service.drain()
  expect(await pauses()).toHaveLength(1)
  expect(alarms()).toHaveLength(2)

  fault = null
  expect((await admin('POST', '/model-pauses/resume', { model })).body).toEqual({ resumed: true })
  await service.drain()
  expect(await decided()).toEqual(['apply', 'apply', 'apply'])
  expect((await admin('POST', '/model-pauses/resume', { model })).body).toEqual({ resumed: false })
  expect((await admin('GET', '/audit?action=model.')).body.items).toHaveLength(2)
  expect((await (await signIn(service, 'reviewer'))('POST', '/model-pauses/resume', { model })).status).toBe(403)
})

test('a request that the server refuses for one ticket holds that ticket, and no other', async () => {
  fault = (prompt) => (prompt.includes('shop 1 ') ? problem(400, 'The prompt was filtered')() : null)
  await start()
  await create(3)
  expect((await decided()).sort()).toEqual(['apply', 'apply', 'hold'])
  expect([await pauses(), alarms()]).toEqual([[], []])
})

test('an error with status 200 lets the tickets wait, without a pause', async () => {
  fault = () => HttpResponse.json({ error: { message: 'Rate limit reached upstream', code: 429 } })
  await start()
  await create(2)
  expect([await waiting(), await pauses()]).toEqual([2, []])
  service.network.use(http.post(URL, () => HttpResponse.json({ error: { message: 'Provider returned error' } })))
  await service.drainEarly()
  expect([await waiting(), await pauses()]).toEqual([2, []])
})
