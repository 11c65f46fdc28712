import { expect, test } from 'vitest'
import { choicesOf } from './choices.ts'

const values = (...ids: string[]) => ids.map((id) => ({ id }))
const FIELDS = [
  { id: 'service', values: values('internet', 'tv', 'vpn', 'email') },
  { id: 'priority', values: values('low', 'normal', 'high') },
  { id: 'note' },
]
const answer = (value: string, ...others: string[]) => ({
  value,
  confidence: 0.5,
  alternatives: others.map((other, i) => ({ value: other, confidence: 0.4 - i / 10 })),
})
const keysOf = (chosen: ReturnType<typeof choicesOf>) =>
  chosen.map(
    ({ field, choices }) => `${field} ${choices.map(({ value, digit }) => `${digit ?? '-'}:${value}`).join(' ')}`,
  )

test('the keys go to the field in doubt, its answer first; the others show what was decided', () => {
  const decision = { values: { service: 'tv', priority: 'high' }, answers: { service: answer('tv', 'vpn') } }
  expect(keysOf(choicesOf(decision, ['service'], FIELDS))).toEqual([
    'service 1:tv 2:vpn 3:internet 4:email',
    'priority -:high',
  ])
})

test('two fields in doubt share the nine keys', () => {
  const many = { id: 'service', values: values('a', 'b', 'c', 'd', 'e', 'f', 'g') }
  const decision = { values: {}, answers: { service: answer('c'), priority: answer('low') } }
  expect(keysOf(choicesOf(decision, ['service', 'priority'], [many, FIELDS[1]!]))).toEqual([
    'service 1:c 2:a 3:b 4:d 5:e',
    'priority 6:low 7:normal 8:high',
  ])
})

test('where nothing is in doubt, every field with values has keys', () => {
  const decision = { values: { service: 'tv', priority: 'high', note: 'x' }, answers: {} }
  expect(keysOf(choicesOf(decision, [], FIELDS))).toEqual([
    'service 1:tv 2:internet 3:vpn 4:email',
    'priority 5:high 6:low 7:normal',
    'note -:x',
  ])
})

test('a value that a rule decided comes before what the classifier answered', () => {
  const decision = { values: { priority: 'high' }, answers: { priority: answer('low') } }
  expect(choicesOf(decision, ['priority'], FIELDS)[0]!.choices.map(({ value }) => value)).toEqual([
    'high',
    'low',
    'normal',
  ])
})
