import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brakeAt } from './brake.ts'
import { prove } from './proof.ts'

describe('what handled tickets prove', () => {
  test.each([
    ['59 tickets without a fault prove 95 %', 59, 59, 0.95, 0],
    ['58 do not', 58, 58, 0.95, 1],
    ['31 need 28 more', 31, 31, 0.95, 28],
    ['nothing proves nothing', 0, 0, 0.95, 59],
    ['one fault costs 34 tickets more', 59, 58, 0.95, 34],
    ['29 prove 90 %', 29, 29, 0.9, 0],
    ['299 prove 99 %', 299, 299, 0.99, 0],
  ])('%s', (_, n, right, asked, missing) => expect(prove({ n, right }, asked).missing).toBe(missing))

  // Values of the exact interval from a statistics table (beta quantiles).
  test.each([
    [20, 20, 0.8609],
    [20, 18, 0.7174],
    [100, 95, 0.8977],
    [10, 0, 0],
  ])('%i tickets, %i right: at least %f', (n, right, low) => expect(prove({ n, right }, 0.95).low).toBeCloseTo(low, 3))

  test('it is proven exactly when the lower bound reaches what is asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.nat(20), fc.constantFrom(0.8, 0.9, 0.95), (n, wrong, asked) => {
        const { low, missing } = prove({ n, right: Math.max(0, n - wrong) }, asked)
        return Math.abs(low - asked) < 1e-9 || low > asked === (missing === 0)
      }),
    )
  })
})

describe('the brake', () => {
  const tickets = (text: string) => [...text].map((mark) => mark === '+')
  /** Repeatable chance. */
  const chance = (seed: number) => () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
  const stream = (n: number, wrong: number, seed: number) => {
    const next = chance(seed)
    for (let i = 0; i < 20; i++) next()
    return Array.from({ length: n }, () => next() >= wrong)
  }
  const stopped = (n: number, wrong: number) =>
    Array.from({ length: 1000 }, (_, seed) => brakeAt(stream(n, wrong, seed + 1), 0.95)).filter((at) => at !== null)

  test('one fault does not stop a value, however early', () => {
    expect(brakeAt(tickets('-'), 0.95)).toBeNull()
    expect(brakeAt(tickets('---'), 0.95)).toBeNull()
    expect(brakeAt(tickets(`${'+'.repeat(100)}-${'+'.repeat(100)}`), 0.95)).toBeNull()
  })

  test('four in a row do, and it says at which', () => {
    expect(brakeAt(tickets('++----'), 0.95)).toBe(5)
    expect(brakeAt(tickets(`${'+'.repeat(1000)}----`), 0.95)).toBe(1003)
  })

  test('of 1,000 truly right values few are stopped, of 1,000 bad ones nearly all', () => {
    expect(stopped(300, 0.01)).toHaveLength(0)
    expect(stopped(300, 0.025).length).toBeLessThan(20)
    expect(stopped(300, 0.15).length).toBeGreaterThan(990)
  })
})
