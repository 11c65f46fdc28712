import { expect, test } from 'vitest'
import { Mapping } from '../../src/contract/index.ts'
import { historyOf, marksOf } from './history.ts'
import { AuditResource } from './payload.ts'

const mapping = Mapping.parse({
  fields: {
    service: { to: 'field', id: '501', type: 'tagger', values: { tv: 'service_tv' } },
    category: { to: 'label', prefix: 'cat-' },
    priority: { to: 'priority', values: { high: 'high', low: 'low' } },
  },
  groups: { Television: '401' },
})
const desk = { selfId: '11', mapping }
const audit = (fields: object) =>
  AuditResource.parse({ id: 1, created_at: '2026-10-05T09:00:00Z', author_id: 22, ...fields })
const change = (field_name: string, previous_value: unknown, value: unknown, more: object = {}) => ({
  id: 9,
  type: 'Change',
  field_name,
  previous_value,
  value,
  ...more,
})

test('a trigger inside our own audit is a robot, and does not carry our decision', () => {
  const rule = { via: { channel: 'rule', source: { rel: 'trigger', from: {}, to: {} } } }
  const events = [change('priority', null, 'high'), change('priority', 'high', 'low', rule)]
  const history = historyOf(
    [audit({ author_id: 11, metadata: { custom: { pointsman_decision: 'd-1' } }, events })],
    desk,
    '33',
  )
  expect(history.map(({ by, decision, to }) => [by.kind, decision, to])).toEqual([
    ['self', 'd-1', 'high'],
    ['robot', undefined, 'low'],
  ])
})

test('initial values of a ticket count as set by its author, its initial status does not', () => {
  const events = [
    { type: 'Create', field_name: 'priority', value: 'low' },
    { type: 'Create', field_name: 'status', value: 'new' },
    { type: 'Create', field_name: '501', value: null },
    { type: 'Create', field_name: 'tags', value: ['cat-outage', 'vip'] },
    { type: 'Comment', public: true },
  ]
  expect(historyOf([audit({ author_id: 33, events })], desk, '33')).toMatchObject([
    { field: 'priority', from: null, to: 'low', by: { kind: 'customer' } },
    { field: 'category', from: null, to: 'outage' },
  ])
})

test('ids and tags are understood in every type', () => {
  const events = [
    change('group_id', null, '401'),
    change('group_id', '401', 402),
    change('501', '', 'service_tv'),
    change('tags', 'cat-order vip', 'vip cat-outage'),
    change('satisfaction_score', 'offered', 'good'),
  ]
  expect(
    historyOf([audit({ events })], desk, null).map(({ field, from, to, toRaw }) => [field, from, to, toRaw]),
  ).toEqual([
    ['group', null, 'Television', '401'],
    ['group', 'Television', null, '402'],
    ['service', null, 'tv', 'service_tv'],
    ['category', 'order', 'outage', 'cat-outage'],
  ])
})

test('audits are sorted, and the first one with a decision is its mark', () => {
  const marked = (id: number, created_at: string) =>
    audit({
      id,
      created_at,
      metadata: { custom: { pointsman_decision: 'd-1' } },
      events: [change('priority', 'low', 'high')],
    })
  const audits = [marked(3, '2026-10-05T09:02:00Z'), marked(2, '2026-10-05T09:01:00Z')]
  expect(historyOf(audits, desk, null).map(({ id }) => id)).toEqual(['2', '3'])
  expect(marksOf(audits)).toEqual({ 'd-1': { audit: '2', at: '2026-10-05T09:01:00.000Z', note: null } })
})
