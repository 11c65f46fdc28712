import { expect, test } from 'vitest'
import { type Labels, type Plan, type Taxonomy, TaxonomyDocument } from '../../contract/index.ts'
import { describeReplay } from './describe.ts'
import { summarize } from './summarize.ts'

const taxonomy: Taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: [{ id: 'tv' }, { id: 'vpn' }] },
      { id: 'mood', values: [{ id: 'bad' }] },
    ],
  }),
}

function ticket(
  label: string,
  value: string | null,
  confidence: number,
  {
    plan = 'apply',
    went = ['A', 'A'],
    group = null,
  }: { plan?: Plan; went?: [string, string] | null; group?: string | null } = {},
) {
  const values: Labels = value === null ? {} : { service: value }
  const answer = { value: value ?? '', raw: confidence, calibrated: confidence, alternatives: [] }
  const routed = went && { first: went[0], last: went[1] }
  return { ticket: { labels: { service: label }, routed }, plan, values, answers: { service: answer }, group }
}

const replayed = [
  ticket('tv', 'tv', 0.9, { went: ['B', 'A'], group: 'A' }), // prevented
  ticket('tv', 'tv', 0.8, { group: 'A' }),
  ticket('vpn', 'tv', 0.6, { group: 'B' }), // caused
  ticket('vpn', 'vpn', 0.5, { plan: 'hold', went: ['B', 'A'] }), // a person would have sent it
  ticket('vpn', null, 0, { plan: 'skip', went: null }),
]

test('accuracy, coverage and routes, each with its n', () => {
  const { tickets, plans, automation, fields, routes } = summarize(replayed, taxonomy, 0.95)
  expect({ tickets, plans }).toEqual({ tickets: 5, plans: { apply: 3, suggest: 0, hold: 1, skip: 1 } })
  expect(automation).toMatchObject({ value: 0.6, n: 5 })
  expect(fields).toMatchObject([
    {
      field: 'service',
      accuracy: { value: 0.6, n: 5 },
      automated: { value: 2 / 3, n: 3 },
      coverage: { precision: 0.95, threshold: 0.8, share: { value: 0.4, n: 5 } },
    },
  ])
  expect(routes).toMatchObject({
    tickets: 4,
    misrouted: { value: 0.5, n: 4 },
    prevented: { value: 0.5, n: 2 },
    caused: { value: 0.5, n: 2 },
  })
})

test('in words, with intervals', () => {
  const report = {
    since: '2026-10-01T00:00:00.000Z',
    classifier: 'embedded',
    trainedOn: 70,
    ...summarize(replayed, taxonomy, 0.95),
  }
  expect(describeReplay(report)).toContain('learnt from 70 other tickets')
  expect(describeReplay(report)).toMatch(/service +60 % \[23, 88\] \(n 5\) +66\.7 %/)
  expect(describeReplay(report)).toContain('2 came to another group first')
})
