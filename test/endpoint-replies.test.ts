/** Where servers and gateways put the answer, and the errors that they send with status 200. */
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openEndpoint, PromptFormat } from '../src/classifiers/endpoint/index.ts'
import { type Prepared, type Taxonomy, TaxonomyDocument } from '../src/contract/index.ts'
import { ModelError } from '../src/errors.ts'

const network = setupServer()
beforeAll(() => network.listen({ onUnhandledFrame: 'error' }))
afterEach(() => network.resetHandlers())
afterAll(() => network.close())

const values = [{ id: 'internet' }, { id: 'billing' }]
const taxonomy: Taxonomy = { ...TaxonomyDocument.parse({ fields: [{ id: 'service', values }] }), version: 1 }
const prepared: Prepared = {
  subject: 'Modem',
  text: 'No light since this morning',
  language: { code: 'en', confidence: 1 },
  dropped: [],
  masked: {},
  metadata: {},
}
const RIGHT = '{"service":"internet"}'
const THOUGHT = 'They write {"service":"billing"}, but mean the modem.'

function classify(reply: () => Response) {
  network.use(http.post('http://gpu.test/v1/chat/completions', reply))
  const format = PromptFormat.parse({ kind: 'chat' })
  const classifier = openEndpoint({ endpoints: [{ name: 'gpu', baseUrl: 'http://gpu.test/v1', model: 'm', format }] })
  return classifier.classify(prepared, taxonomy, new AbortController().signal)
}

async function faultOf(reply: () => Response): Promise<ModelError> {
  const error = await classify(reply).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ModelError)
  return error as ModelError
}

const message = (message: object, finish_reason = 'stop') =>
  HttpResponse.json({ choices: [{ message, finish_reason }] })

test.each<[string, () => Response]>([
  ['as text', () => message({ content: RIGHT })],
  [
    'in parts',
    () =>
      message({
        content: [
          { type: 'text', text: '{"service":' },
          { type: 'text', text: '"internet"}' },
        ],
      }),
  ],
  [
    'in parts, after thoughts',
    () =>
      message({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: THOUGHT }] },
          { type: 'text', text: RIGHT },
        ],
      }),
  ],
  ['in reasoning_content, beside null', () => message({ content: null, reasoning_content: RIGHT })],
  ['in reasoning, beside an empty text', () => message({ content: '', reasoning: RIGHT })],
  ['after an empty think block', () => message({ content: `<think>\n\n</think>\n\n${RIGHT}` })],
  ['after a think block', () => message({ content: `<think>\n${THOUGHT}\n</think>\n${RIGHT}` })],
  ['after thoughts whose opening tag is in the prompt', () => message({ content: `${THOUGHT}\n</think>\n${RIGHT}` })],
  ['after a think block, in reasoning_content', () => message({ reasoning_content: `<think></think>${RIGHT}` })],
  [
    'as JSON under the content type of text',
    () => HttpResponse.text(JSON.stringify({ choices: [{ message: { content: RIGHT } }] })),
  ],
  [
    'beside thoughts and an error that is null',
    () => HttpResponse.json({ error: null, choices: [{ message: { content: RIGHT, reasoning_content: THOUGHT } }] }),
  ],
])('an answer is read %s', async (_, reply) => {
  expect((await classify(reply)).fields.service?.value).toBe('internet')
})

test.each<[string, () => Response, string, RegExp]>([
  ['thoughts only', () => message({ content: null, reasoning_content: THOUGHT }), 'format', /into reasoning_content/],
  ['nothing', () => message({ content: null }), 'format', /empty answer/],
  ['what a filter left', () => message({ content: 'I am' }, 'content_filter'), 'format', /content filter/],
  ['a web page', () => HttpResponse.html('<!doctype html><p>Sign in'), 'config', /web page/],
  ['a stream', () => HttpResponse.text('data: {"choices":[]}\n\n'), 'config', /stream of events/],
])('the reason names the cause: %s', async (_, reply, fault, words) => {
  expect(await faultOf(reply)).toMatchObject({ fault, message: expect.stringMatching(words) })
})

const error = (error: unknown, more: object = {}) => HttpResponse.json({ ...more, error })
const empty = { choices: [{ message: { content: null }, finish_reason: 'stop' }] }

test.each<[string, () => Response, string]>([
  ['alone, with a status', () => error({ message: 'Rate limit reached', code: 429, type: 'rate_limit' }), 'busy'],
  ['beside an empty answer', () => error({ message: 'Provider returned error', code: 429 }, empty), 'busy'],
  [
    'in the place of the answer',
    () => HttpResponse.json({ choices: [{ error: { code: 502, message: 'x' } }] }),
    'unreachable',
  ],
  ['with words only', () => error({ type: 'rate_limit_exceeded', message: 'Slow down' }), 'busy'],
  ['as a text', () => error('model is overloaded'), 'busy'],
  ['of no known kind', () => error({ message: 'Something went wrong' }), 'busy'],
  ['in the form of older servers', () => HttpResponse.json({ object: 'error', message: 'engine', code: 500 }), 'busy'],
  ['about the key', () => error({ code: 'invalid_api_key', message: 'Incorrect API key provided' }), 'auth'],
  ['about the length', () => error({ message: "This model's maximum context length is 9 tokens" }), 'context'],
])('an error with status 200 is what it says: %s', async (_, reply, fault) => {
  const found = await faultOf(reply)
  expect(found.fault).toBe(fault)
  if (fault !== 'context') expect(found.message).toMatch(/^gpu answered 200 with an error/)
})

test.each([
  ['parts', () => message({ content: [{ type: 'text', text: RIGHT }] })],
  ['reasoning_content', () => message({ content: null, reasoning_content: RIGHT })],
])('an answer without probabilities says that it came in %s', async (place, reply) => {
  expect((await classify(reply)).fields.service).toMatchObject({
    raw: null,
    doubt: expect.stringContaining(`no confidence: it sent the answer in ${place}`),
  })
})

test('the confidence is that of the answer, not of the same words among the thoughts', async () => {
  const token = (text: string, p: number) => ({ token: text, logprob: Math.log(p) })
  const word = (text: string, p: number) => ({
    ...token(text, p),
    top_logprobs: [token(text, p), token(text === 'internet' ? 'billing' : 'x', 1 - p + 1e-9)],
  })
  const said = [
    ...[word('<think>{"service":"', 1), word('internet', 0.3), word('"}</think>', 1)],
    ...[word('{"service":"', 1), word('internet', 0.9), word('"}', 1)],
  ]
  const content = said.map(({ token }) => token).join('')
  const reply = { message: { content }, finish_reason: 'stop', logprobs: { content: said } }
  const { fields } = await classify(() => HttpResponse.json({ choices: [reply] }))
  expect(fields.service).toMatchObject({ value: 'internet', raw: expect.closeTo(0.9, 3) })
})
