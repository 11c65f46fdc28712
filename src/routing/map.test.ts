import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Labels, type Taxonomy, TaxonomyDocument } from '../contract/index.ts'
import { checkMap, MapDocument, type Row, type Strategy, targets } from './map.ts'
import { route } from './win.ts'

const VALUES: Record<string, string[]> = {
  service: ['internet', 'vpn'],
  category: ['outage', 'access'],
  priority: ['high', 'low'],
  tone: ['calm', 'angry'],
}
const taxonomy: Taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: Object.entries(VALUES).map(([id, values]) => ({ id, values: values.map((value) => ({ id: value })) })),
  }),
}
const row = (when: Labels, group: string | null = 'G', strategy: Strategy = { kind: 'group' }): Row => ({
  when,
  group,
  strategy,
})
const week = (...mon: string[]) => ({ mon, tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] })
const mapOf = (...whens: Labels[]) => ({ rows: whens.map((when, i) => row(when, `row ${i + 1}`)) })
const TICKET = { service: 'internet', category: 'outage', priority: 'high', tone: 'calm' }

describe('the row that wins', () => {
  test.each<[string, Labels[], string]>([
    ['is the default row when no other matches', [{ service: 'vpn' }, {}], 'row 2'],
    [
      'has more conditions than any other',
      [{}, { service: 'internet' }, { category: 'outage', tone: 'calm' }],
      'row 3',
    ],
    [
      'names the service, among equally many',
      [{}, { priority: 'high' }, { category: 'outage' }, { service: 'internet' }],
      'row 4',
    ],
    ['names the category rather than the priority', [{}, { priority: 'high' }, { category: 'outage' }], 'row 3'],
    ['names the priority rather than a field of one desk', [{}, { tone: 'calm' }, { priority: 'high' }], 'row 3'],
    ['wins over the default row wherever it stands', [{ tone: 'calm' }, {}], 'row 1'],
    ['matches in all its conditions', [{}, { service: 'internet', category: 'access', priority: 'high' }], 'row 1'],
    [
      'prefers service and priority to category and priority',
      [{}, { category: 'outage', priority: 'high' }, { service: 'internet', priority: 'high' }],
      'row 3',
    ],
  ])('%s', (_, whens, winner) => expect(route(mapOf(...whens), TICKET).row.group).toBe(winner))

  test('is reported with its conditions', () => {
    expect(route(mapOf({}, { service: 'internet', priority: 'high' }), TICKET)).toMatchObject({
      index: 1,
      because: 'row 2: service internet, priority high',
    })
    expect(route(mapOf({}), TICKET).because).toBe('row 1: the default row')
  })

  test('does not match on a field without a value', () => {
    expect(route(mapOf({}, { tone: 'calm' }), { service: 'internet' }).index).toBe(0)
  })

  test('is the most specific row that matches, wherever it stands in the map', () => {
    const conditions = Object.entries(VALUES).map(([field, values]) =>
      fc.option(fc.constantFrom(...values)).map((value): [string, string][] => (value ? [[field, value]] : [])),
    )
    const when = fc.tuple(...conditions).map((pairs): Labels => Object.fromEntries(pairs.flat()))
    fc.assert(
      fc.property(fc.uniqueArray(when, { selector: keyOf, maxLength: 30 }), when, fc.nat(), (whens, labels, at) => {
        const rows = whens.filter((w) => Object.keys(w).length > 0)
        rows.splice(at % (rows.length + 1), 0, {})
        const { row: winner, index } = route(mapOf(...rows), labels)
        expect(rows[index]).toBe(winner.when)
        const matching = rows.filter((w) => Object.entries(w).every(([field, value]) => labels[field] === value))
        expect(matching).toContain(winner.when)
        const most = Math.max(...matching.map((w) => Object.keys(w).length))
        expect(Object.keys(winner.when)).toHaveLength(most)
        // The order of the rows matters only between rows that differ in nothing but fields outside the tie-break.
        const named = route(mapOf(...rows.toReversed()), labels).row.when
        expect(coreOf(named)).toEqual(coreOf(winner.when))
      }),
    )
  })
})

const keyOf = (when: Labels) => JSON.stringify(Object.entries(when).sort())
const coreOf = (when: Labels) =>
  Object.keys(when)
    .filter((field) => field !== 'tone')
    .sort()

describe('a map', () => {
  test.each<[string, Labels[], string[]]>([
    ['without errors has no faults', [{}, { service: 'vpn' }, { service: 'internet', tone: 'calm' }], []],
    ['needs a default row', [{ service: 'vpn' }], ['there is no default row']],
    ['has one default row only', [{}, {}], ['row 2 has the same conditions as row 1']],
    [
      'has one row for the same conditions, in any order',
      [{}, { service: 'vpn', priority: 'low' }, { priority: 'low', service: 'vpn' }],
      ['row 3 has the same conditions as row 2'],
    ],
    ['uses fields of the taxonomy only', [{}, { colour: 'red' }], ['there is no field colour; the nearest is tone']],
    [
      'uses values of the taxonomy only',
      [{}, { service: 'spaceship' }],
      ['service has no value spaceship; the nearest is internet'],
    ],
    [
      'gets all its faults at once',
      [{ colour: 'red' }, { service: 'spaceship', priority: 'galactic' }],
      [
        'there is no field colour; the nearest is tone',
        'service has no value spaceship; the nearest is internet',
        'priority has no value galactic; the nearest is low',
        'there is no default row',
      ],
    ],
  ])('%s', (_, whens, faults) => expect(checkMap(mapOf(...whens), taxonomy).map((f) => f.message)).toEqual(faults))

  test('has faults with a place and a next step', () => {
    expect(checkMap(mapOf({}, { service: 'spaceship' }), taxonomy)).toEqual([
      { path: 'rows.1.when.service', message: expect.any(String), next: 'Use one of internet, vpn.' },
    ])
  })

  test('names every group and person once', () => {
    const rows = [
      row({}, 'A', { kind: 'round_robin', people: ['Ann', 'Ben'] }),
      row({ service: 'vpn' }, 'A', { kind: 'fixed', assignee: 'Ann' }),
      row({ service: 'internet' }, null, { kind: 'least_loaded', people: ['Cyd'] }),
    ]
    expect(targets({ rows })).toEqual({ groups: ['A'], people: ['Ann', 'Ben', 'Cyd'] })
  })

  test('has hours and absence only of groups and people that it names, and only those that can be', () => {
    const hours = { timeZone: 'Europe/Berlin', week: week('09:00-17:00'), holidays: [] }
    const away = { away: [{ from: '2026-12-24', until: '2026-12-31' }] }
    const rows: Row[] = [
      row({}, 'Network', { kind: 'fixed', assignee: 'Ann' }),
      {
        ...row({ service: 'vpn' }, 'Workplace'),
        otherwise: { kind: 'fallback', group: 'Night', strategy: { kind: 'fixed', assignee: 'Ben' } },
      },
    ]
    const map = { rows, hours: { Network: hours, Night: hours }, people: { Ann: away, Ben: away } }
    expect(checkMap(map, taxonomy)).toEqual([])
    const wrong = {
      rows: [{ ...rows[0]!, otherwise: { ...rows[0]!, kind: 'fallback' as const, when: undefined } }, rows[1]!],
      hours: {
        Netwrk: hours,
        Night: { timeZone: 'Europe/Berln', week: week('17:00-09:00', '08:00-12:00', '11:00-13:00'), holidays: [] },
      },
      people: { Bem: away, Ann: { away: [{ from: '2026-12-31', until: '2026-12-24' }] } },
    }
    expect(checkMap(wrong, taxonomy).map(({ path, message }) => [path, message])).toEqual([
      ['rows.0.otherwise', 'row 1 falls back to itself'],
      ['hours.Netwrk', 'no row names Netwrk; did you mean Network?'],
      ['people.Bem', 'no row names Bem; did you mean Ben?'],
      ['hours.Night.timeZone', 'hours of Night: there is no time zone Europe/Berln; did you mean Europe/Berlin?'],
      ['hours.Night.week.mon.0', expect.stringContaining('17:00-09:00 ends before it begins')],
      ['hours.Night.week.mon.2', expect.stringContaining('overlaps')],
      ['people.Ann.away.0', 'Ann is back on 2026-12-24, before going away on 2026-12-31'],
    ])
  })

  test('has rows, and no unknown keys', () => {
    expect(MapDocument.safeParse({ rows: [] }).success).toBe(false)
    expect(MapDocument.safeParse({ rows: [{ when: {}, group: 'A', colour: 'red' }] }).success).toBe(false)
    expect(MapDocument.safeParse({ rows: [{ when: {}, group: ' ', strategy: { kind: 'group' } }] }).success).toBe(false)
    expect(MapDocument.parse({ rows: [{ when: {}, group: null }] }).rows[0]!.strategy).toEqual({ kind: 'group' })
  })
})
