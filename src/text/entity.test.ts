import { expect, test } from 'vitest'
import { TaxonomyField } from '../contract/index.ts'
import { factsOf } from '../triage/rules/from-ticket.ts'
import { byPattern, fromQuote, restored } from './entity.ts'

const entity = (more: object = {}) => {
  const field = TaxonomyField.parse({ id: 'contract', kind: 'entity', ...more })
  if (field.kind !== 'entity') throw new Error('an entity is what we made')
  return field
}
const TEXT = 'Contract K-12 34,\n  answer to <EMAIL_1> please'
const MASKED = { '<EMAIL_1>': 'anna@example.org' }

test('where words have no spaces between them, any characters are a quote', () => {
  expect(fromQuote(entity(), '路由器', ['请更换我的路由器谢谢'], {})).toMatchObject({ value: '路由器' })
})

test.each<[string, object, string, object | null]>([
  ['a quote is the value', {}, 'K-12 34', { value: 'K-12 34', span: 'K-12 34' }],
  [
    'line breaks and spaces do not count',
    {},
    'K-12  34, answer',
    { value: 'K-12 34, answer', span: 'K-12 34, answer' },
  ],
  ['a code loses spaces and dashes', { normal: 'code' }, 'K-12 34', { value: 'K1234', span: 'K-12 34' }],
  ['digits are all that is left', { normal: 'digits' }, 'K-12 34', { value: '1234', span: 'K-12 34' }],
  ['what is masked stays masked', { normal: 'code' }, '<EMAIL_1>', { value: '<EMAIL_1>', span: '<EMAIL_1>' }],
  ['another spelling is no quote', {}, 'k-12 34', { refused: 'what the model quoted is not in the ticket' }],
  ['what stands for nothing is no quote', {}, '<EMAIL_2>', { refused: 'what the model quoted is not in the ticket' }],
  ['a letter out of a word is no quote', {}, 'C', { refused: 'what the model quoted is not in the ticket' }],
  ['half a number is no quote', {}, 'K-1', { refused: 'what the model quoted is not in the ticket' }],
  ['half a placeholder is no quote', {}, 'EMAIL_1', { refused: 'what the model quoted is not in the ticket' }],
  ['nothing is no value', {}, '  ', null],
  ['too much is no value', {}, 'x'.repeat(201), { refused: 'the model quoted more than 200 characters' }],
  ['the pattern sees what is masked', { pattern: '[a-z]+@[a-z.]+' }, '<EMAIL_1>', { value: '<EMAIL_1>' }],
  [
    'the pattern is for all of it',
    { pattern: 'K' },
    'K-12 34',
    { refused: 'what the model quoted does not look like it' },
  ],
])('%s', (_, more, quote, expected) => {
  const found = fromQuote(entity(more), quote, [TEXT], MASKED)
  if (expected === null) expect(found).toBeNull()
  else expect(found).toMatchObject(expected)
})

test('what is masked comes back whole, in its normal form', () => {
  expect(restored(entity({ normal: 'code' }), '<IBAN_1>', { '<IBAN_1>': 'de12 3456-78' })).toBe('DE12345678')
  expect(restored(entity(), '<EMAIL_9>', MASKED)).toBe('<EMAIL_9>')
})

test('a rule finds the first match of the pattern', () => {
  expect(byPattern(entity({ pattern: 'K-[0-9 ]+', normal: 'code' }), TEXT)).toBe('K1234')
  expect(byPattern(entity({ pattern: 'Z-\\d+' }), TEXT)).toBeNull()
})

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
