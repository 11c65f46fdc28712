import { expect, test } from 'vitest'
import { f1, pairedChange, share, weightedShare } from './figures.ts'

test('a share of nothing is worth nothing', () => {
  expect(share(0, 0)).toEqual({ value: 0, low: 0, high: 1, n: 0 })
})

test('a share of equal weights is a share, and one heavy ticket proves little', () => {
  const equal = [true, true, true, false].map((counts) => ({ weight: 7, counts }))
  expect(weightedShare(equal)).toEqual(share(3, 4))
  const heavy = [{ weight: 1000, counts: true }, ...Array(99).fill({ weight: 1, counts: false })]
  const { value, low, n } = weightedShare(heavy)
  expect({ value: Math.round(value * 100), n }).toEqual({ value: 91, n: 100 })
  expect(low).toBeLessThan(0.3)
  expect(weightedShare([])).toMatchObject({ n: 0 })
})

test('three right out of three prove little, three hundred prove more', () => {
  expect(f1(3, 3, 3).value).toBe(1)
  expect(f1(3, 3, 3).low).toBeLessThan(0.65)
  expect(f1(300, 300, 300).low).toBeGreaterThan(0.98)
})

test('F1 is what precision and recall give', () => {
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

test('no difference on few tickets is no proof of none', () => {
  const { value, low, high } = pairedChange(Array(10).fill(true), Array(10).fill(true))
  expect(value).toBe(0)
  expect(low).toBeLessThan(-0.1)
  expect(high).toBeGreaterThan(0.1)
})
