import { describe, expect, test } from 'vitest'
import type { Handled } from '../../contract/index.ts'
import { promise } from './index.ts'

/** Repeatable numbers between 0 and 1. */
function random(seed: number) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
const one = (confidence: number, right: boolean): Handled => ({ confidence, value: right ? 'a' : 'b', expected: 'a' })
/** Tickets with these confidences in turn, right with the probability that `truth` gives. */
function desk(n: number, chances: number[], seed: number, truth = (p: number) => p): Handled[] {
  const next = random(seed)
  for (let i = 0; i < 20; i++) next()
  return Array.from({ length: n }, (_, i) =>
    one(chances[i % chances.length]!, next() < truth(chances[i % chances.length]!)),
  )
}
const all = (handled: Handled[], asked = 0.95) => promise({ handled, calibrated: true }, asked)

test('many handled tickets give the lowest confidence from which on enough are right', () => {
  const { threshold, expected, n, missing } = all(desk(5000, [0.6, 0.8, 0.93, 0.97, 0.99], 1))
  expect(threshold).toBe(0.93)
  expect(n).toBe(3000)
  expect(missing).toBe(0)
  expect(expected!.share).toBeCloseTo(0.963, 2)
  expect(expected!.low).toBeGreaterThanOrEqual(0.95)
  expect(expected!.high).toBeLessThan(0.98)
})

test.each<[string, Handled[], number, number | null]>([
  ['no ticket', [], 0.95, 19],
  ['a few lucky ones', desk(10, [0.97], 1, () => 1), 0.95, 9],
  ['a higher precision needs more', [], 0.99, 40],
  ['a classifier that is never sure enough', desk(500, [0.5, 0.8], 2), 0.95, null],
])('%s: nothing is promised, and it says how many more it takes', (_, handled, asked, missing) => {
  expect(all(handled, asked)).toEqual({ asked, threshold: null, expected: null, n: handled.length, missing })
})

test('as many more as it says, all right, are enough', () => {
  for (const seed of [1, 2, 3]) {
    const few = desk(40, [0.9, 0.96, 0.98], seed)
    const { missing } = all(few)
    if (!missing) continue
    const more = Array.from({ length: 2 * missing }, () => one(0.98, true))
    expect(all([...few, ...more]).threshold).not.toBeNull()
  }
})

test('raw numbers of a model prove nothing, however many', () => {
  const handled = desk(60, [0.99], 1, () => 1)
  expect(promise({ handled, calibrated: false }, 0.95)).toMatchObject({ threshold: null, n: 60, missing: 40 })
})

test('a classifier that is right less often than it says is trusted later', () => {
  const honest = all(desk(2000, [0.7, 0.9, 0.96, 0.98], 3)).threshold!
  const boastful = all(desk(2000, [0.7, 0.9, 0.96, 0.98], 3, (p) => p - 0.03)).threshold
  expect(boastful ?? 1).toBeGreaterThan(honest)
})

describe('drift', () => {
  const chances = [0.55, 0.75, 0.85, 0.92, 0.97, 0.99]

  test('a promise shrinks by itself where the newest tickets are right less often, and says how many count', () => {
    const before = desk(1000, chances, 5)
    const after = desk(400, chances, 6, (p) => p - 0.1)
    expect(all(before)).not.toHaveProperty('newest')
    const { threshold, newest } = all([...before, ...after])
    expect(newest).toBe(400)
    expect(threshold ?? 1).toBeGreaterThan(all(before).threshold!)
  })

  test('a desk that does not change keeps its promise', () => {
    const shrunk = Array.from({ length: 100 }, (_, i) => all(desk(800, chances, 31 * (i + 1)))).filter(
      ({ newest }) => newest !== undefined,
    )
    expect(shrunk.length).toBeLessThanOrEqual(8)
  })
})

describe('the promise is kept at nine desks of ten', () => {
  test.each([100, 300, 1000])('of %i handled tickets', (n) => {
    const chances = [0.55, 0.75, 0.85, 0.92, 0.97, 0.99]
    let broken = 0
    let promised = 0
    const desks = 200
    for (let seed = 1; seed <= desks; seed++) {
      // confidences that are off by up to 2 points, as they are on real desks
      const off = ((seed % 5) - 2) / 100
      const truth = (p: number) => Math.min(0.995, p + off)
      const { threshold } = all(desk(n, chances, seed * 7919, truth))
      if (threshold === null) continue
      promised++
      const above = chances.filter((p) => p >= threshold).map(truth)
      if (above.reduce((sum, p) => sum + p, 0) / above.length < 0.94) broken++
    }
    expect(broken / desks).toBeLessThanOrEqual(0.1)
    expect(promised / desks).toBeGreaterThan(n >= 300 ? 0.5 : 0.1)
  })
})
