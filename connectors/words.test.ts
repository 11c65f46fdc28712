import { expect, test } from 'vitest'
import { someOf } from './words.ts'

test.each([
  [['A'], 'A'],
  [['A', 'B', 'A'], 'A, B'],
  [['A', 'B', 'C', 'D', 'E'], 'A, B, C, D, E'],
  [['A', 'B', 'C', 'D', 'E', 'F'], 'A, B, C, D and 2 more'],
])('%j is told as %s', (names, expected) => expect(someOf(names)).toBe(expected))
