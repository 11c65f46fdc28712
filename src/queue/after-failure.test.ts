import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HelpdeskError, ModelError, Rejected, TriageError } from '../errors.ts'
import { afterFailure } from './after-failure.ts'

const DAY = 86_400_000
const next = 'Do something.'
const busy = (retryAfterMs?: number) => new HelpdeskError('busy', 'asked to wait', { next, retryAfterMs })
const unreachable = new ModelError('unreachable', 'no answer', { next })
const conflict = new HelpdeskError('conflict', 'changed meanwhile', { next })
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const fresh = { tries: 0, waits: 0, ageMs: 0 }

describe('afterFailure', () => {
  test.each([
    [
      'an unexpected error is tried again',
      new Error('oops'),
      fresh,
      { kind: 'retry', tries: 1, waits: 0, afterMs: 2_000 },
    ],
    ['what is thrown need not be an error', 'oops', fresh, { kind: 'retry', tries: 1, error: { message: 'oops' } }],
    ['not even a value', undefined, fresh, { kind: 'retry', tries: 1 }],
    ['nor have words', Object.create(null), fresh, { kind: 'retry', tries: 1 }],
    [
      'a database that is gone costs no try',
      Object.assign(new Error('Failed query: select $1\nparams: a secret'), { cause: refused }),
      { ...fresh, tries: 5 },
      { kind: 'retry', tries: 5, waits: 1, error: { message: 'The database was unavailable: connect ECONNREFUSED' } },
    ],
    ['a conflict counts as a try', conflict, fresh, { kind: 'retry', tries: 1, waits: 0 }],
    ['who asks us to wait costs no try', busy(), { ...fresh, tries: 5 }, { kind: 'retry', tries: 5, waits: 1 }],
    [
      'the job waits for a side that is unavailable',
      unreachable,
      { ...fresh, waits: 900 },
      { kind: 'retry', waits: 901, afterMs: 300_000 },
    ],
    ['the sixth try is the last', new Error('oops'), { ...fresh, tries: 5 }, { kind: 'give-up', tries: 6 }],
    ['the fifth is not', new Error('oops'), { ...fresh, tries: 4 }, { kind: 'retry', tries: 5, afterMs: 32_000 }],
    ['it waits up to three days', unreachable, { ...fresh, ageMs: 3 * DAY }, { kind: 'retry' }],
    ['and no longer', unreachable, { ...fresh, ageMs: 3 * DAY + 1 }, { kind: 'give-up', error: unreachable }],
    ['what cannot pass is given up at once', new TriageError('no', { next }), fresh, { kind: 'give-up', tries: 1 }],
    ['so is a refusal', new Rejected(404, 'no such thing', { next }), fresh, { kind: 'give-up' }],
    ['a closed ticket stays closed', new HelpdeskError('gone', 'closed', { next }), fresh, { kind: 'give-up' }],
    ['Retry-After holds', busy(90_000), fresh, { kind: 'retry', afterMs: 90_000 }],
    ['and never shortens', busy(1), { ...fresh, waits: 3 }, { kind: 'retry', afterMs: 16_000 }],
    ['nonsense in it does not', busy(Number.NaN), fresh, { kind: 'retry', afterMs: 2_000 }],
  ])('%s', (_, thrown, job, expected) => {
    expect(afterFailure(thrown, job, 0.5)).toMatchObject(expected)
  })

  const job = fc.record({ tries: fc.nat(10), waits: fc.nat(2_000), ageMs: fc.nat(4 * DAY) })
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const thrown = fc.oneof(
    fc.string().map((message) => new Error(message)),
    fc.option(fc.nat(DAY), { nil: undefined }).map(busy),
    fc.constant(unreachable),
    fc.constant(conflict),
    fc.anything(),
  )

  test('a delay is between 1.4 seconds and 6.5 minutes, unless the other side wants more', () => {
    fc.assert(
      fc.property(thrown, job, random, (error, counts, chance) => {
        const failure = afterFailure(error, counts, chance)
        if (failure.kind === 'give-up') return
        const asked = failure.error.retryAfterMs ?? 0
        expect(failure.afterMs).toBeGreaterThanOrEqual(Math.max(1_400, asked))
        expect(failure.afterMs).toBeLessThanOrEqual(Math.max(390_000, asked))
      }),
    )
  })

  test('every failure counts once, as a try or as a wait, and no job is retried forever', () => {
    fc.assert(
      fc.property(thrown, job, random, (error, counts, chance) => {
        const failure = afterFailure(error, counts, chance)
        if (failure.kind === 'give-up') return
        expect(failure.tries + failure.waits).toBe(counts.tries + counts.waits + 1)
        expect(failure.tries).toBeLessThan(6)
        expect(counts.ageMs).toBeLessThanOrEqual(3 * DAY)
      }),
    )
  })

  test('a job that fails again waits longer, until the delay is capped', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((waits) => afterFailure(unreachable, { ...fresh, waits }, 0.5))
    const ms = delays.map((failure) => (failure.kind === 'retry' ? failure.afterMs : 0))
    expect(ms).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000))
  })
})
