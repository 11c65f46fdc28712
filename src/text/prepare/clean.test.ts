import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clean } from './clean.ts'

test.each([
  ['NUL is removed', 'a\u0000b', 'ab'],
  ['a lone surrogate becomes a character that every database accepts', 'a\ud800b', 'a\ufffdb'],
  ['zero-width characters inside a word are removed', 'ou\u200bta\u2060ge', 'outage'],
  ['direction overrides are removed', 'abc\u202edef', 'abcdef'],
  ['tag characters that hide text are removed', 'hi\u{e0041}\u{e0042}', 'hi'],
  ['letters are composed', 'и\u0306', 'й'],
  ['special spaces become one ordinary space', 'a\u00a0\u2003b\tc', 'a b c'],
  ['line ends become one kind', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
  ['piled-up accents are reduced', `a${'\u0301\u0302\u0303\u0304'.repeat(50)}`, 'á'],
  ['emoji stay', 'ok 👍', 'ok 👍'],
])('%s', (_, text, expected) => expect(clean(text)).toBe(expected))

test('cleaning twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(clean(clean(text))).toBe(clean(text))
    }),
  )
})
