import { expect, test } from 'vitest'
import { type FieldAnswer, type Taxonomy, TaxonomyDocument } from '../contract/index.ts'
import { type Explained, explain } from './note.ts'

const taxonomy: Taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', title: 'Service', values: [{ id: 'internet', title: 'Internet access' }, { id: 'vpn' }] },
      { id: 'priority', values: [{ id: 'high' }] },
      { id: 'tone', required: false, values: [{ id: 'calm' }] },
    ],
  }),
}
const answered = (more: Partial<FieldAnswer>): FieldAnswer => ({
  value: 'internet',
  raw: 0.934,
  calibrated: null,
  alternatives: [],
  ...more,
})
const decision: Explained = {
  values: { service: 'internet', priority: 'high' },
  sources: { service: 'endpoint', priority: 'rule' },
  answers: {
    service: answered({
      alternatives: [
        { value: 'vpn', confidence: 0.05 },
        { value: 'tv', confidence: 0.01 },
      ],
    }),
    priority: answered({ value: 'low', alternatives: [{ value: 'high', confidence: 0.3 }] }),
  },
  route: { group: 'Network', assignee: 'Ann', because: 'row 2: service internet' },
}
const text = (given: Partial<Explained>, name: string) =>
  explain({ ...decision, ...given }, taxonomy, 'applied', null).lines.find((line) => line.name === name)?.text

test('a note has each value with its confidence, the route with its row, and how to correct it', () => {
  expect(explain(decision, taxonomy, 'applied', 'https://pointsman.test/decisions/1')).toEqual({
    title: 'Sorted by Pointsman',
    lines: [
      { name: 'Service', text: 'Internet access (93 %, not calibrated yet); or vpn (5 %)' },
      { name: 'priority', text: 'high (by a rule)' },
      { name: 'Route', text: 'Network / Ann: row 2: service internet' },
      { name: 'Wrong?', text: 'Change the field in this ticket; Pointsman learns from it.' },
    ],
    link: 'https://pointsman.test/decisions/1',
  })
})

test('a suggestion says that nothing was changed', () => {
  const note = explain(decision, taxonomy, 'suggested', null)
  expect(note.title).toBe('Pointsman suggests')
  expect(note.lines.at(-1)!.text).toMatch(/nothing was changed/)
})

test('a note about a refusal says that nothing was changed, and why', () => {
  const note = explain(decision, taxonomy, 'refused', null, { service: 'the helpdesk refused it: Device is required' })
  expect(note.title).toBe('Pointsman could not write this')
  expect(note.lines.slice(-2)).toEqual([
    { name: 'Not changed', text: 'service (the helpdesk refused it: Device is required)' },
    { name: 'Next', text: 'Nothing was changed: set the fields by hand.' },
  ])
})

test.each<[string, Partial<Explained>, string]>([
  [
    'a calibrated confidence is shown without a remark',
    { answers: { service: answered({ calibrated: 0.8 }) } },
    'Internet access (80 %)',
  ],
  [
    'a confidence just below 1 is not shown as 100 %',
    { answers: { service: answered({ calibrated: 0.999 }) } },
    'Internet access (99 %)',
  ],
  [
    'a confidence of 1 is shown as 100 %',
    { answers: { service: answered({ calibrated: 1 }) } },
    'Internet access (100 %)',
  ],
  [
    'a missing confidence is not shown as 0 %',
    { answers: { service: answered({ raw: null }) } },
    'Internet access (confidence unknown)',
  ],
  ['a value set by a person has no confidence', { sources: { service: 'human' } }, 'Internet access (by a person)'],
  [
    'a value of an older taxonomy is shown by its id',
    { values: { service: 'fax' } },
    'fax (93 %, not calibrated yet); or vpn (5 %)',
  ],
])('%s', (_, given, expected) => expect(text(given, 'Service')).toBe(expected))

test.each<[string, Explained['route'], string | undefined]>([
  ['a route to a group names only the group', { group: 'Network', assignee: null, because: 'row 1' }, 'Network: row 1'],
  ['a route to a person names only the person', { group: null, assignee: 'Ann', because: 'row 1' }, 'Ann: row 1'],
  ['a route to nobody is not shown', { group: null, assignee: null, because: 'row 1' }, undefined],
  ['a decision without a route shows none', null, undefined],
])('%s', (_, route, expected) => expect(text({ route }, 'Route')).toBe(expected))
