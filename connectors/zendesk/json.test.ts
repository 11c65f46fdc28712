import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson, readId, readTags, readText, readTime, wireId } from './json.ts'

test('an integer that would be rounded is read as its digits', () => {
  expect(parseJson('{"id":9007199254740993,"small":5158,"text":"9007199254740993","half":1234567890123456.5}')).toEqual(
    {
      id: '9007199254740993',
      small: 5158,
      text: '9007199254740993',
      half: 1234567890123456.5,
    },
  )
})

test('every id up to 2^63 is written with the digits that were read', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 2n ** 63n - 1n), (id) => {
      const parsed = parseJson(`{"id":${id}}`) as { id: unknown }
      expect(JSON.stringify(wireId(readId(parsed.id) ?? ''))).toBe(String(id))
    }),
  )
})

test.each([
  [null, null],
  ['', null],
  ['0', null],
  [0, null],
  ['{{ticket.id}}', null],
  [2 ** 60, null],
  [{}, null],
  [undefined, undefined],
  [' 42 ', '42'],
  [42, '42'],
  ['-1', '-1'],
])('the id %j is read as %j', (value, id) => expect(readId(value)).toBe(id))

test.each([
  ['2026-10-05T09:05:00.123456789Z', '2026-10-05T09:05:00.123Z'],
  ['2026-10-05T09:05:00Z', '2026-10-05T09:05:00.000Z'],
  ['2026-10-05T11:05:00+02:00', '2026-10-05T09:05:00.000Z'],
  ['soon', null],
  [7, null],
])('the time %j is read as %j', (value, time) => expect(readTime(value)).toBe(time))

test('tags are a list or one text', () => {
  expect(readTags(['a', 7, '', 'b'])).toEqual(['a', 'b'])
  expect(readTags('a  b')).toEqual(['a', 'b'])
  expect(readTags(null)).toEqual([])
  expect(readTags({})).toBeUndefined()
  expect(readText(['a', 'b'])).toBe('a b')
})
