import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clean } from './clean.ts'

test.each([
  ['NUL goes', 'a\u0000b', 'ab'],
  ['a lone surrogate becomes a mark that every database takes', 'a\ud800b', 'a\ufffdb'],
  ['zero-width characters inside a word go', 'ou\u200bta\u2060ge', 'outage'],
  ['direction overrides go', 'abc\u202edef', 'abcdef'],
  ['tag characters that hide text go', 'hi\u{e0041}\u{e0042}', 'hi'],
  ['letters are composed', 'и\u0306', 'й'],
  ['odd spaces become one', 'a\u00a0\u2003b\tc', 'a b c'],
  ['line ends are one kind', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
  ['heaps of accents shrink', `a${'\u0301\u0302\u0303\u0304'.repeat(50)}`, 'á'],
  ['emoji stay', 'ok 👍', 'ok 👍'],
])('%s', (_, text, expected) => expect(clean(text)).toBe(expected))

test('cleaning twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(clean(clean(text))).toBe(clean(text))
    }),
  )
})
