import { expect, test } from 'vitest'
import { judge, pause } from './forward.ts'

test.each<[string, number, string | null, string, unknown]>([
  ['stored', 202, null, '{}', { kind: 'taken' }],
  ['not JSON', 400, null, '{"detail":"why"}', { kind: 'refused', status: 400, detail: 'why' }],
  ['not the vendor’s', 422, null, '', { kind: 'refused', status: 422, detail: '' }],
  ['the wrong edge token', 401, null, '{"detail":"The edge token is wrong"}', { kind: 'later' }],
  ['a connection that is not there yet', 404, null, '', { kind: 'later' }],
  ['a timeout', 408, null, '', { kind: 'later' }],
  ['too early', 425, null, '', { kind: 'later' }],
  ['too many requests', 429, '120', '', { kind: 'later', retryAfterSeconds: 120 }],
  ['the database is unavailable', 503, '30', '', { kind: 'later', retryAfterSeconds: 30 }],
  ['a date to wait for', 503, 'Wed, 21 Oct 2026 07:28:00 GMT', '', { kind: 'later', retryAfterSeconds: 0 }],
  ['a redirect', 302, null, '<html>', { kind: 'later', reason: 'the service answered 302' }],
])('%s', (_, status, retryAfter, body, expected) =>
  expect(judge(status, retryAfter, body)).toMatchObject(expected as object),
)

test.each([
  ['the first pause', 1, 0, 10],
  ['twice as long each time', 3, 0, 40],
  ['an hour at most', 100, 0, 3600],
  ['as long as the service asks', 1, 120, 120],
  ['the longer of the two, so that a short Retry-After does not use up the retries', 8, 30, 1280],
  ['a day, which is all that the queue allows', 1, 1_000_000, 86_400],
])('%s', (_, attempts, retryAfter, expected) => expect(pause(attempts, retryAfter, 10)).toBe(expected))
