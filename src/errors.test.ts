import { DrizzleQueryError } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { causeOf, HelpdeskError, ModelError, TriageError, traceOf } from './errors.ts'

const DAY = 86_400_000

test.each([
  ['two minutes', 120_000, 120_000],
  ['a date in seconds, taken for a wait', 1_793_000_000_000, DAY],
  ['more than Number can count', Number.POSITIVE_INFINITY, DAY],
  ['a date that is over', -5_000, 0],
  ['nothing that can be read', Number.NaN, undefined],
])('a wait of %s is believed up to a day', (_, asked, expected) => {
  const options = { next: 'Wait.', retryAfterMs: asked }
  expect(new HelpdeskError('busy', 'too many', options).retryAfterMs).toBe(expected)
  expect(new ModelError('busy', 'too many', options).retryAfterMs).toBe(expected)
})

const SECRET = 'the text of a ticket'
const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })
const crowded = Object.assign(new Error('sorry, too many clients already'), { code: '53300' })
const query = (cause: Error) => new DrizzleQueryError('select $1', [SECRET], cause)

describe('causeOf', () => {
  test.each([
    ['a failed query: its cause', query(crowded), 'sorry, too many clients already (53300)'],
    [
      'an error of ours, with what is under it',
      new TriageError('The delivery was not stored', { next: '', cause: query(refused) }),
      'The delivery was not stored: connect ECONNREFUSED 127.0.0.1:5432',
    ],
    ['the same words once', new Error('a: b', { cause: new Error('b') }), 'a: b'],
    ['several addresses: the first', new AggregateError([refused]), refused.message],
    ['an object with a message, as pg-boss emits it', { message: 'gone', queue: 'x' }, 'gone'],
    ['lines become one', new Error('a\n  b'), 'a b'],
    ['a text', 'oops', 'oops'],
    ['nothing', undefined, 'Something was thrown that has no message'],
    ['an object without words', Object.create(null), 'Something was thrown that has no message'],
  ])('%s', (_, thrown, line) => expect(causeOf(thrown)).toBe(line))

  test('never tells the values of a query, with or without the stack', () => {
    for (const tell of [causeOf, traceOf]) expect(tell(query(crowded))).not.toContain(SECRET)
    expect(traceOf(query(crowded))).toMatch(/53300\)\n\s+at /)
  })
})
