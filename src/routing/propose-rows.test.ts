import { expect, test } from 'vitest'
import { TaxonomyDocument } from '../contract/index.ts'
import { defaultTaxonomy } from '../taxonomy/index.ts'
import { proposeRows } from './propose-rows.ts'

const taxonomy = { ...TaxonomyDocument.parse(defaultTaxonomy), version: 1 }
const solved = (n: number, labels: Record<string, string>) => Array.from({ length: n }, () => labels)

test('a service gets a row when most of its tickets went to one group, and the rest goes where most went', () => {
  const map = proposeRows(
    [
      ...solved(4, { service: 'vpn', group: 'Workplace' }),
      ...solved(1, { service: 'vpn', group: 'Network' }),
      ...solved(2, { service: 'tv', group: 'TV' }), // too few
      ...solved(3, { service: 'billing', group: 'Billing' }), // no group takes most of them
      ...solved(3, { service: 'billing', group: 'Accounts' }),
      ...solved(9, { service: 'tv' }), // not routed
    ],
    taxonomy,
  )
  expect(map?.rows).toEqual([
    {
      when: { service: 'vpn' },
      group: 'Workplace',
      strategy: { kind: 'group' },
      comment: '4 of 5 solved tickets went there',
    },
    { when: {}, group: 'Workplace', strategy: { kind: 'group' }, comment: '4 of 13 solved tickets went there' },
  ])
})

test('without a routed ticket there is nothing to propose', () => {
  expect(proposeRows(solved(5, { service: 'vpn' }), taxonomy)).toBeNull()
})
