import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Labels, TaxonomyDocument } from '../contract/index.ts'
import { examine } from './examine.ts'
import type { Row } from './map.ts'
import { route } from './win.ts'

const VALUES: Record<string, string[]> = {
  service: ['internet', 'vpn', 'tv'],
  category: ['outage', 'access'],
  priority: ['high', 'low'],
}
const taxonomy = TaxonomyDocument.parse({
  fields: [
    ...Object.entries(VALUES).map(([id, values]) => ({ id, values: values.map((value) => ({ id: value })) })),
    { id: 'tone', required: false, values: [{ id: 'calm' }, { id: 'angry' }] },
    { id: 'score', kind: 'score' },
  ],
})
const rowsOf = (...whens: Labels[]): Row[] =>
  whens.map((when, i) => ({ when, group: `row ${i + 1}`, strategy: { kind: 'group' } }))

const everyService = VALUES.service!.map((service) => ({ service }))

describe('what is odd in a map', () => {
  test.each<[string, Labels[], object[]]>([
    ['is nothing, where each service has a row', [{}, ...everyService], []],
    [
      'is a service without a row, named or not',
      [{}, { service: 'vpn' }, { priority: 'high', service: 'tv' }],
      [{ kind: 'hole', field: 'service', value: 'internet' }],
    ],
    [
      'is a row whose tickets finer rows take',
      [{}, { category: 'outage' }, { category: 'outage', priority: 'high' }, { category: 'outage', priority: 'low' }],
      [{ kind: 'shadowed', row: 2, by: [3, 4] }],
    ],
    [
      'is not a row beside finer rows of a field that may be empty',
      [{}, ...everyService, { service: 'tv', tone: 'calm' }, { service: 'tv', tone: 'angry' }],
      [],
    ],
    [
      'is a row that rows with as many conditions leave nothing to',
      [{}, ...everyService, { category: 'outage' }],
      [{ kind: 'shadowed', row: 5, by: [2, 3, 4] }],
    ],
    [
      'is a row that competes with others for some of its tickets',
      [{}, { service: 'internet' }, { service: 'vpn' }, { category: 'outage' }],
      [{ kind: 'overlap', row: 4, with: [2, 3] }],
    ],
  ])('%s', (_, whens, expected) => expect(examine({ rows: rowsOf(...whens) }, taxonomy)).toEqual(expected))

  test('nothing is said of rows that send their tickets to the same place', () => {
    const rows = rowsOf({}, { service: 'internet' }, { category: 'outage' }).map((row) => ({ ...row, group: 'one' }))
    expect(examine({ rows }, taxonomy)?.filter(({ kind }) => kind === 'overlap')).toEqual([])
  })

  test('nothing is said of a map that names too many values', () => {
    const many = TaxonomyDocument.parse({
      fields: ['a', 'b', 'c'].map((id) => ({ id, values: [...Array(60)].map((_, i) => ({ id: `v${i}` })) })),
    })
    const whens = [...Array(60)].map((_, i) => ({ a: `v${i}`, b: `v${i}`, c: `v${i}` }))
    expect(examine({ rows: rowsOf({}, ...whens) }, many)).toBeNull()
  })

  test('a row is shadowed exactly when it wins for no ticket', () => {
    const conditions = Object.entries({ ...VALUES, tone: ['calm', 'angry'] }).map(([field, values]) =>
      fc.option(fc.constantFrom(...values)).map((value): [string, string][] => (value ? [[field, value]] : [])),
    )
    const when = fc.tuple(...conditions).map((pairs): Labels => Object.fromEntries(pairs.flat()))
    const keyOf = (labels: Labels) => JSON.stringify(Object.entries(labels).sort())
    fc.assert(
      fc.property(fc.uniqueArray(when, { selector: keyOf, minLength: 1, maxLength: 12 }), (whens) => {
        const rows = rowsOf({}, ...whens.filter((w) => Object.keys(w).length > 0))
        const won = new Set<number>()
        for (const service of VALUES.service!)
          for (const category of VALUES.category!)
            for (const priority of VALUES.priority!)
              for (const tone of ['calm', 'angry', undefined])
                won.add(route({ rows }, { service, category, priority, ...(tone ? { tone } : {}) }).index)
        const shadowed = examine({ rows }, taxonomy)!.flatMap((each) => (each.kind === 'shadowed' ? each.row - 1 : []))
        expect(shadowed).toEqual([...rows.keys()].filter((i) => i > 0 && !won.has(i)))
      }),
    )
  })
})
