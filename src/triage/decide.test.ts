import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { promise } from '../classifiers/index.ts'
import {
  type Answer,
  ConnectionSettings,
  type FieldAnswer,
  type Handled,
  type Taxonomy,
  TaxonomyDocument,
  valuesOf,
} from '../contract/index.ts'
import { decide } from './decide.ts'
import type { Ruled } from './rules/index.ts'

const taxonomy: Taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: [{ id: 'internet' }, { id: 'vpn' }, { id: 'security', automatic: false }] },
      { id: 'priority', values: [{ id: 'low' }, { id: 'normal' }, { id: 'high' }, { id: 'urgent' }] },
      { id: 'tone', required: false, values: [{ id: 'calm' }, { id: 'angry' }, { id: 'threat', automatic: false }] },
    ],
  }),
}
const NO_RULES: Ruled = { decided: {}, guards: [], skip: null, flags: [] }
const answered = (value: string, raw: number | null = 0.9, more: Partial<FieldAnswer> = {}): FieldAnswer => ({
  value,
  raw,
  calibrated: null,
  alternatives: [],
  ...more,
})
const answerOf = (fields: Answer['fields']): Answer => ({
  source: 'embedded',
  model: 'm-1',
  fields: { service: answered('internet'), priority: answered('normal'), tone: answered('calm'), ...fields },
  tokens: null,
  ms: 1,
})
const guard = (field: string, atLeast: string) => ({ field, atLeast, rule: 'r' })
const decided = (field: string, value: string) => ({ [field]: { value, rule: 'r' } })

type Given = {
  fields?: Answer['fields']
  answer?: Answer | null
  because?: string
  doubts?: Record<string, string>
  distrust?: string
  ruled?: Partial<Ruled>
  settings?: object
  /** The handled tickets behind the model, by field. */
  handled?: Record<string, Handled[]>
  mode?: 'observe' | 'suggest' | 'automate'
}
const run = ({
  fields = {},
  answer = answerOf(fields),
  ruled,
  settings = { threshold: 0.6 },
  mode = 'automate',
  handled = {},
  ...given
}: Given) =>
  decide(
    { ...given, ruled: { ...NO_RULES, ...ruled }, answer },
    {
      taxonomy,
      settings: ConnectionSettings.parse(settings),
      mode,
      promiseOf: (_, field, asked) => promise({ handled: handled[field] ?? [], calibrated: true }, asked),
    },
  )
/** As many handled tickets, every `wrong`th of them wrong. */
const handledTickets = (n: number, confidence: number, wrong = 1000): Handled[] =>
  Array.from({ length: n }, (_, i) => ({ confidence, value: (i + 1) % wrong === 0 ? 'vpn' : 'tv', expected: 'tv' }))

const ALL = { service: 'internet', priority: 'normal', tone: 'calm' }
const { service: _service, ...WITHOUT_SERVICE } = answerOf({}).fields

test.each<[string, Given, object]>([
  [
    'a field in doubt waits, even when a rule decided it',
    { doubts: { priority: 'priority urgent: depends on one word' }, ruled: { guards: [guard('priority', 'urgent')] } },
    { plan: 'hold', reason: 'priority urgent: depends on one word', values: { ...ALL, priority: 'urgent' } },
  ],
  [
    'an optional field in doubt is left out',
    { doubts: { tone: 'no' } },
    { plan: 'apply', values: { service: 'internet', priority: 'normal' } },
  ],
  [
    'a ticket that is not trusted waits with its values',
    { distrust: 'it instructs the classifier' },
    { plan: 'hold', reason: 'it instructs the classifier', values: ALL },
  ],
  ['a confident answer is applied', {}, { plan: 'apply', values: ALL, sources: { service: 'embedded' } }],
  ['in suggest mode it becomes a note', { mode: 'suggest' }, { plan: 'suggest', values: ALL }],
  ['in observe mode it is decided and nothing is written', { mode: 'observe' }, { plan: 'skip', values: ALL }],
  [
    'a doubtful required field holds the ticket and shows the best guess',
    { fields: { service: answered('vpn', 0.59) } },
    {
      plan: 'hold',
      values: { ...ALL, service: 'vpn' },
      reason: 'service vpn: confidence 0.59 is below 0.60 (not calibrated yet)',
    },
  ],
  ['a confidence on the threshold is enough', { fields: { service: answered('vpn', 0.6) } }, { plan: 'apply' }],
  [
    'a confidence that is not a number holds the ticket',
    { fields: { service: answered('vpn', Number.NaN) } },
    { plan: 'hold', reason: expect.stringContaining('below') },
  ],
  [
    'the calibrated confidence counts, not the raw one',
    { fields: { service: answered('vpn', 0.99, { calibrated: 0.4 }) } },
    { plan: 'hold', reason: expect.stringContaining('0.40') },
  ],
  [
    'an answer without a confidence holds the ticket',
    { fields: { service: answered('vpn', null) } },
    { plan: 'hold', reason: 'service vpn: the model server gives no confidence' },
  ],
  [
    'the threshold of a value overrides that of its field',
    {
      fields: { service: answered('vpn', 0.5) },
      settings: { threshold: 0.6, thresholds: { service: 0.9, 'service/vpn': 0.5 } },
    },
    { plan: 'apply' },
  ],
  [
    'the threshold of a field overrides the general one',
    { settings: { threshold: 0.1, thresholds: { service: 0.95 } } },
    { plan: 'hold' },
  ],
  [
    'a value that the classifier itself doubts holds the ticket, however high the confidence',
    { fields: { service: answered('vpn', 1, { doubt: 'the ticket is unfamiliar' }) } },
    { plan: 'hold', reason: 'service vpn: the ticket is unfamiliar' },
  ],
  [
    'a doubtful optional field is left out',
    { fields: { tone: answered('angry', 0.2) } },
    { plan: 'apply', values: { service: 'internet', priority: 'normal' } },
  ],
  [
    'a value outside the taxonomy holds the ticket',
    { fields: { service: answered('spaceship') } },
    { plan: 'hold', reason: 'service: the model answered "spaceship", which is not in the taxonomy' },
  ],
  [
    'the reason names every doubt',
    { fields: { service: answered('vpn', 0.1), priority: answered('low', 0.2) } },
    { reason: expect.stringMatching(/^service vpn: .+; priority low: .+$/) },
  ],
  [
    'a field without an answer holds the ticket',
    { answer: { ...answerOf({}), fields: WITHOUT_SERVICE } },
    { plan: 'hold', reason: 'service: the model gave no value' },
  ],
  [
    'without any answer the reason is why there is none',
    { answer: null, because: 'the endpoint answered nonsense' },
    { plan: 'hold', reason: 'the endpoint answered nonsense' },
  ],
  [
    'rules alone decide a ticket while the model is unavailable',
    {
      answer: null,
      because: 'unavailable',
      ruled: { decided: { ...decided('service', 'vpn'), ...decided('priority', 'low') } },
    },
    { plan: 'apply', values: { service: 'vpn', priority: 'low' }, sources: { service: 'rule', priority: 'rule' } },
  ],
  [
    'a rule that skips ends it',
    { ruled: { skip: { reason: 'an auto-reply', rule: 'junk' } } },
    { plan: 'skip', reason: 'an auto-reply', values: {} },
  ],
  [
    'a rule overrides the model, whose answer is kept',
    { ruled: { decided: decided('service', 'vpn') } },
    { values: { service: 'vpn' }, sources: { service: 'rule' }, answers: { service: { value: 'internet' } } },
  ],
  [
    "a guard raises the model's value",
    { ruled: { guards: [guard('priority', 'high')] } },
    { plan: 'apply', values: { priority: 'high' }, sources: { priority: 'rule' } },
  ],
  [
    'a guard never lowers',
    { fields: { priority: answered('urgent') }, ruled: { guards: [guard('priority', 'high')] } },
    { values: { priority: 'urgent' }, sources: { priority: 'embedded' } },
  ],
  [
    'of several guards the highest counts',
    { ruled: { guards: [guard('priority', 'urgent'), guard('priority', 'high')] } },
    { values: { priority: 'urgent' } },
  ],
  [
    "a guard raises a rule's value as well",
    { ruled: { decided: decided('priority', 'low'), guards: [guard('priority', 'high')] } },
    { values: { priority: 'high' } },
  ],
  [
    'a guard does not settle a doubtful answer',
    { fields: { priority: answered('low', 0.1) }, ruled: { guards: [guard('priority', 'high')] } },
    { plan: 'hold', values: { priority: 'high' } },
  ],
  [
    'a guard of an unknown value changes nothing',
    { ruled: { guards: [guard('priority', 'galactic')] } },
    { plan: 'apply', values: ALL },
  ],
])('%s', (_, given, expected) => expect(run(given)).toMatchObject(expected))

describe('without a threshold, what handled tickets prove is applied', () => {
  const proven = { service: handledTickets(412, 0.97, 50), priority: handledTickets(300, 0.97) }
  const sure = { service: answered('vpn', 0.97), priority: answered('low', 0.97), tone: answered('calm', 0.97) }
  const unproven = 'at least 19 more handled tickets are needed (n = 0)'

  test.each<[string, Given, object]>([
    [
      'the reason says how often the least certain value is expected to be right',
      { settings: {}, handled: proven, fields: sure },
      {
        plan: 'apply',
        values: { service: 'vpn', priority: 'low' },
        reason: 'every required field is decided, expected right in 98 % (n = 412)',
      },
    ],
    [
      'without handled tickets an automatic desk only suggests, and says what is missing',
      { settings: {}, fields: sure },
      {
        plan: 'suggest',
        values: { service: 'vpn', priority: 'low', tone: 'calm' },
        reason: `only suggested: service: 95 % right is not proven yet: ${unproven}; priority: 95 % right is not proven yet: ${unproven}`,
      },
    ],
    [
      'a confidence below what is proven holds the ticket',
      { settings: {}, handled: proven, fields: { ...sure, service: answered('vpn', 0.9) } },
      { plan: 'hold', reason: expect.stringMatching(/^service vpn: confidence 0.90 is below 0.97/) },
    ],
    [
      'a higher precision for one field is proven by fewer tickets less often',
      { settings: { precisions: { service: 0.99 } }, handled: proven, fields: sure },
      { plan: 'suggest', reason: expect.stringMatching(/^only suggested: service: 99 % right cannot be proven/) },
    ],
    [
      'the precision of a value counts before the threshold of its field',
      {
        settings: { precisions: { 'service/vpn': 0.99 }, thresholds: { service: 0.1 } },
        handled: proven,
        fields: sure,
      },
      { plan: 'suggest' },
    ],
    [
      'a threshold counts before a precision that is as specific',
      { settings: { precisions: { service: 0.99 }, thresholds: { service: 0.9 } }, handled: proven, fields: sure },
      { plan: 'apply' },
    ],
    [
      'a rule needs no proof',
      {
        settings: {},
        fields: sure,
        ruled: { decided: { ...decided('service', 'vpn'), ...decided('priority', 'low') } },
      },
      { plan: 'apply', reason: 'every required field is decided' },
    ],
    ['in observe mode nothing is written either', { settings: {}, fields: sure, mode: 'observe' }, { plan: 'skip' }],
  ])('%s', (_, given, expected) => expect(run(given)).toMatchObject(expected))

  test('the gate keeps what was promised', () => {
    const [service, priority, tone] = run({ settings: {}, handled: proven, fields: sure }).gates
    expect(service).toMatchObject({
      threshold: 0.97,
      passed: true,
      promise: { asked: 0.95, n: 412, missing: 0, says: 'expected right in 98 % (n = 412)' },
    })
    expect(priority?.promise?.expected?.low).toBeGreaterThan(0.95)
    expect(tone).toMatchObject({ threshold: null, passed: false, promise: { missing: 19 } })
  })
})

describe('a value that is never automatic', () => {
  const reason = expect.stringContaining('security: this value is never set without a person')
  test.each<[string, Given]>([
    ['answered by the model', { fields: { service: answered('security', 1) }, settings: { threshold: 0 } }],
    ['decided by a rule', { ruled: { decided: decided('service', 'security') } }],
    ['reached by a guard', { ruled: { guards: [guard('service', 'security')] } }],
  ])('%s waits for a person', (_, given) =>
    expect(run(given)).toMatchObject({ plan: 'hold', values: { service: 'security' }, reason }),
  )

  test('of an optional field is left out, even when a rule decides it', () => {
    const verdict = run({ ruled: { decided: decided('tone', 'threat') } })
    expect(verdict).toMatchObject({ plan: 'apply', values: { service: 'internet' } })
    expect(verdict.values).not.toHaveProperty('tone')
  })
})

test('a gate is kept for each answer, with its threshold and its confidence', () => {
  const { gates } = run({
    fields: { service: answered('vpn', 0.4), tone: answered('angry', 0.7) },
    settings: { threshold: 0.6, thresholds: { tone: 0.8 } },
  })
  expect(gates).toEqual([
    { field: 'service', confidence: 0.4, calibrated: false, threshold: 0.6, passed: false, why: expect.any(String) },
    { field: 'priority', confidence: 0.9, calibrated: false, threshold: 0.6, passed: true },
    { field: 'tone', confidence: 0.7, calibrated: false, threshold: 0.8, passed: false, why: expect.any(String) },
  ])
})

test('for any answer, only values of the taxonomy are decided, and nothing is applied without the required fields', () => {
  const word = fc.oneof(
    fc.constantFrom('internet', 'vpn', 'security', 'low', 'high', 'urgent', 'angry', 'threat'),
    fc.string({ maxLength: 8 }),
  )
  const confidence = fc.option(fc.double({ min: 0, max: 1 }))
  const fields = fc.record(
    { service: fc.tuple(word, confidence), priority: fc.tuple(word, confidence), tone: fc.tuple(word, confidence) },
    { requiredKeys: [] },
  )
  const guards = fc.array(fc.record({ field: fc.constantFrom('service', 'priority', 'tone'), atLeast: word }))
  fc.assert(
    fc.property(fields, guards, (random, given) => {
      const answers = Object.entries(random).map(([id, [value, raw]]) => [id, answered(value, raw)])
      const answer = { ...answerOf({}), fields: Object.fromEntries(answers) }
      const verdict = run({ answer, ruled: { guards: given.map((g) => ({ ...g, rule: 'r' })) } })
      for (const [id, value] of Object.entries(verdict.values)) {
        const known = valuesOf(taxonomy.fields.find((f) => f.id === id)!).find((v) => v.id === value)
        expect(known).toBeDefined()
        if (verdict.plan === 'apply') expect(known!.automatic).toBe(true)
      }
      if (verdict.plan !== 'hold')
        expect(verdict.values).toMatchObject({ service: expect.any(String), priority: expect.any(String) })
      expect(Object.keys(verdict.sources).sort()).toEqual(Object.keys(verdict.values).sort())
    }),
  )
})
