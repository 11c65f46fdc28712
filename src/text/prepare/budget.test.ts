import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withinBudget } from './budget.ts'
import { Dropped } from './dropped.ts'
import { isFiller } from './filler.ts'
import { joined, sentencesOf } from './sentences.ts'
import { estimateTokens } from './tokens.ts'

const CHATTER = [
  'I was sitting in the kitchen and my neighbour came over for a cup of tea.',
  'The weather has been rather nice around here in the last week.',
  'My sister always says that one should write letters by hand.',
  'We moved into this house some years ago and like the garden.',
  'The cat was asleep on the sofa for most of the afternoon.',
  'Everybody here enjoys watching films in the evening together.',
]
const long = (core: string) => [...CHATTER, core, ...CHATTER.map((each) => each.replace('.', ' as always.'))].join(' ')

test('a short text stays as it is', () => {
  const text = 'Hello, thanks in advance! The router is dead.'
  const dropped = new Dropped()
  expect(withinBudget(text, { tokens: 400 }, dropped)).toBe(text)
  expect(dropped.list()).toEqual([])
})

test.each([
  'The modem shows error ERR-1042 since Monday.',
  'It does not connect to 10.20.30.40 at all.',
  'Мне не приходит код, заказ 88-1204.',
  'Please call <PHONE_1> back.',
])('a sentence with a figure, a code or a negation stays: %s', (core) => {
  const dropped = new Dropped()
  const short = withinBudget(long(core), { tokens: 60 }, dropped)
  expect(short).toContain(core)
  expect(short.length).toBeLessThan(long(core).length / 2)
  expect(dropped.list().find(({ what }) => what === 'low information')?.characters).toBeGreaterThan(100)
})

test('greetings and thanks are removed before sentences with content', () => {
  const text = `Hello support team! I hope you are well. The mail server rejects every message. Thank you very much for your help. ${CHATTER.slice(0, 2).join(' ')}`
  const short = withinBudget(text, { tokens: 45 }, new Dropped())
  expect(short).toContain('mail server rejects every message')
  expect(short).not.toMatch(/Hello|hope|Thank/)
})

test('the first sentence about the problem stays, even if many sentences with figures follow', () => {
  const lead = 'The shop window is slow for our visitors.'
  const figures = Array.from({ length: 60 }, (_, i) => `Page ${i * 37} took ${i * 113} ms to arrive at branch ${i}.`)
  expect(withinBudget(['Hello!', lead, ...figures].join(' '), { tokens: 60 }, new Dropped())).toContain(lead)
})

test('the order of sentences stays', () => {
  const text = long('The invoice of May is wrong. The invoice of June is wrong too. I want a refund.')
  const short = withinBudget(text, { tokens: 60 }, new Dropped())
  expect(short.indexOf('May')).toBeLessThan(short.indexOf('June'))
  expect(short.indexOf('June')).toBeLessThan(short.indexOf('refund'))
})

test('a given counter of tokens is used', () => {
  let asked = 0
  const countTokens = (text: string) => {
    asked++
    return text.length
  }
  expect(withinBudget(long('x 1'), { tokens: 100, countTokens }, new Dropped()).length).toBeLessThan(long('x 1').length)
  expect(asked).toBeGreaterThan(0)
})

test.each([
  ['Chinese without a full stop', '昨天晚上我们的餐厅无线网络断了没有人知道为什么'.repeat(200)],
  ['a text of figures only', '4711 0815 '.repeat(2000)],
])('%s stays within four budgets of tokens', (_, text) => {
  expect(estimateTokens(withinBudget(text, { tokens: 100 }, new Dropped()))).toBeLessThanOrEqual(400)
})

test('every figure stays in the text of an ordinary ticket', () => {
  const word = fc.constantFrom('router', 'please', 'cable', 'the', 'again', 'really', 'office', 'said')
  const sentence = fc
    .tuple(fc.array(word, { minLength: 3, maxLength: 20 }), fc.option(fc.integer({ min: 10, max: 99_999 })))
    .map(([words, number]) => `${words.join(' ')}${number === null ? '' : ` ${number} ${words[0]}`}.`)
  fc.assert(
    fc.property(fc.array(sentence, { minLength: 5, maxLength: 60 }), (sentences) => {
      const text = sentences.join(' ')
      const short = withinBudget(text, { tokens: 80 }, new Dropped())
      for (const number of new Set(text.match(/\d+/g))) expect(short).toContain(number)
    }),
    { numRuns: 60 },
  )
})

test('the joined sentences give the same text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('One. ', 'Two! ', 'три? ', 'т.е. четыре ', '\n', '五。', 'e.g. six ')),
      (parts) => {
        const text = parts
          .join('')
          .replace(/ +\n/g, '\n')
          .replace(/\n{3,}/g, '\n\n')
          .trim()
        expect(joined(sentencesOf(text))).toBe(text)
      },
    ),
  )
})

describe('fillers', () => {
  test.each([
    'Hello!',
    'Hi team,',
    'Thank you for calling, how can I help you today?',
    'Agent: One moment please.',
    'Угу.',
    'Клиент: да, хорошо.',
    'Здравствуйте, Анна!',
    'Оператор: Спасибо за ожидание.',
    '好的。',
  ])('%s', (text) => expect(isFiller(text)).toBe(true))
  test.each([
    'Hello, my account 4567 is blocked',
    'Thanks but the internet still does not work at our office',
    'Спасибо, но интернет так и не заработал, верните деньги',
    'Yes, error 5',
    'No internet',
  ])('not: %s', (text) => expect(isFiller(text)).toBe(false))
})

test.each([
  ['The quick brown fox jumps over the lazy dog again', 10, 16],
  ['Съешь ещё этих мягких французских булок да выпей чаю', 14, 22],
  ['我的网络连接断开了请尽快处理谢谢', 8, 14],
])('tokens of %s', (text, least, most) => {
  expect(estimateTokens(text)).toBeGreaterThanOrEqual(least)
  expect(estimateTokens(text)).toBeLessThanOrEqual(most)
})
