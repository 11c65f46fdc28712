import { expect, test } from 'vitest'
import { describeBelow } from './show-confidence.ts'

test.each([
  ['two decimals are enough for most', 0.59, 0.6, 'confidence 0.59 is below 0.60'],
  ['a confidence close to its threshold gets more', 0.5996, 0.6, 'confidence 0.5996 is below 0.6000'],
  ['a threshold of 1 is not reached by a confidence close to it', 0.9997, 1, 'confidence 0.9997 is below 1.0000'],
  ['a threshold just below 1 is not shown as 1', 0.98, 0.999, 'confidence 0.980 is below 0.999'],
  [
    'the smallest difference is shown',
    0.6 - 2 ** -53,
    0.6,
    'confidence 0.5999999999999999 is below 0.6000000000000000',
  ],
  ['no confidence at all stays readable', Number.NaN, 0.6, 'confidence NaN is below 0.60'],
])('%s', (_, confidence, threshold, expected) => expect(describeBelow(confidence, threshold)).toBe(expected))
