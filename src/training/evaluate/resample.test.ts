import { expect, test } from 'vitest'
import { brier, coverageAt, draws, ece, macroF1, type Outcome } from '../metrics.ts'
import { resample } from './resample.ts'

/** Correct as often as the confidence promises, over four values. Some tickets have no confidence, some no answer. */
function outcomes(n: number, seed: number): Outcome[] {
  const random = draws(seed)
  return Array.from({ length: n }, (_, i) => {
    // Two digits, so that some tickets share a confidence.
    const confidence = Math.round(100 * random()) / 100
    const expected = 'abcd'[Math.floor(random() * 4)]!
    if (i % 17 === 0) return { expected, value: null, confidence: null }
    return { expected, value: random() < confidence ? expected : 'a', confidence: i % 13 === 0 ? null : confidence }
  })
}

test.each([1, 2, 3])('figures are equal to those of metrics.ts (seed %i)', (seed) => {
  const all = outcomes(300, seed)
  const resampled = resample(all, [0.8, 0.9, 0.999], { rounds: 20 })
  expect(resampled.macroF1.value).toBeCloseTo(macroF1(all), 10)
  expect(resampled.ece.value).toBeCloseTo(ece(all), 10)
  expect(resampled.brier.value).toBeCloseTo(brier(all), 10)
  expect(resampled.coverage.map(({ value }) => value)).toEqual(
    [0.8, 0.9, 0.999].map((precision) => coverageAt(all, precision)?.share ?? 0),
  )
})

test('an interval contains its figure, and shrinks with n', () => {
  const few = resample(outcomes(200, 5), [0.9])
  const many = resample(outcomes(3000, 5), [0.9])
  for (const { value, low, high } of [few.macroF1, few.ece, few.brier, many.macroF1, many.ece, many.brier]) {
    expect(low).toBeLessThanOrEqual(value)
    expect(high).toBeGreaterThanOrEqual(value)
  }
  expect(many.macroF1.high - many.macroF1.low).toBeLessThan((few.macroF1.high - few.macroF1.low) / 2)
})

test('the same tickets give the same interval', () => {
  expect(resample(outcomes(100, 7), [0.9])).toEqual(resample(outcomes(100, 7), [0.9]))
})

test('no mistake on twenty tickets still gives an interval with a width', () => {
  const right = Array.from({ length: 20 }, (_, i) => ({ expected: 'ab'[i % 2]!, value: 'ab'[i % 2]!, confidence: 0.9 }))
  const { macroF1, coverage } = resample(right, [0.95])
  expect(macroF1).toMatchObject({ value: 1, high: 1 })
  expect(macroF1.low).toBeLessThan(0.9)
  expect(coverage[0]!.low).toBeLessThan(0.9)
})

test('no tickets give zeros, not an error', () => {
  expect(resample([], [0.9]).macroF1).toEqual({ value: 0, low: 0, high: 1, n: 0 })
})
