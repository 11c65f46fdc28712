import { expect, test } from 'vitest'
import { f1, pairedChange, share, weightedShare } from './figures.ts'

test('a share of no tickets has the whole range as its interval', () => {
  expect(share(0, 0)).toEqual({ value: 0, low: 0, high: 1, n: 0 })
})

test('equal weights give a plain share, and one heavy ticket gives a wide interval', () => {
  const equal = [true, true, true, false].map((counts) => ({ weight: 7, counts }))
  expect(weightedShare(equal)).toEqual(share(3, 4))
  const heavy = [{ weight: 1000, counts: true }, ...Array(99).fill({ weight: 1, counts: false })]
  const { value, low, n } = weightedShare(heavy)
  expect({ value: Math.round(value * 100), n }).toEqual({ value: 91, n: 100 })
  expect(low).toBeLessThan(0.3)
  expect(weightedShare([])).toMatchObject({ n: 0 })
})

test('three correct of three give a wide interval, three hundred a narrow one', () => {
  expect(f1(3, 3, 3).value).toBe(1)
  expect(f1(3, 3, 3).low).toBeLessThan(0.65)
  expect(f1(300, 300, 300).low).toBeGreaterThan(0.98)
})

test('F1 is the harmonic mean of precision and recall', () => {
  const { value, low, high, n } = f1(6, 10, 8)
  expect(value).toBeCloseTo((2 * 0.75 * 0.6) / (0.75 + 0.6), 10)
  expect(n).toBe(12)
  expect(low).toBeLessThan(value)
  expect(high).toBeGreaterThan(value)
})

test('a change is counted on the tickets that differ', () => {
  const first = [...Array(80).fill(true), ...Array(20).fill(false)] as boolean[]
  const second = first.map((right, i) => (i >= 80 && i < 90) || (right && i >= 5))
  const { value, low, high, n } = pairedChange(first, second)
  expect({ value, n }).toEqual({ value: 0.05, n: 100 })
  expect(low).toBeLessThan(0)
  expect(high).toBeGreaterThan(0.1)
  const back = pairedChange(second, first)
  expect(back.value).toBeCloseTo(-value, 10)
  expect(back.low).toBeCloseTo(-high, 10)
})

test('no difference on few tickets still gives an interval with a width', () => {
  const { value, low, high } = pairedChange(Array(10).fill(true), Array(10).fill(true))
  expect(value).toBe(0)
  expect(low).toBeLessThan(-0.1)
  expect(high).toBeGreaterThan(0.1)
})
