import { expect, test } from 'vitest'
import { openFailures } from './wrong-tokens.ts'

test('ten failures of an address in a minute are allowed, and the next ones wait until the minute is over', () => {
  const failures = openFailures()
  for (let i = 0; i < 10; i++) expect(failures.add('a', 1_000 + i)).toBeNull()
  expect(failures.add('a', 21_000)).toBe(40_000)
  expect(failures.add('b', 21_000)).toBeNull()
  expect(failures.add('a', 61_000)).toBeNull()
})

test('a hundred failures of all addresses are allowed', () => {
  const failures = openFailures()
  for (let i = 0; i < 100; i++) expect(failures.add(`a${i}`, 0)).toBeNull()
  expect(failures.add('another', 0)).toBe(60_000)
  expect(failures.add('another', 60_000)).toBeNull()
})

test('a flood of addresses does not fill the memory, and counts', () => {
  const failures = openFailures()
  for (let i = 0; i < 20_000; i++) failures.add(`a${i}`, 0)
  expect(failures.add('last', 0)).toBe(60_000)
  expect(failures.add('last', 60_000)).toBeNull()
})
