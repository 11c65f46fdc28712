import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkPattern, findAll, matches, openWork } from './index.ts'

test.each([
  ['тариф\\w*\\b', 'Мой ТАРИФНЫЙ план', true],
  ['\\bсчёт\\b', 'счёта нет', false],
  ['^no\\b', 'No signal', true],
  ['^no\\b', 'there is no', false],
  ['down$', 'is down', true],
  ['a{2,3}b', 'xaab', true],
  ['a{2,3}b', 'xab', false],
  ['(?:no|without) (?:internet|signal)', 'we are without signal', true],
  ['[^\\d\\s]{5}', 'ab1cdefg', true],
  ['\\p{Lu}{3}', 'abc', true],
  ['err(?:or)?[-_ ]?\\d{3,4}', 'ERR-1042', true],
  ['a.c', 'a\nc', false],
  ['\\$\\d+\\.\\d\\d', 'cost $15.00', true],
  ['\\u0430', 'А', true],
  ['', 'x', true],
])('%s on "%s": %s', (pattern, text, expected) => expect(matches(pattern, text)).toBe(expected))

test('several searches can share one allowance of steps', () => {
  const work = { left: 2000 }
  expect(findAll('K-\\d', 'K-1 K-2', work)).toHaveLength(2)
  const left = work.left
  expect(left).toBeLessThan(2000)
  expect(findAll('[ab]+c', 'ab'.repeat(5000), work)).toEqual([])
  expect(work.left).toBeLessThanOrEqual(0)
  expect(findAll('K-\\d', 'K-1 K-2', work)).toEqual([])
})

test('the first match wins, and of several at one place the one that the pattern prefers', () => {
  expect(findAll('a+', 'baaab aa')).toEqual([
    { start: 1, end: 4 },
    { start: 6, end: 8 },
  ])
  expect(findAll('a+?', 'aa')).toEqual([
    { start: 0, end: 1 },
    { start: 1, end: 2 },
  ])
  expect(findAll('ab|a', 'ab')).toEqual([{ start: 0, end: 2 }])
  expect(findAll('a|ab', 'ab')).toEqual([{ start: 0, end: 1 }])
  expect(findAll('😀+', 'x😀😀')).toEqual([{ start: 1, end: 5 }])
})

test.each([
  '(a+)+$',
  '(a*)*',
  '(a|a)*b',
  '(?:.*a){20}',
  '(\\w|\\d)+x',
  '(a?){50}',
  '(x+x+)+y',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  'a*',
  '(?=x)',
  '(?<!x)y',
  '(a)\\1',
  'a{300}',
  '(',
  ')',
  '[z-a]',
  '[a',
  'a**',
  '\\q',
  '(?P<n>a)',
  'x{5,2}',
  '(((a{200}){200}){200})',
  'a'.repeat(2000),
])('%s is refused', (pattern) => expect(checkPattern(pattern)).toBeTypeOf('string'))

test.each([
  '(?:\\d+[ ,])+руб',
  '\\b(?:no|not)\\b[^.]{0,60}\\bsignal',
  '(?i)vpn',
  '(?<code>E\\d+)',
  '[\\p{L}-]+@x',
  'a{2}',
  '[]a]',
  '{x}',
])('%s is accepted', (pattern) => expect(checkPattern(pattern)).toBeNull())

test.each(['(a+)+$', '(a|aa)+$', '(.*a){12}b', '([a-z]+)*\\d'])(
  '%s, which hangs a backtracking engine, takes steps in proportion to the text',
  (pattern) => {
    const stepsFor = (letters: number) => {
      const work = openWork()
      const { left } = work
      findAll(pattern, `${'a'.repeat(letters)}!`, work)
      return left - work.left
    }
    const [short, long] = [stepsFor(2_000), stepsFor(8_000)]
    expect(short).toBeGreaterThan(2_000)
    expect(long / short).toBeLessThan(4.5)
  },
)

test('a pattern that finds much stops when its steps are used up', () => {
  const work = openWork()
  expect(findAll('a.*b|a', 'a'.repeat(100_000), work).length).toBeGreaterThan(0)
  expect(work.left).toBeLessThan(openWork().left)
})

test('matches are the same as those of JavaScript for patterns that both support', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(?:ab|b)', '(?:a|b)', '\\d')
  const part = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{1,2}', '+?', '*?')).map((each) => each.join(''))
  const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1'), maxLength: 12 }), (source, text) => {
      const native = new RegExp(source, 'iu').exec(text)
      expect(matches(source, text)).toBe(native !== null)
      if (native && native[0] !== '')
        expect(findAll(source, text)[0]).toEqual({ start: native.index, end: native.index + native[0].length })
    }),
    { numRuns: 1000 },
  )
})

test('the check of a pattern never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|\\^$.-,1:<>=!dwspx') }), (source) => {
      const fault = checkPattern(source)
      if (fault === null) matches(source, 'ab1 x')
    }),
    { numRuns: 1000 },
  )
})
