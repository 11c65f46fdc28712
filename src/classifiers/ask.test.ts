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

function speaker(kind: 'endpoint' | 'embedded', field: Partial<FieldAnswer> | null): Classifier & { asked: number } {
  const it = {
    kind,
    model: `${kind}-1`,
    asked: 0,
    async classify(): Promise<Answer> {
      it.asked++
      const answer = { value: 'vpn', raw: 0.9, calibrated: null, alternatives: [], ...field }
      return { source: kind, model: `${kind}-1`, fields: field ? { service: answer } : {}, tokens: null, ms: 1 }
    },
  }
  return it
}
const failing = (fault: ModelFault): Classifier => ({
  kind: 'endpoint',
  model: 'endpoint-1',
  classify: () => Promise.reject(new ModelError(fault, `It is ${fault}`, { next: 'Mend it.' })),
})

const ask = (given: Partial<Omit<Classifiers, 'embedded'>> & { embedded?: Classifier | null }, settings = {}) => {
  const { embedded = null, ...rest } = given
  return askClassifier(
    { choice: 'endpoint', endpointDown: 'embedded', endpoint: null, ...rest, embedded: async () => embedded },
    prepared,
    taxonomy,
    ConnectionSettings.parse(settings),
    new AbortController().signal,
  )
}
const sure = speaker('embedded', { raw: 0.9 })
const endpoint = speaker('endpoint', {})

test('without any classifier the answer is what to do about it', async () => {
  expect(await ask({ choice: 'embedded' })).toMatchObject({
    answer: null,
    because: expect.stringMatching(/LLM_BASE_URL/),
  })
})

test('without an endpoint the embedded classifier answers, whatever is chosen', async () => {
  for (const choice of ['endpoint', 'embedded', 'cascade'] as const)
    expect(await ask({ choice, embedded: sure })).toMatchObject({ answer: { source: 'embedded' }, steps: ['embedded'] })
})

test('the chosen endpoint is asked, and the embedded classifier is not', async () => {
  const idle = speaker('embedded', {})
  expect(await ask({ endpoint, embedded: idle })).toMatchObject({ answer: { source: 'endpoint' }, steps: ['endpoint'] })
  expect(idle.asked).toBe(0)
})

test.each<[string, Partial<FieldAnswer> | null, object, 'embedded' | 'endpoint']>([
  ['a sure answer of the embedded classifier is enough', { raw: 0.9 }, {}, 'embedded'],
  ['one in doubt goes to the endpoint', { raw: 0.5 }, {}, 'endpoint'],
  ['its calibrated confidence counts', { raw: 0.9, calibrated: 0.5 }, {}, 'endpoint'],
  ['the threshold of its value counts', { raw: 0.9 }, { thresholds: { 'service/vpn': 0.95 } }, 'endpoint'],
  ['one without a value goes to the endpoint', null, {}, 'endpoint'],
  ['one without a confidence goes to the endpoint', { raw: null }, {}, 'endpoint'],
  ['a ticket that is like none it knows goes to the endpoint', { raw: 1, doubt: 'like none I know' }, {}, 'endpoint'],
])('in a cascade %s', async (_, field, settings, source) => {
  const given = { choice: 'cascade' as const, endpoint, embedded: speaker('embedded', field) }
  expect(await ask(given, settings)).toMatchObject({ answer: { source } })
})

test.each<ModelFault>(['busy', 'unreachable', 'auth', 'config'])(
  'while the endpoint is %s the embedded classifier stands in and says so',
  async (fault) => {
    expect(await ask({ endpoint: failing(fault), embedded: sure })).toMatchObject({
      answer: { source: 'embedded' },
      steps: [`endpoint: It is ${fault}`, 'embedded stood in'],
    })
  },
)

test.each<ModelFault>(['busy', 'unreachable'])(
  'with nobody to stand in, the job waits while it is %s',
  async (fault) => {
    await expect(ask({ endpoint: failing(fault) })).rejects.toMatchObject({ fault, retry: true })
    const waiting = ask({ endpoint: failing(fault), embedded: sure, endpointDown: 'wait' })
    await expect(waiting).rejects.toMatchObject({ fault })
  },
)

test.each<ModelFault>(['auth', 'config'])(
  '%s with nobody to stand in holds the ticket with what to mend',
  async (fault) => {
    expect(await ask({ endpoint: failing(fault) })).toMatchObject({ answer: null, because: `It is ${fault}. Mend it.` })
  },
)

test.each<ModelFault>(['schema', 'format', 'length', 'context'])(
  'an answer broken by %s is not replaced by a guess of the other classifier',
  async (fault) => {
    const { answer, because } = await ask({ endpoint: failing(fault), embedded: sure })
    expect(answer).toBeNull()
    expect(because).toBe(`It is ${fault}. Mend it.`)
  },
)

test('a fault of ours is not mistaken for one of the model', async () => {
  const broken = { ...failing('busy'), classify: () => Promise.reject(new TypeError('a fault of ours')) }
  await expect(ask({ endpoint: broken, embedded: sure })).rejects.toThrow('a fault of ours')
})
