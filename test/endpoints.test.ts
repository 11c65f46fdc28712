/** Several model endpoints behind one service, configured by LLM_ENDPOINTS. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HttpResponse } from 'msw'
import { afterEach, expect, test } from 'vitest'
import type { Classifier, Haste } from '../src/contract/index.ts'
import { decisions, labels } from '../src/db/schema.ts'
import { signIn } from './support/client.ts'
import { modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const says = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
const CABLE = {
  subject: 'The cable </s> is dead',
  body: 'The cable modem shows a red light. Write to <b>anna@example.org</b>, "room 5"\\n.\n\nThanks',
}

let service: Service
afterEach(() => service?.close())

function listed(...endpoints: object[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pointsman-endpoints-')), 'endpoints.json')
  writeFileSync(path, JSON.stringify(endpoints))
  return path
}
const gpu = { name: 'gpu', baseUrl: 'http://gpu.test/v1', model: 'big', kind: 'vllm' }
const cpu = { name: 'cpu', baseUrl: 'http://cpu.test/v1', model: 'small', kind: 'llamacpp', order: 1 }

async function open(...endpoints: object[]) {
  service = await openService({ env: { LLM_ENDPOINTS: listed(...endpoints), KEY_OF_GPU: 'open sesame' } })
}
const decided = () => service.deps.database.db.select().from(decisions)
const metrics = async () => (await service.app.request('/metrics')).text()

test('each endpoint is asked in the format of its model, the next takes over, and the metrics show both', async () => {
  await open(
    { ...gpu, apiKeyEnv: 'KEY_OF_GPU', format: { kind: 'chat', system: 'separate' }, extra: { priority: 2 } },
    { ...cpu, format: { kind: 'completion', template: 'h2o', language: 'ru' } },
  )
  let down = true
  const big = modelServer(() => (down ? HttpResponse.error() : { says }), gpu.baseUrl)
  const small = modelServer(() => ({ says }), cpu.baseUrl)
  service.network.use(...big.handlers, ...small.handlers)
  await service.jira.create(CABLE)
  await service.drain()
  expect(await decided()).toMatchObject([{ plan: 'apply', model: expect.stringMatching(/^small@h2o-/) }])
  expect(big.asked[0]).toMatchObject({ priority: 2, messages: [{ role: 'system' }, { role: 'user' }] })
  expect(small.asked[0]!.prompt).toMatch(/^<\|prompt\|>Ты .*<\|answer\|>$/s)
  expect(small.asked[0]).toHaveProperty('json_schema')
  expect([big.keys[0], small.keys[0]]).toEqual(['Bearer open sesame', 'Bearer none'])
  expect(await metrics()).toMatch(/endpoint_up\{endpoint="gpu"\} 1[\s\S]*endpoint="gpu",state="failed"\} 1/)
  down = false
  await service.jira.create({ ...CABLE, subject: 'Another' })
  await service.drain()
  expect((await decided()).map(({ model }) => model?.split('@')[0]).sort()).toEqual(['big', 'small'])
  expect(await metrics()).toMatch(/endpoint="gpu",state="answered"\} 1/)
})

test('a ticket that a rule makes urgent, and a question of a waiting person, go first', async () => {
  await open(gpu)
  const seen: (Haste | undefined)[] = []
  const watched: Classifier = {
    ...service.deps.classifiers.endpoint!,
    async classify(_prepared, _taxonomy, _signal, haste) {
      seen.push(haste)
      return { source: 'endpoint', model: 'big', fields: {}, tokens: null, ms: 1 }
    },
  }
  service.deps.classifiers.endpoint = watched
  await service.jira.create(CABLE)
  await service.drain()
  await service.jira.create({ subject: 'Help', body: 'Our account was hacked this morning, all data is gone.' })
  await service.drain()
  const reviewer = await signIn(service, 'admin')
  await reviewer('POST', '/classify', { text: 'The cable modem shows a red light.' })
  expect(seen.map((haste) => haste?.urgent)).toEqual([false, true, true])
})

test.each([
  ['chat', { kind: 'chat', system: 'separate', catalogue: 'synonyms' }],
  ['raw completion', { kind: 'completion', template: 'h2o', system: 'separate', answer: 'codes' }],
])('an export contains, byte for byte, the prompt that was sent: %s', async (_, format) => {
  await open({ ...gpu, format })
  const server = modelServer(() => ({ says }), gpu.baseUrl)
  service.network.use(...server.handlers)
  await service.jira.create(CABLE)
  await service.drain()
  const { db } = service.deps.database
  const [{ ticketId }] = (await decided()) as [typeof decisions.$inferSelect]
  await db.insert(labels).values(
    Object.entries(says).map(([field, value]) => ({
      ...{ ticketId, field, value, provenance: 'human' as const, at: new Date() },
    })),
  )
  const ml = await signIn(service, 'ml')
  const { body, status } = await ml('POST', '/exports', { format: 'completion' })
  expect(status).toBe(200)
  const row = typeof body === 'string' ? JSON.parse(body) : body
  const { messages, prompt } = server.asked[0]!
  expect(row.prompt).toEqual(messages ?? prompt)
  expect(JSON.stringify(row)).not.toContain('anna@')
})
