import { expect, test } from 'vitest'
import { HelpdeskError, ModelError } from './errors.ts'

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
