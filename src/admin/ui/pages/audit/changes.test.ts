import { expect, test } from 'vitest'
import { changesOf } from './changes.ts'

test.each([
  ['only what differs', { a: 1, b: { c: 'x' } }, { a: 1, b: { c: 'y' } }, [['b › c', 'x', 'y']]],
  [
    'what is new',
    null,
    { role: 'viewer', groups: ['a'] },
    [
      ['role', null, 'viewer'],
      ['groups › 1', null, 'a'],
    ],
  ],
  [
    'what is gone',
    { why: 'x', who: null },
    undefined,
    [
      ['why', 'x', null],
      ['who', '—', null],
    ],
  ],
  ['a list that becomes shorter', [1, 2], [1], [['2', '2', null]]],
  [
    'what becomes empty',
    { a: [1] },
    { a: [] },
    [
      ['a › 1', '1', null],
      ['a', null, '[]'],
    ],
  ],
  ['nothing', null, null, []],
])('%s', (_, before, after, expected) => {
  expect(changesOf(before, after).map((change) => [change.path, change.before, change.after])).toEqual(expected)
})
