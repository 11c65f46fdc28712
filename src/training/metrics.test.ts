import { describe, expect, test } from 'vitest'
import {
  accuracy,
  auroc,
  bootstrap,
  brier,
  confusion,
  coverageAbove,
  coverageAt,
  ece,
  macroF1,
  type Outcome,
  perClass,
  reliability,
  wilson,
} from './metrics.ts'

const outcome = (expected: string, value: string | null, confidence: number | null = null): Outcome => ({
  expected,
  value,
  confidence,
})

describe('figures of correct and wrong answers', () => {
  const outcomes = [outcome('a', 'a'), outcome('a', 'a'), outcome('a', 'b'), outcome('b', 'b'), outcome('c', null)]

  test('accuracy counts a missing answer as wrong', () => {
    expect(accuracy(outcomes)).toBeCloseTo(3 / 5)
    expect(accuracy([])).toBe(0)
  })

  test('each class has its precision, recall and F1', () => {
    expect(perClass(outcomes)).toEqual([
      { value: 'a', n: 3, predicted: 2, precision: 1, recall: 2 / 3, f1: 0.8 },
      { value: 'b', n: 1, predicted: 2, precision: 0.5, recall: 1, f1: 2 / 3 },
      { value: 'c', n: 1, predicted: 0, precision: 0, recall: 0, f1: 0 },
    ])
  })

  test('macro-F1 is the mean over the classes of the test set', () => {
    expect(macroF1(outcomes)).toBeCloseTo((0.8 + 2 / 3) / 3)
    expect(macroF1([...outcomes, outcome('a', 'never seen')])).toBeCloseTo((4 / 6 + 2 / 3) / 3)
  })

  test('confusion lists wrong pairs, most frequent first', () => {
    expect(confusion([...outcomes, outcome('a', 'b')])).toEqual([
      { expected: 'a', value: 'b', n: 2 },
      { expected: 'c', value: '', n: 1 },
    ])
  })
})

describe('figures of confidence', () => {
  test('a confidence equal to the accuracy has no calibration error', () => {
    const calibrated = Array.from({ length: 100 }, (_, i) => outcome('a', i < 70 ? 'a' : 'b', 0.7))
    expect(ece(calibrated)).toBeCloseTo(0)
    expect(ece(calibrated.map((o) => ({ ...o, confidence: 0.9 })))).toBeCloseTo(0.2)
    expect(reliability(calibrated).reduce((sum, { n }) => sum + n, 0)).toBe(100)
  })

  test('an answer without confidence is left out, not counted as 0', () => {
    expect(ece([outcome('a', 'a', null), outcome('a', 'a', 1)])).toBe(0)
    expect(brier([outcome('a', 'a', null), outcome('a', 'b', 0.5)])).toBe(0.25)
  })

  test('coverage is the share applied, and how much of it is correct', () => {
    const outcomes = [outcome('a', 'a', 0.9), outcome('a', 'a', 0.8), outcome('a', 'b', 0.7), outcome('a', 'a', 0.2)]
    expect(coverageAbove(outcomes, 0.7)).toEqual({ threshold: 0.7, share: 0.75, precision: 2 / 3, n: 3 })
    expect(coverageAt(outcomes, 0.99)).toMatchObject({ threshold: 0.8, share: 0.5 })
    expect(coverageAt(outcomes, 0.75)).toMatchObject({ threshold: 0.2, share: 1 })
    expect(coverageAt([outcome('a', 'b', 0.9)], 0.5)).toBeNull()
  })

  test('tickets with equal confidence are applied together or not at all', () => {
    const tied = [outcome('a', 'a', 0.5), outcome('a', 'b', 0.5)]
    expect(coverageAt(tied, 0.9)).toBeNull()
  })
})

describe('intervals', () => {
  test('Wilson gives the values of the textbook', () => {
    const { low, high } = wilson(8, 10)
    expect(low).toBeCloseTo(0.4902, 3)
    expect(high).toBeCloseTo(0.9433, 3)
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
  })

  test('the bootstrap gives the same interval for the same seed, around the figure', () => {
    const outcomes = Array.from({ length: 200 }, (_, i) => outcome('a', i % 4 ? 'a' : 'b'))
    const interval = bootstrap(outcomes, accuracy)
    expect(interval).toEqual(bootstrap(outcomes, accuracy))
    expect(interval.low).toBeGreaterThan(0.65)
    expect(interval.low).toBeLessThan(0.75)
    expect(interval.high).toBeGreaterThan(0.75)
  })
})

test('AUROC is 1 for separated scores, 0.5 for equal ones', () => {
  expect(auroc([3, 2], [1, 0])).toBe(1)
  expect(auroc([1, 1], [1, 1])).toBe(0.5)
  expect(auroc([0], [1])).toBe(0)
})
