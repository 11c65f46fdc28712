/** The endpoint classifier against servers that misbehave, with the replies that real servers send. */
import { readFileSync } from 'node:fs'
import { delay, HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import {
  type EndpointOptions,
  type EndpointSettings,
  openEndpoint,
  PromptFormat,
} from '../src/classifiers/endpoint/index.ts'
import { type Prepared, type Taxonomy, TaxonomyDocument } from '../src/contract/index.ts'
import { ModelError } from '../src/errors.ts'

const network = setupServer()
beforeAll(() => network.listen({ onUnhandledFrame: 'error' }))
afterEach(() => {
  network.resetHandlers()
  vi.useRealTimers()
})
afterAll(() => network.close())

const BASE = 'http://gpu.test/v1'
const CHAT = `${BASE}/chat/completions`

const choices = (...ids: string[]) => ids.map((id) => ({ id }))
const taxonomy: Taxonomy = {
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: choices('internet', 'mobile', 'tv', 'telephony', 'billing', 'account') },
      {
        id: 'category',
        values: choices(
          'outage',
          'degradation',
          'configuration',
          'access',
          'payment',
          'order',
          'question',
          'cancellation',
        ),
      },
      { id: 'region', source: 'rule', values: choices('north', 'south') },
      { id: 'priority', values: choices('low', 'normal', 'high', 'urgent') },
    ],
  }),
  version: 1,
}
const prepared: Prepared = {
  subject: 'Letters',
  text: 'The mail on my phone is slow, the bill too',
  language: { code: 'en', confidence: 1 },
  dropped: [],
  masked: { '<EMAIL_1>': 'secret@example.org' },
  metadata: {},
}
const never = new AbortController().signal
const chat = PromptFormat.parse({ kind: 'chat' })
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`./fixtures/llm/${name}.json`, import.meta.url), 'utf8'))

function open(endpoint: Partial<EndpointSettings> = {}, options: Partial<EndpointOptions> = {}) {
  return openEndpoint({
    endpoints: [{ name: 'gpu', baseUrl: BASE, model: 'triage', format: chat, ...endpoint }],
    ...options,
  })
}

type Body = Record<string, unknown> & { messages: { content: string }[] }
/** Answers one request after the other; the last answer repeats. Keeps the bodies. */
function serve(answers: ((body: Body) => Response | Promise<Response>)[], path = CHAT): Body[] {
  const bodies: Body[] = []
  network.use(
    http.post(path, async ({ request }) => {
      const body = (await request.json()) as Body
      bodies.push(body)
      return answers[Math.min(bodies.length, answers.length) - 1]!(body)
    }),
  )
  return bodies
}
const good = () => HttpResponse.json(fixture('llama-server.chat'))
const say =
  (content: string, more: object = {}) =>
  () =>
    HttpResponse.json({
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop', ...more }],
    })
const fail =
  (status: number, error: object, headers: Record<string, string> = {}) =>
  () =>
    HttpResponse.json({ error }, { status, headers })

async function faultOf(classified: Promise<unknown>): Promise<ModelError> {
  const error = await classified.catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ModelError)
  return error as ModelError
}

test('one request gives value, confidence, alternatives and tokens', async () => {
  const bodies = serve([good])
  const answer = await open({ kind: 'llamacpp' }).classify(prepared, taxonomy, never)
  expect(answer).toMatchObject({
    source: 'endpoint',
    model: expect.stringMatching(/^triage@chat-[0-9a-f]{8}$/),
    tokens: { prompt: expect.any(Number), completion: 14, cached: expect.any(Number) },
    fields: {
      service: { value: 'billing', calibrated: null, legalMass: expect.any(Number) },
      category: { value: 'outage', raw: expect.closeTo(0.69, 1) },
      priority: { value: 'low' },
    },
  })
  expect(Object.keys(answer.fields)).toEqual(['service', 'category', 'priority'])
  expect(bodies[0]).toMatchObject({
    model: 'triage',
    temperature: 0,
    max_tokens: expect.any(Number),
    logprobs: true,
    top_logprobs: 20,
    response_format: { type: 'json_schema', json_schema: { name: 'ticket', strict: true } },
  })
  expect(bodies[0]).not.toHaveProperty('stream')
  expect(JSON.stringify(bodies[0])).not.toContain('secret@')
  expect(JSON.stringify(bodies[0])).not.toContain('north')
})

test('an answer is in doubt when the model prefers a value outside the taxonomy, even with a high confidence', async () => {
  // the ticket is about e-mail, which this taxonomy lacks
  serve([good])
  const { fields } = await open().classify(prepared, taxonomy, never)
  expect(fields.service).toMatchObject({
    raw: expect.any(Number),
    doubt: expect.stringMatching(/outside the allowed values .*\d %/),
  })
  expect([fields.category?.doubt, fields.priority?.doubt]).toEqual([undefined, undefined])
  const withoutAlarm = await open({ alarmBelow: 0 }).classify(prepared, taxonomy, never)
  expect(withoutAlarm.fields.service).not.toHaveProperty('doubt')
  // vLLM reports probabilities after masking what is not allowed
  serve([() => HttpResponse.json(fixture('vllm.chat'))])
  expect((await open().classify(prepared, taxonomy, never)).fields.service).not.toHaveProperty('doubt')
})

test('raw completion: the bare schema for llama-server, the old shape of probabilities from vLLM', async () => {
  const bodies = serve([() => HttpResponse.json(fixture('vllm.completion'))], `${BASE}/completions`)
  const format = PromptFormat.parse({ kind: 'completion', template: 'h2o' })
  const answer = await open({ format }).classify(prepared, taxonomy, never)
  expect(answer.fields.category).toMatchObject({ value: 'outage', raw: expect.closeTo(0.69, 1) })
  expect(answer.model).toMatch(/^triage@h2o-/)
  expect(bodies[0]).toMatchObject({ logprobs: 20, json_schema: { required: ['service', 'category', 'priority'] } })
  expect(bodies[0]?.prompt).toMatch(/^<\|prompt\|>.*<\|answer\|>$/s)
})

test('the model is not asked when rules decide every field', async () => {
  const ruled = { ...taxonomy, fields: taxonomy.fields.filter((field) => field.source === 'rule') }
  expect(await open().classify(prepared, ruled, never)).toMatchObject({ fields: {}, tokens: null })
})

test.each([
  ['null, as LM Studio sends', { logprobs: null }],
  ['of an unknown shape', { logprobs: { top_probs: [{ prob: 1 }] } }],
  ['absent', {}],
])('a server without usable probabilities gives an unknown confidence: %s', async (_, more) => {
  serve([say('{"service":"tv","category":"order","priority":"low"}', more)])
  const { fields } = await open().classify(prepared, taxonomy, never)
  expect(fields.service).toEqual({ value: 'tv', raw: null, calibrated: null, alternatives: [] })
})

// What each failure means, with the message of the server that sends it.
test.each([
  [
    'llama-server loads its model',
    fail(503, { message: 'Loading model', type: 'unavailable_error', code: 503 }),
    'busy',
    true,
  ],
  [
    'vLLM is full',
    fail(503, { message: 'Too many queued requests', type: 'ServiceUnavailable', code: 503 }),
    'busy',
    true,
  ],
  ['a proxy limits the rate', fail(429, { message: 'slow down' }), 'busy', true],
  ['the server crashed', fail(500, { message: 'CUDA out of memory', type: 'server_error' }), 'busy', true],
  ['a proxy finds no server', () => new HttpResponse('<html>Bad gateway', { status: 502 }), 'unreachable', true],
  ['the connection fails', () => HttpResponse.error(), 'unreachable', true],
  [
    'the key is wrong',
    fail(401, { message: 'Invalid API Key', type: 'authentication_error', code: 401 }),
    'auth',
    true,
  ],
  ['the key lacks the permission', fail(403, { message: 'Forbidden' }), 'auth', true],
  [
    'vLLM does not have the model',
    fail(404, { message: 'The model `x` does not exist.', type: 'NotFoundError', param: 'model', code: 404 }),
    'missing',
    true,
  ],
  [
    'vLLM has a template without system role',
    fail(400, { message: 'System role not supported', type: 'BadRequestError', code: 400 }),
    'refused',
    false,
  ],
  [
    'the schema is refused',
    fail(400, { message: 'JSON schema error at #/properties/a: x', type: 'invalid_request_error' }),
    'refused',
    false,
  ],
  [
    'the server does not support the request',
    fail(501, { message: 'not supported', type: 'not_supported_error' }),
    'config',
    true,
  ],
  ['the base URL leads to a web page', () => HttpResponse.html('<html>hello</html>'), 'config', true],
  ['the base URL leads to another API', () => HttpResponse.json({ hello: 'world' }), 'config', true],
] as const)('%s', async (_, answer, fault, retry) => {
  const bodies = serve([answer])
  const error = await faultOf(open().classify(prepared, taxonomy, never))
  expect(error).toMatchObject({ fault, retry, next: expect.stringMatching(/\w/) })
  // no repeat: it cannot help, or the job queue repeats later
  expect(bodies).toHaveLength(1)
})

test("a server's Retry-After is passed on", async () => {
  serve([fail(429, { message: 'slow down' }, { 'retry-after': '7' })])
  expect(await faultOf(open().classify(prepared, taxonomy, never))).toMatchObject({ fault: 'busy', retryAfterMs: 7000 })
})

test("the text of the ticket does not get into the log through a server's message", async () => {
  serve([fail(400, { message: "[{'type': 'missing', 'input': {'messages': ['The mail on my phone is slow']}}]" })])
  const error = await faultOf(open().classify(prepared, taxonomy, never))
  expect(error.message).not.toContain('phone')
  expect(error.cause).toBeUndefined()
})

const long = { ...prepared, text: `It begins here. ${'All the same again. '.repeat(400)}Please call back.` }
test.each([
  [
    'llama-server',
    {
      code: 400,
      message: 'request (2404 tokens) exceeds the available context size (2048 tokens), try increasing it',
      type: 'exceed_context_size_error',
      n_prompt_tokens: 2404,
      n_ctx: 2048,
    },
  ],
  [
    'vLLM',
    {
      message:
        "You passed 2404 input tokens and requested 65 output tokens. However, the model's context length is only 2048 tokens, resulting in a maximum input length of 1983 tokens.",
      type: 'BadRequestError',
      param: 'input_tokens',
      code: 400,
    },
  ],
  [
    'a vLLM that reports both limits',
    {
      message:
        "'max_tokens' or 'max_completion_tokens' is too large: 65. This model's maximum context length is 2048 tokens and your request has 2404 input tokens.",
      type: 'BadRequestError',
      code: 400,
    },
  ],
  [
    'an older vLLM',
    {
      message:
        "This model's maximum context length is 2048 tokens. However, you requested 2469 tokens (2404 in the messages, 65 in the completion).",
      code: 400,
    },
  ],
])('a ticket too long for %s is asked once more, shortened by the token count of the server', async (_, error) => {
  const bodies = serve([fail(400, error), good])
  const answer = await open().classify(long, taxonomy, never)
  expect(answer.fields.service?.value).toBe('billing')
  const [first, second] = bodies.map((body) => body.messages[0]!.content)
  expect(second!.length).toBeLessThan(first!.length * 0.85)
  expect(second!.length).toBeGreaterThan(first!.length * 0.5)
  // instructions, head and tail stay
  expect(second).toMatch(/^You triage[\s\S]*It begins here\.[\s\S]*Please call back\.\n<\/ticket>$/)
})

test('a prompt that stays too long is an error with the next step; the caller can shorten in its own way', async () => {
  const shares: number[] = []
  const bodies = serve([fail(400, { message: 'maximum context length', code: 400 })])
  const shorten = (ticket: Prepared, share: number) => {
    shares.push(share)
    return { ...ticket, text: 'in short' }
  }
  const error = await faultOf(open({}, { shorten }).classify(long, taxonomy, never))
  expect(error).toMatchObject({ fault: 'context', retry: false, next: expect.stringContaining('larger context') })
  expect(shares).toHaveLength(1)
  expect(bodies[1]?.messages[0]?.content).toContain('Text: in short\n')
  expect(bodies).toHaveLength(2)
})

const cutOff = (completion: number) =>
  say('{"service":"tv","cat', { finish_reason: 'length' }) &&
  (() =>
    HttpResponse.json({
      choices: [{ message: { content: '{"service":"tv","cat' }, finish_reason: 'length' }],
      usage: { prompt_tokens: 2000, completion_tokens: completion },
    }))

test('an answer that was cut off gets more tokens, once', async () => {
  const bodies = serve([(body) => cutOff(Number(body.max_tokens))()])
  expect(await faultOf(open().classify(prepared, taxonomy, never))).toMatchObject({ fault: 'length', retry: false })
  expect(bodies).toHaveLength(2)
  expect(Number(bodies[1]?.max_tokens)).toBeGreaterThan(Number(bodies[0]?.max_tokens) * 2)
})

test('an answer that was cut off by a full context gets a shorter ticket instead', async () => {
  const bodies = serve([() => cutOff(5)(), good])
  const answer = await open().classify(long, taxonomy, never)
  expect(bodies[1]?.max_tokens).toBe(bodies[0]?.max_tokens)
  expect(bodies[1]!.messages[0]!.content.length).toBeLessThan(bodies[0]!.messages[0]!.content.length)
  // both requests were paid for
  expect(answer.tokens?.prompt).toBeGreaterThan(2000)
})

test.each([
  ['broken JSON', say('{"service":"tv"'), 'format'],
  ['free text from a server that ignored the schema', say('The service is tv.'), 'format'],
  ['an empty answer', say(''), 'format'],
  ['a value outside the taxonomy', say('{"service":"fax","category":"order","priority":"low"}'), 'schema'],
  [
    "llama-server's peg-native error",
    fail(500, {
      code: 500,
      message: 'The model produced output that does not match the expected peg-native format',
      type: 'server_error',
    }),
    'format',
  ],
] as const)('%s is asked once more with another temperature, and is then an error', async (_, answer, fault) => {
  const bodies = serve([answer])
  expect(await faultOf(open().classify(prepared, taxonomy, never))).toMatchObject({ fault, retry: false })
  expect(bodies.map((body) => body.temperature)).toEqual([0, 0.5])
  serve([answer, good])
  expect((await open().classify(prepared, taxonomy, never)).fields.service?.value).toBe('billing')
})

test('a connection that the server closed while idle is opened again', async () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  const bodies: unknown[] = []
  const real = globalThis.fetch
  globalThis.fetch = async (...args) => {
    bodies.push(args)
    if (bodies.length === 1) throw new TypeError('fetch failed', { cause: reset })
    return real(...args)
  }
  try {
    serve([good])
    await open().classify(prepared, taxonomy, never)
  } finally {
    globalThis.fetch = real
  }
  expect(bodies).toHaveLength(2)
})

test('a request to a server that hangs ends after the timeout of the endpoint', async () => {
  serve([() => delay('infinite').then(good)])
  const started = performance.now()
  expect(await faultOf(open({ timeoutMs: 80 }).classify(prepared, taxonomy, never))).toMatchObject({
    fault: 'unreachable',
  })
  expect(performance.now() - started).toBeLessThan(5000)
})

test('one deadline covers waiting, all endpoints and all repeats', async () => {
  serve([() => delay('infinite').then(good)])
  const classifier = open({ concurrency: 1, timeoutMs: 10_000 }, { deadlineMs: 120 })
  const started = performance.now()
  const errors = await Promise.all([1, 2, 3].map(() => faultOf(classifier.classify(prepared, taxonomy, never))))
  for (const error of errors) expect(error).toMatchObject({ fault: 'unreachable', retry: true })
  expect(performance.now() - started).toBeLessThan(5000)
})

test('a second question about a ticket has the time that the first one left of the deadline', async () => {
  const bodies = serve([() => delay('infinite').then(good)])
  const classifier = open({ timeoutMs: 10_000 }, { deadlineMs: 60_000 })
  const asked = performance.now()
  const left = await faultOf(classifier.classify(prepared, taxonomy, never, { since: asked - 59_900 }))
  expect(left).toMatchObject({ fault: 'unreachable', retry: true })
  expect(performance.now() - asked).toBeLessThan(5000)
  expect(bodies).toHaveLength(1)
  await faultOf(classifier.classify(prepared, taxonomy, never, { since: asked - 60_001 }))
  expect(bodies).toHaveLength(1)
})

test('cancelling cancels the request, frees the slot, and is not counted as a failure of the endpoint', async () => {
  const cancelled: boolean[] = []
  network.use(
    http.post(CHAT, async ({ request }) => {
      request.signal.addEventListener('abort', () => cancelled.push(true))
      if (cancelled.length === 0) await delay('infinite')
      return good()
    }),
  )
  const classifier = open({ concurrency: 1 }, { failures: 1 })
  const job = new AbortController()
  const first = classifier.classify(prepared, taxonomy, job.signal).catch((error: unknown) => error)
  const second = classifier.classify(prepared, taxonomy, never)
  await delay(30)
  expect(classifier.health()[0]).toMatchObject({ running: 1, waiting: 1 })
  job.abort('the job was taken back')
  expect(await first).toBe('the job was taken back')
  expect((await second).fields.service?.value).toBe('billing')
  expect(cancelled).toEqual([true])
  expect(classifier.health()[0]).toMatchObject({ state: 'up', running: 0, waiting: 0, answered: 1, failed: 0 })
})

test('closing cancels running and waiting requests', async () => {
  serve([() => delay('infinite').then(good)])
  const classifier = open({ concurrency: 1 })
  const both = [1, 2].map(() => faultOf(classifier.classify(prepared, taxonomy, never)))
  await delay(20)
  classifier.close()
  for (const error of await Promise.all(both)) expect(error.message).toContain('closed')
})

// several servers

const endpoint = (name: string, more: Partial<EndpointSettings> = {}): EndpointSettings => ({
  name,
  baseUrl: `http://${name}.test/v1`,
  model: name,
  format: chat,
  ...more,
})
function serveAt(name: string, answer: () => Response | Promise<Response>): { asked: number; atOnce: number } {
  const seen = { asked: 0, atOnce: 0 }
  let running = 0
  network.use(
    http.post(`http://${name}.test/v1/chat/completions`, async () => {
      seen.asked++
      seen.atOnce = Math.max(seen.atOnce, ++running)
      try {
        return await answer()
      } finally {
        running--
      }
    }),
  )
  return seen
}
const slowly = () => delay(20).then(good)

test('weights distribute the tickets, and no endpoint gets more parallel requests than its concurrency', async () => {
  const [big, small] = [serveAt('big', slowly), serveAt('small', slowly)]
  const classifier = openEndpoint({
    endpoints: [endpoint('big', { weight: 3, concurrency: 3 }), endpoint('small', { weight: 1, concurrency: 1 })],
  })
  const answers = await Promise.all(Array.from({ length: 24 }, () => classifier.classify(prepared, taxonomy, never)))
  expect(big).toEqual({ asked: 18, atOnce: 3 })
  expect(small).toEqual({ asked: 6, atOnce: 1 })
  expect(answers.filter(({ model }) => model.startsWith('small@'))).toHaveLength(6)
})

test('a ticket that waits behind a hanging one is answered by another endpoint in time', async () => {
  const gpu = serveAt('gpu', () => delay('infinite').then(good))
  serveAt('cpu', good)
  const classifier = openEndpoint({
    endpoints: [
      endpoint('gpu', { concurrency: 1, timeoutMs: 1000 }),
      endpoint('cpu', { order: 1, concurrency: 1, timeoutMs: 1000 }),
    ],
    deadlineMs: 2000,
  })
  const answers = await Promise.all([1, 2].map(() => classifier.classify(prepared, taxonomy, never, { urgent: true })))
  expect(answers.map(({ model }) => model.split('@')[0])).toEqual(['cpu', 'cpu'])
  expect(gpu.asked).toBe(1)
  expect(classifier.health()).toMatchObject([{ failed: 1, running: 0, waiting: 0 }, { answered: 2 }])
})

test('the next endpoint takes over while the first is down, until the first is up again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  let down = true
  const gpu = serveAt('gpu', () => (down ? HttpResponse.error() : good()))
  const cpu = serveAt('cpu', good)
  const classifier = openEndpoint({
    endpoints: [endpoint('gpu', { order: 0 }), endpoint('cpu', { order: 1 })],
    failures: 3,
    pauseMs: 1000,
  })
  for (let i = 0; i < 10; i++) await classifier.classify(prepared, taxonomy, never)
  // three failures opened the circuit; no ticket was lost, and none waited for the dead endpoint after that
  expect(gpu.asked).toBe(3)
  expect(cpu.asked).toBe(10)
  expect(classifier.health()).toMatchObject([
    { name: 'gpu', state: 'down', failed: 3, lastError: expect.stringContaining('cannot be reached') },
    { name: 'cpu', state: 'up', answered: 10 },
  ])
  down = false
  vi.setSystemTime(Date.now() + 1001)
  for (let i = 0; i < 3; i++) await classifier.classify(prepared, taxonomy, never)
  expect(classifier.health()[0]).toMatchObject({ state: 'up', answered: 3 })
  expect(cpu.asked).toBe(10)
})

test('a full endpoint spills over to the slower one, unless the ticket is urgent', async () => {
  const [gpu, cpu] = [serveAt('gpu', slowly), serveAt('cpu', slowly)]
  const endpoints = [endpoint('gpu', { order: 0, concurrency: 1 }), endpoint('cpu', { order: 1, concurrency: 1 })]
  const patient = openEndpoint({ endpoints })
  await Promise.all([1, 2, 3, 4].map(() => patient.classify(prepared, taxonomy, never)))
  expect(cpu.asked).toBeGreaterThanOrEqual(1)
  const before = cpu.asked
  const other = openEndpoint({ endpoints })
  await Promise.all([1, 2, 3, 4].map(() => other.classify(prepared, taxonomy, never, { urgent: true })))
  expect(cpu.asked).toBe(before)
  expect(gpu.asked + cpu.asked).toBe(8)
})

test('an urgent ticket goes to the front of the queue', async () => {
  serveAt('gpu', slowly)
  const classifier = openEndpoint({ endpoints: [endpoint('gpu', { concurrency: 1 })] })
  const order: string[] = []
  const ask = (name: string, urgent: boolean) =>
    classifier.classify(prepared, taxonomy, never, { urgent }).then(() => order.push(name))
  await Promise.all([ask('first', false), ask('second', false), ask('urgent', true)])
  expect(order).toEqual(['first', 'urgent', 'second'])
})

test('a fault of the ticket is not tried on the next endpoint; a wrong key is', async () => {
  const first = serveAt('first', say('not JSON'))
  const second = serveAt('second', good)
  const classifier = openEndpoint({ endpoints: [endpoint('first'), endpoint('second', { order: 1 })], failures: 1 })
  expect(await faultOf(classifier.classify(prepared, taxonomy, never))).toMatchObject({ fault: 'format' })
  expect([first.asked, second.asked, classifier.health()[0]?.state]).toEqual([2, 0, 'up'])
  network.resetHandlers()
  serveAt('first', fail(401, { message: 'Invalid API Key' }))
  serveAt('second', good)
  expect((await classifier.classify(prepared, taxonomy, never)).model).toMatch(/^second@/)
})

test.each([1, 5])(
  'a wrong key at one endpoint is not the fault while another can take the ticket later (out of use after %s failures)',
  async (failures) => {
    serveAt('gpu', () => HttpResponse.error())
    serveAt('cpu', fail(401, { message: 'Invalid API Key' }))
    const classifier = openEndpoint({ endpoints: [endpoint('gpu'), endpoint('cpu', { order: 1 })], failures })
    for (let i = 0; i < 3; i++) {
      const error = await faultOf(classifier.classify(prepared, taxonomy, never))
      expect(error).toMatchObject({ fault: 'unreachable', retry: true })
      expect(error.message).toMatch(/gpu cannot be reached.*cpu answered 401/)
    }
  },
)

test('with every endpoint down the error names each endpoint with its cause, and can be retried', async () => {
  serveAt('a', () => HttpResponse.error())
  serveAt('b', fail(503, { message: 'Loading model' }))
  const classifier = openEndpoint({ endpoints: [endpoint('a'), endpoint('b')], failures: 1, pauseMs: 60_000 })
  expect(await faultOf(classifier.classify(prepared, taxonomy, never))).toMatchObject({ retry: true })
  const error = await faultOf(classifier.classify(prepared, taxonomy, never))
  expect(error).toMatchObject({ fault: 'unreachable', retry: true, retryAfterMs: 60_000 })
  expect(error.message).toMatch(/a cannot be reached.*b answered 503/)
})

test('extra server options are part of the model version', async () => {
  serve([good])
  const lora = (scale: number) => ({ extra: { lora: [{ id: 0, scale }], cache_prompt: false } })
  const named = await Promise.all(
    [{}, { extra: {} }, lora(1), lora(0)].map(async (given) => {
      const classifier = open(given)
      expect((await classifier.classify(prepared, taxonomy, never)).model).toBe(classifier.model)
      return classifier.model
    }),
  )
  expect(named[1]).toBe(named[0])
  expect(new Set(named).size).toBe(3)
})

test('new calibration curves of a model version apply at once', async () => {
  serve([good])
  const calibration = (model: string) => ({
    model,
    fields: { service: { kind: 'platt' as const, a: 0, b: 0, n: 100 } },
  })
  const { fields } = await open({}, { calibration }).classify(prepared, taxonomy, never)
  expect(fields.service?.calibrated).toBe(0.5)
  expect(fields.priority?.calibrated).toBeNull()
})

test('similar corrected tickets are fetched only for a format that shows them', async () => {
  const bodies = serve([good])
  const asked: number[] = []
  const examples = async (_: Prepared, __: Taxonomy, count: number) => {
    asked.push(count)
    return [{ subject: 'Old', text: 'one', labels: { service: 'tv', category: 'order', priority: 'low' } }]
  }
  await open({}, { examples }).classify(prepared, taxonomy, never)
  await open({ format: { ...chat, examples: 2 } }, { examples }).classify(prepared, taxonomy, never)
  expect(asked).toEqual([2])
  expect(bodies[1]?.messages[0]?.content).toContain('<example>\nSubject: Old')
})

// doctor

/** A llama-server without faults; each test breaks one thing. */
function serveLlama(broken: { [path: string]: unknown } = {}, chatAnswer = goodOrSchemaProbe) {
  const replies: Record<string, unknown> = {
    '/v1/models': { object: 'list', data: [{ id: 'triage', aliases: ['triage', 'triage-3'], meta: { n_ctx: 2048 } }] },
    '/props': { total_slots: 2 },
    '/lora-adapters': [{ id: 0, path: 'house.gguf', scale: 1 }],
    '/apply-template': null,
    ...broken,
  }
  network.use(
    http.post(CHAT, async ({ request }) => chatAnswer((await request.json()) as Body)),
    http.post('http://gpu.test/apply-template', async ({ request }) => {
      const { messages } = (await request.json()) as Body
      return HttpResponse.json(
        replies['/apply-template'] ?? { prompt: `[INST]${messages.map(({ content }) => content)}[/INST]` },
      )
    }),
    ...['/v1/models', '/props', '/lora-adapters'].map((path) =>
      http.get(`http://gpu.test${path}`, () => {
        const reply = replies[path]
        return reply === undefined ? new HttpResponse(null, { status: 404 }) : HttpResponse.json(reply as object)
      }),
    ),
  )
}
const isSchemaProbe = (body: Body) => JSON.stringify(body.response_format).includes('zq7xk')
const goodOrSchemaProbe = (body: Body): Response => (isSchemaProbe(body) ? say('{"probe":"zq7xk"}')() : good())
async function probed(endpoint: Partial<EndpointSettings> = {}) {
  const findings = await open(endpoint).probe(taxonomy)
  return findings.filter(({ ok }) => !ok).map(({ what, says, next }) => [what, says, next].join(' | '))
}

test('doctor finds no problem in an endpoint without faults, also under an alias', async () => {
  serveLlama()
  expect(await probed({ kind: 'llamacpp', concurrency: 2, model: 'triage-3' })).toEqual([])
  expect((await open().probe(taxonomy)).map(({ what }) => what)).toEqual([
    'gpu: reachable',
    'gpu: model',
    'gpu: schema',
    'gpu: probe ticket',
    'gpu: confidence',
  ])
})

test.each([
  ['the adapter of a llama-server', {}, 'triage', 'triage is available, with the adapter house.gguf at scale 1'],
  ['a llama-server without one', { '/lora-adapters': [] }, 'triage', 'triage is available, without an adapter'],
  [
    'the adapter of a vLLM',
    { '/v1/models': { data: [{ id: 'base' }, { id: 'house-7', parent: 'base' }] } },
    'house-7',
    'house-7 is available, an adapter of base',
  ],
  [
    'the base model of a vLLM that has adapters',
    { '/v1/models': { data: [{ id: 'base' }, { id: 'house-7', parent: 'base' }] } },
    'base',
    'base is available; it is the base model of the adapters house-7',
  ],
])('doctor names %s', async (_, replies, model, says) => {
  serveLlama(replies)
  expect(await open({ model }).probe(taxonomy)).toContainEqual({ what: 'gpu: model', ok: true, says })
})

test.each([
  ['a server that is down', { '/v1/models': undefined }, {}, /reachable .*answered 404.*base URL/],
  [
    'a model that the server does not have',
    {},
    { model: 'triage-4' },
    /model .*does not list the model triage-4; it lists triage, triage-3/,
  ],
  [
    'the base model instead of its adapter',
    { '/lora-adapters': [{ id: 0, scale: 0 }] },
    {},
    /lora .*base model answers/,
  ],
  [
    'two adapters that are applied at once',
    {
      '/lora-adapters': [
        { id: 0, scale: 1 },
        { id: 1, scale: 1 },
      ],
    },
    {},
    /lora .*2 adapters/,
  ],
  [
    'an adapter that is not loaded',
    {},
    { extra: { lora: [{ id: 7, scale: 1 }], cache_prompt: false } },
    /lora .*no adapter has the id 7/,
  ],
  ['a prompt cache that mixes adapters', {}, { extra: { lora: [{ id: 0, scale: 1 }] } }, /lora .*mixes adapters/],
  ['a lora option of the wrong form', {}, { extra: { lora: { id: 0 } } }, /lora .*not a list/],
  ['a template that is taken literally', { '/apply-template': { prompt: 'mistral-v7' } }, {}, /template .*loses/],
  ['more requests than slots', {}, { concurrency: 8 }, /slots .*8 parallel requests for 2 slots/],
  [
    'a context that is too small',
    { '/v1/models': { data: [{ id: 'triage', meta: { n_ctx: 300 } }] } },
    {},
    /context .*of 300 tokens/,
  ],
  ['the wrong kind', {}, { kind: 'vllm' as const }, /kind .*llama-server/],
])('doctor finds %s', async (_, broken, endpoint, expected) => {
  serveLlama(broken)
  const wrong = await probed(endpoint)
  expect(wrong).toHaveLength(1)
  expect(wrong[0]).toMatch(expected)
})

test('doctor asks no question with an adapter that could corrupt the prompt cache of a server in use', async () => {
  let asked = 0
  serveLlama({}, (body) => {
    asked++
    return goodOrSchemaProbe(body)
  })
  await probed({ extra: { lora: [{ id: 7, scale: 1 }], cache_prompt: false } })
  expect(asked).toBe(0)
  await probed({ extra: { lora: [{ id: 0, scale: 1 }], cache_prompt: false } })
  expect(asked).toBe(2)
})

test.each([
  [
    'a server that ignores the schema',
    (body: Body) => (isSchemaProbe(body) ? say('Hello!')() : good()),
    /schema .*ignores response_format/,
  ],
  [
    'a server without token probabilities',
    (body: Body) =>
      isSchemaProbe(body) ? goodOrSchemaProbe(body) : say('{"service":"tv","category":"order","priority":"low"}')(),
    /confidence .*unknown/,
  ],
  [
    'a server that truncates prompts silently',
    (body: Body) =>
      isSchemaProbe(body)
        ? goodOrSchemaProbe(body)
        : HttpResponse.json({ ...fixture('vllm.chat'), usage: { prompt_tokens: 9 } }),
    /truncation .*9 tokens/,
  ],
  [
    'a model that was not trained on its prompt format',
    (body: Body) => {
      if (isSchemaProbe(body)) return goodOrSchemaProbe(body)
      const reply = fixture('llama-server.chat')
      for (const { top_logprobs } of reply.choices[0].logprobs.content)
        for (const listed of top_logprobs) listed.logprob -= 1
      return HttpResponse.json(reply)
    },
    /form .*prefers an answer outside the allowed values/,
  ],
  [
    'a model that does not answer in JSON',
    (body: Body) => (isSchemaProbe(body) ? goodOrSchemaProbe(body) : say('tv')()),
    /probe ticket .*not JSON/,
  ],
])('doctor finds %s', async (_, chatAnswer, expected) => {
  serveLlama({}, chatAnswer)
  expect((await probed()).join('\n')).toMatch(expected)
})
