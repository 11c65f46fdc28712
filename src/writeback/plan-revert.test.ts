import { expect, test } from 'vitest'
import { originalsOf } from './plan-revert.ts'

const wrote = (
  id: string,
  written: Record<string, string>,
  before: Record<string, string | null>,
  takesBack = false,
) => ({
  id,
  written,
  before,
  takesBack: takesBack ? 'a' : null,
})

test.each([
  ['of one write', [wrote('a', { service: 'vpn' }, { service: null })], 'a', { service: null }],
  [
    'of two writes in a row: what was there before both',
    [
      wrote('a', { service: 'vpn' }, { service: '7' }),
      wrote('b', { service: 'tv', category: 'order' }, { service: '1', category: null }),
    ],
    'a',
    { service: '7', category: null },
  ],
  [
    'from the second write on',
    [wrote('a', { service: 'vpn' }, { service: '7' }), wrote('b', { service: 'tv' }, { service: '1' })],
    'b',
    { service: '1' },
  ],
  [
    'after what was put back already',
    [
      wrote('a', { service: 'vpn' }, { service: '7' }),
      wrote('b', { service: '7' }, { service: '1' }, true),
      wrote('c', { service: 'tv' }, { service: '8' }),
    ],
    'a',
    { service: '8' },
  ],
  [
    'whose values were purged: not known, which is not empty',
    [wrote('a', { service: 'vpn' }, {})],
    'a',
    { service: undefined },
  ],
])('the originals %s', (_, all, from, expected) => {
  expect(originalsOf(all, from)).toStrictEqual(expected)
})
