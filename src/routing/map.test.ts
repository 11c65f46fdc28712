import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Labels, type Taxonomy, TaxonomyDocument } from '../contract/index.ts'
import { checkMap, MapDocument, pick, type Row, type Strategy, targets } from './map.ts'
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

  test('has rows, and no unknown keys', () => {
    expect(MapDocument.safeParse({ rows: [] }).success).toBe(false)
    expect(MapDocument.safeParse({ rows: [{ when: {}, group: 'A', colour: 'red' }] }).success).toBe(false)
    expect(MapDocument.safeParse({ rows: [{ when: {}, group: ' ', strategy: { kind: 'group' } }] }).success).toBe(false)
    expect(MapDocument.parse({ rows: [{ when: {}, group: null }] }).rows[0]!.strategy).toEqual({ kind: 'group' })
  })
})

describe('the person who gets the ticket', () => {
  const people = ['Ann', 'Ben', 'Cyd']
  const idle = { turn: 0, open: {}, dead: {} }
  const roundRobin: Strategy = { kind: 'round_robin', people }
  const leastLoaded: Strategy = { kind: 'least_loaded', people }

  test('is nobody where the group takes it', () => {
    expect(pick({ kind: 'group' }, idle)).toEqual({ assignee: null, because: 'assigned to the group only' })
  })

  test('is the fixed person, unless they are deactivated', () => {
    expect(pick({ kind: 'fixed', assignee: 'Ann' }, idle)).toMatchObject({ assignee: 'Ann' })
    expect(pick({ kind: 'fixed', assignee: 'Ann' }, { ...idle, dead: { Ann: 'is deactivated' } })).toEqual({
      dead: 'Ann is deactivated',
    })
  })

  test('is each person in turn', () => {
    const turns = [0, 1, 2, 3, 4].map((turn) => pick(roundRobin, { ...idle, turn }))
    expect(turns.map((p) => 'assignee' in p && p.assignee)).toEqual(['Ann', 'Ben', 'Cyd', 'Ann', 'Ben'])
  })

  test('is never one who is gone; the others take equal shares', () => {
    const turns = [0, 1, 2, 3].map((turn) => pick(roundRobin, { ...idle, turn, dead: { Ben: 'is gone' } }))
    expect(turns.map((p) => 'assignee' in p && p.assignee)).toEqual(['Ann', 'Cyd', 'Ann', 'Cyd'])
  })

  test.each<[string, Record<string, number>, Record<string, string>, string]>([
    ['is the one with the fewest tickets', { Ann: 4, Ben: 2, Cyd: 3 }, {}, 'Ben'],
    ['is the first in the list among equals', { Ann: 2, Ben: 1, Cyd: 1 }, {}, 'Ben'],
    ['has no tickets when none were counted', { Ann: 1, Ben: 1 }, {}, 'Cyd'],
    ['is not one who is gone, even with no tickets', { Ann: 9, Ben: 0, Cyd: 8 }, { Ben: 'is gone' }, 'Cyd'],
  ])('%s', (_, open, dead, who) => expect(pick(leastLoaded, { turn: 0, open, dead })).toMatchObject({ assignee: who }))

  test('is nobody when all are gone', () => {
    const dead = { Ann: 'is gone', Ben: 'is gone', Cyd: 'is gone' }
    for (const strategy of [roundRobin, leastLoaded])
      expect(pick(strategy, { ...idle, dead })).toEqual({ dead: 'none of Ann, Ben, Cyd can take a ticket' })
  })
})
