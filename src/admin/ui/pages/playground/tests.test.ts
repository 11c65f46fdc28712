import { expect, test } from 'vitest'
import { fileOf, readFile, wrongOf } from './tests.ts'

const CABLE = { id: 'a', subject: 'Cable', text: 'It is dead.', labels: { service: 'internet', vip: 'true' } }

test('a file of tests is read as it was written', () => {
  expect(readFile(fileOf([CABLE, { ...CABLE, id: 'b' }]))).toEqual({ tests: [CABLE, { ...CABLE, id: 'b' }], bad: [] })
})

test('lines that are no tests are told by their numbers, and labels become words', () => {
  const { tests, bad } = readFile(
    '{"body":"Dead.","labels":{"vip":true,"tone":null}}\n\nno\n{"text":"x"}\n{"labels":{}}',
  )
  expect(tests).toMatchObject([{ subject: '', text: 'Dead.', labels: { vip: 'true' } }])
  expect(bad).toEqual([3, 4, 5])
})

test('only what a test names can be wrong', () => {
  expect(wrongOf(CABLE, { service: 'tv', vip: 'true', priority: 'low' })).toEqual(['service'])
  expect(wrongOf(CABLE, { service: 'internet' })).toEqual(['vip'])
})
