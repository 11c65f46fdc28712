import { expect, test } from 'vitest'
import { TaxonomyField } from '../contract/index.ts'
import { factsOf } from '../triage/rules/from-ticket.ts'
import { byPattern, fromQuote, restored } from './entity.ts'

const entity = (more: object = {}) => {
  const field = TaxonomyField.parse({ id: 'contract', kind: 'entity', ...more })
  if (field.kind !== 'entity') throw new Error('the field must be an entity')
  return field
}
const TEXT = 'Contract K-12 34,\n  answer to <EMAIL_1> please'
const NOT_IN_TICKET = 'the text that the model quoted is not in the ticket'
const MASKED = { '<EMAIL_1>': 'anna@example.org' }

test('in a script without spaces between words, any part of the text can be quoted', () => {
  expect(fromQuote(entity(), '路由器', ['请更换我的路由器谢谢'], {})).toMatchObject({ value: '路由器' })
})

test.each<[string, object, string, object | null]>([
  ['the quote becomes the value', {}, 'K-12 34', { value: 'K-12 34', span: 'K-12 34' }],
  [
    'line breaks and spaces do not count',
    {},
    'K-12  34, answer',
    { value: 'K-12 34, answer', span: 'K-12 34, answer' },
  ],
  ['a code loses its spaces and dashes', { normal: 'code' }, 'K-12 34', { value: 'K1234', span: 'K-12 34' }],
  [
    'with the normal form digits, only digits are left',
    { normal: 'digits' },
    'K-12 34',
    { value: '1234', span: 'K-12 34' },
  ],
  ['a masked part stays masked', { normal: 'code' }, '<EMAIL_1>', { value: '<EMAIL_1>', span: '<EMAIL_1>' }],
  ['a different spelling is not a quote', {}, 'k-12 34', { refused: NOT_IN_TICKET }],
  ['an unknown placeholder is not a quote', {}, '<EMAIL_2>', { refused: NOT_IN_TICKET }],
  ['one letter of a word is not a quote', {}, 'C', { refused: NOT_IN_TICKET }],
  ['half a number is not a quote', {}, 'K-1', { refused: NOT_IN_TICKET }],
  ['half a placeholder is not a quote', {}, 'EMAIL_1', { refused: NOT_IN_TICKET }],
  ['an empty quote gives no value', {}, '  ', null],
  [
    'a quote that is too long is refused',
    {},
    'x'.repeat(201),
    { refused: 'the model quoted more than 200 characters' },
  ],
  [
    'the pattern is tested on the original of a masked part',
    { pattern: '[a-z]+@[a-z.]+' },
    '<EMAIL_1>',
    { value: '<EMAIL_1>' },
  ],
  [
    'the pattern must match the whole quote',
    { pattern: 'K' },
    'K-12 34',
    { refused: 'the text that the model quoted does not match the pattern of the field' },
  ],
])('%s', (_, more, quote, expected) => {
  const found = fromQuote(entity(more), quote, [TEXT], MASKED)
  if (expected === null) expect(found).toBeNull()
  else expect(found).toMatchObject(expected)
})

test('masked parts get their originals back, in the normal form of the field', () => {
  expect(restored(entity({ normal: 'code' }), '<IBAN_1>', { '<IBAN_1>': 'de12 3456-78' })).toBe('DE12345678')
  expect(restored(entity(), '<EMAIL_9>', MASKED)).toBe('<EMAIL_9>')
})

test('a rule finds the first match of the pattern', () => {
  expect(byPattern(entity({ pattern: 'K-[0-9 ]+', normal: 'code' }), TEXT, {})).toBe('K1234')
  expect(byPattern(entity({ pattern: 'Z-\\d+' }), TEXT, {})).toBeNull()
})

test.each([
  ['an address', '[a-z]+@[a-z]+\\.org', '<EMAIL_1>'],
  ['words around it', 'to \\S+@\\S+ please', 'to <EMAIL_1> please'],
  ['words before it', 'Contract K-12 34,\\s+answer', 'Contract K-12 34, answer'],
  ['words behind it', 'please', 'please'],
  ['a part of it', 'anna', null],
  ['the placeholder', 'EMAIL_1', null],
])('the pattern of a rule sees the text before masking, and its value is masked: %s', (_, pattern, value) =>
  expect(byPattern(entity({ pattern }), TEXT, MASKED)).toBe(value),
)

test.each<[string, object, string, string | null]>([
  ['a title', { values: [{ id: 'vip', title: 'Very important' }] }, 'very  important', 'vip'],
  ['a synonym', { values: [{ id: 'vip', synonyms: ['Gold'] }] }, 'GOLD', 'vip'],
  ['a word that no value has', { values: [{ id: 'vip' }] }, 'silver', null],
  ['a yes', { kind: 'flag' }, 'Да', 'true'],
  ['a no', { kind: 'flag' }, 'off', 'false'],
  ['neither', { kind: 'flag' }, 'perhaps', null],
  ['a number with a comma and a unit', { kind: 'number' }, '1 250,50 EUR', '1250.5'],
  ['a number out of range', { kind: 'number', max: 10 }, '11', null],
  ['a score', { kind: 'score' }, '73 %', '73'],
  ['a score above 100', { kind: 'score' }, '173', null],
  ['a text', { kind: 'entity' }, ' K-1  2 ', 'K-1 2'],
])('metadata is read in its own words: %s', (_, field, told, expected) => {
  const fields = [TaxonomyField.parse({ id: 'form', source: 'metadata', metadata: 'Tier', ...field })]
  const prepared = { subject: '', text: '', language: { code: 'en', confidence: 1 }, dropped: [], masked: {} }
  const facts = factsOf({ fields }, { ...prepared, metadata: { Tier: told } })
  expect(facts.form?.value ?? null).toBe(expected)
  expect(factsOf({ fields }, { ...prepared, metadata: {} })).toEqual({})
})
