import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openShortener } from './shorten.ts'

/** In pieces of this many bytes, as they come from the network. */
function shorten(text: string | Uint8Array, piece = 7, most = 1_000_000): string | null {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const shortener = openShortener(most)
  for (let at = 0; at < bytes.length; at += piece) shortener.push(bytes.subarray(at, at + piece))
  const kept = shortener.end()
  return kept && new TextDecoder('utf-8', { fatal: true }).decode(kept)
}

test('what is short stays as it is', () => {
  const same = (value: unknown) => {
    const text = JSON.stringify(value, null, 1)
    expect(shorten(text)).toBe(text)
  }
  same({ issue: { id: '1', fields: { labels: ['a', 'b'], none: null, text: 'a "quoted\\" [text], {with} 🦊' } } })
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' }), same), { numRuns: 300 })
})

test.each([
  ['a long text', { before: 1, long: 'x'.repeat(5000), after: 2 }],
  ['a text of several bytes each', { before: 1, long: 'x😀ä漢'.repeat(2000), after: 2 }],
  ['a text of escapes', { before: 1, long: '\u0001"\\\n'.repeat(2000), after: 2 }],
  ['a long list', { before: 1, long: Array.from({ length: 5000 }, (_, i) => ({ i, text: ',]' })), after: 2 }],
  ['lists in lists', { before: 1, long: Array.from({ length: 300 }, () => Array(300).fill([','])), after: 2 }],
  ['deep objects', { before: 1, long: JSON.parse(`${'{"a":'.repeat(500)}[1,2]${'}'.repeat(500)}`), after: 2 }],
])('%s is shortened, and what is around it stays', (_, value) => {
  const text = JSON.stringify(value)
  for (const piece of [1, 1000, text.length]) {
    const short = shorten(text, piece)!
    expect(short.length).toBeLessThan(text.length)
    expect(JSON.parse(short)).toMatchObject({ before: 1, long: expect.anything(), after: 2 })
  }
})

test('whatever is shortened, the rest is valid JSON', () => {
  const long = fc.string({ unit: 'binary', minLength: 900, maxLength: 1100, size: 'max' })
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(long, fc.array(long, { minLength: 95, maxLength: 105 }))),
      (value) =>
        Object.keys(JSON.parse(shorten(JSON.stringify({ value }), 100, 100_000_000)!).value).length ===
        Object.keys(value).length,
    ),
    { numRuns: 20 },
  )
})

test('a body of many short values is too large even then', () => {
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`key ${i}`, i]))
  expect(shorten(JSON.stringify(many), 100, 10_000)).toBeNull()
})

test('what is not JSON does no harm', () => {
  for (const text of ['', ']]]]}}', '"', '[[[', '{"a', '\\', ',,,,', '"\\u12']) expect(shorten(text)).toBe(text)
  fc.assert(fc.property(fc.uint8Array(), (bytes) => openShortener(100).push(bytes)))
})
