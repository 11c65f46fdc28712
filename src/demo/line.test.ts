import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import type { FieldAnswer } from '../contract/index.ts'
import { headingLine, type Shown, ticketLine } from './line.ts'

const answer = (value: string, raw: number): FieldAnswer => ({ value, raw, calibrated: null, alternatives: [] })
const urgent: Shown = {
  outcome: 'applied',
  key: 'SUP-15',
  subject: 'Нет интернета во всём торговом центре с самого утра',
  decision: {
    values: { service: 'internet', category: 'outage', priority: 'urgent', sentiment: 'negative' },
    sources: { service: 'embedded', category: 'embedded', priority: 'rule', sentiment: 'embedded' },
    answers: { service: answer('internet', 0.998), category: answer('outage', 0.71) },
    route: { group: 'Network', assignee: 'Ilya Sorokin' },
    reason: 'every required field is decided',
  },
  ms: 96.4,
}
const chinese: Shown = { ...urgent, subject: '办公室网络从今天早上开始完全无法使用请尽快处理谢谢' }
const held: Shown = {
  ...urgent,
  outcome: 'held',
  decision: { ...urgent.decision, reason: `category order: ${'confidence 0.48 is below 0.50; '.repeat(5)}` },
}
const whole = (shown: Shown, width: number) => Object.values(ticketLine(shown, width)).join('')

describe.each([60, 80, 100, 144, 200])('at %i columns', (width) => {
  test.each([
    ['a Russian ticket', urgent],
    ['a Chinese ticket, whose letters take two columns', chinese],
    ['a held ticket with a long reason', held],
    ['a ticket without a route', { ...urgent, decision: { ...urgent.decision, route: null } }],
  ])('%s fits into one line', (_, shown) => expect(stringWidth(whole(shown, width))).toBeLessThanOrEqual(width))

  test('the heading fits too', () => expect(stringWidth(headingLine(width))).toBeLessThanOrEqual(width))
})

test('a wide terminal shows each confidence, the person and the time', () =>
  expect(ticketLine(urgent, 160).decided).toBe('internet 0.99 · outage 0.71 · urgent → Network / Ilya Sorokin  96 ms'))

test('80 columns show the lowest confidence and the group', () =>
  expect(ticketLine(urgent, 80).decided).toBe('internet/outage/urgent 0.71 → Network'))

test('a held ticket shows why', () => expect(ticketLine(held, 80).decided).toMatch(/^category order: confidence 0\.48/))

test('the columns of two tickets start at the same place when their subjects are of equal width', () => {
  const at = (shown: Shown) => stringWidth(ticketLine(shown, 80).outcome + ticketLine(shown, 80).key)
  expect(at(chinese)).toBe(at(urgent))
})
