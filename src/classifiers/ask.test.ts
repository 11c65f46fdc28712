import { expect, test } from 'vitest'
import {
  type Answer,
  type Classifier,
  ConnectionSettings,
  type FieldAnswer,
  type Prepared,
  type Taxonomy,
  TaxonomyDocument,
} from '../contract/index.ts'
import { ModelError, type ModelFault } from '../errors.ts'
import { askClassifier, type Classifiers } from './ask.ts'

const taxonomy: Taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: [{ id: 'internet' }, { id: 'vpn' }] },
      { id: 'region', source: 'rule', values: [{ id: 'north' }] },
      { id: 'tone', required: false, values: [{ id: 'calm' }] },
    ],
  }),
}
const prepared: Prepared = {
  subject: 'Subject',
  text: 'Text',
  language: { code: 'en', confidence: 1 },
  dropped: [],
  masked: {},
  metadata: {},
}

function classifierThat(
  kind: 'endpoint' | 'embedded',
  field: Partial<FieldAnswer> | null,
): Classifier & { asked: number } {
  const classifier = {
    kind,
    model: `${kind}-1`,
    asked: 0,
    async classify(): Promise<Answer> {
      classifier.asked++
      const answer = { value: 'vpn', raw: 0.9, calibrated: null, alternatives: [], ...field }
      return { source: kind, model: `${kind}-1`, fields: field ? { service: answer } : {}, tokens: null, ms: 1 }
    },
  }
  return classifier
}
const failing = (fault: ModelFault): Classifier => ({
  kind: 'endpoint',
  model: 'endpoint-1',
  classify: () => Promise.reject(new ModelError(fault, `It is ${fault}`, { next: 'Fix it.' })),
})

const ask = (given: Partial<Omit<Classifiers, 'embedded'>> & { embedded?: Classifier | null }, settings = {}) => {
  const { embedded = null, ...rest } = given
  return askClassifier(
    { choice: 'endpoint', endpointDown: 'embedded', endpoint: null, ...rest, embedded: async () => embedded },
    prepared,
    taxonomy,
    ConnectionSettings.parse({ threshold: 0.6, ...settings }),
    new AbortController().signal,
  )
}
const confident = classifierThat('embedded', { raw: 0.9 })
const endpoint = classifierThat('endpoint', {})

test('without any classifier the reason says what to do', async () => {
  expect(await ask({ choice: 'embedded' })).toMatchObject({
    answer: null,
    because: expect.stringMatching(/LLM_BASE_URL/),
  })
})

test('without an endpoint the embedded classifier answers, whatever is chosen', async () => {
  for (const choice of ['endpoint', 'embedded', 'cascade'] as const)
    expect(await ask({ choice, embedded: confident })).toMatchObject({
      answer: { source: 'embedded' },
      steps: ['embedded'],
    })
})

test('only the chosen endpoint is asked, not the embedded classifier', async () => {
  const unasked = classifierThat('embedded', {})
  expect(await ask({ endpoint, embedded: unasked })).toMatchObject({
    answer: { source: 'endpoint' },
    steps: ['endpoint'],
  })
  expect(unasked.asked).toBe(0)
})

test.each<[string, Partial<FieldAnswer> | null, object, 'embedded' | 'endpoint']>([
  ['a confident answer of the embedded classifier is enough', { raw: 0.9 }, {}, 'embedded'],
  ['an answer below the threshold goes to the endpoint', { raw: 0.5 }, {}, 'endpoint'],
  ['the calibrated confidence counts', { raw: 0.9, calibrated: 0.5 }, {}, 'endpoint'],
  ['the threshold of its value counts', { raw: 0.9 }, { thresholds: { 'service/vpn': 0.95 } }, 'endpoint'],
  ['an answer without a value goes to the endpoint', null, {}, 'endpoint'],
  ['an answer without a confidence goes to the endpoint', { raw: null }, {}, 'endpoint'],
  [
    'a ticket unlike any training ticket goes to the endpoint',
    { raw: 1, doubt: 'unlike any training ticket' },
    {},
    'endpoint',
  ],
])('in a cascade %s', async (_, field, settings, source) => {
  const given = { choice: 'cascade' as const, endpoint, embedded: classifierThat('embedded', field) }
  expect(await ask(given, settings)).toMatchObject({ answer: { source } })
})

test.each<ModelFault>(['busy', 'unreachable', 'auth', 'config', 'missing'])(
  'while the endpoint is %s the embedded classifier answers instead, and the steps say so',
  async (fault) => {
    expect(await ask({ endpoint: failing(fault), embedded: confident })).toMatchObject({
      answer: { source: 'embedded' },
      steps: [`endpoint: It is ${fault}`, 'embedded answered instead'],
    })
  },
)

test.each<ModelFault>(['busy', 'unreachable', 'auth', 'config', 'missing'])(
  'without a fallback, the job waits while the endpoint is %s',
  async (fault) => {
    await expect(ask({ endpoint: failing(fault) })).rejects.toMatchObject({ fault, retry: true })
    const waiting = ask({ endpoint: failing(fault), embedded: confident, endpointDown: 'wait' })
    await expect(waiting).rejects.toMatchObject({ fault })
  },
)

test.each<ModelFault>(['schema', 'format', 'length', 'context', 'refused'])(
  'an answer with the fault %s is not replaced by one of the embedded classifier',
  async (fault) => {
    const { answer, because } = await ask({ endpoint: failing(fault), embedded: confident })
    expect(answer).toBeNull()
    expect(because).toBe(`It is ${fault}. Fix it.`)
  },
)

test('a bug is not mistaken for a fault of the model', async () => {
  const broken = { ...failing('busy'), classify: () => Promise.reject(new TypeError('a bug')) }
  await expect(ask({ endpoint: broken, embedded: confident })).rejects.toThrow('a bug')
})
