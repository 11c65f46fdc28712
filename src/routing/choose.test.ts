import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Presence, pick, planGoal } from './choose.ts'
import { Calendar } from './hours.ts'
import { goalsOf, type MapDocument, peopleOf, type Row, type Strategy } from './map.ts'

const PEOPLE = ['Ann', 'Ben', 'Cyd']
const roundRobin: Strategy = { kind: 'round_robin', people: PEOPLE }
const row = (more: Partial<Row> = {}): Row => ({ when: {}, group: 'Network', strategy: roundRobin, ...more })
const MONDAY = new Date('2026-12-07T10:00:00Z')
const SUNDAY = new Date('2026-12-06T10:00:00Z')
const hours = { Network: Calendar.parse({ timeZone: 'Europe/Berlin', week: { mon: ['09:00-17:00'] } }) }
const there = (more: Partial<Presence> = {}): Presence => ({
  now: MONDAY,
  dead: { group: {}, assignee: {} },
  assigned: {},
  ...more,
})
const away = (until: string) => ({ away: [{ from: '2026-12-01', until }] })
const night: Row['otherwise'] = { kind: 'fallback', group: 'Night', strategy: { kind: 'fixed', assignee: 'Dee' } }

describe('where a ticket of a row goes', () => {
  test('is where the row says, while the group is there', () => {
    expect(planGoal({ hours }, row(), there())).toEqual({
      goal: { group: 'Network', strategy: roundRobin },
      there: PEOPLE,
      because: [],
    })
  })

  test('is the group, with nobody assigned, outside its hours', () => {
    expect(planGoal({ hours }, row(), there({ now: SUNDAY }))).toEqual({
      goal: { group: 'Network', strategy: { kind: 'group' } },
      there: [],
      because: ['Network is closed until 2026-12-07 09:00 (Europe/Berlin)', 'it waits in the group'],
    })
  })

  test('is what the row falls back to, outside its hours and when nobody is there', () => {
    const people = {
      Ann: away('2026-12-08'),
      Ben: away('2026-12-07'),
      Cyd: { away: [], limit: { tickets: 2, hours: 24 } },
    }
    for (const [map, presence, why] of [
      [{ hours }, there({ now: SUNDAY }), 'Network is closed until 2026-12-07 09:00 (Europe/Berlin), it falls back'],
      [
        { people },
        there({ assigned: { Cyd: 2 } }),
        'Ann is away until 2026-12-08; Ben is away until 2026-12-07; Cyd has 2 of 2 tickets, it falls back',
      ],
    ] as const)
      expect(planGoal(map, row({ otherwise: night }), presence)).toEqual({
        goal: { group: 'Night', strategy: { kind: 'fixed', assignee: 'Dee' } },
        there: ['Dee'],
        because: [why],
      })
  })

  test('is the group of the fallback when nobody is there either', () => {
    const planned = planGoal(
      { hours, people: { Dee: away('2026-12-31') } },
      row({ otherwise: night }),
      there({ now: SUNDAY }),
    )
    expect(planned).toMatchObject({ goal: { group: 'Night', strategy: { kind: 'group' } }, there: [] })
  })

  test('is nowhere without a group and without people: a person has to see it', () => {
    const people = { Ann: away('2026-12-08') }
    const alone = row({ group: null, strategy: { kind: 'fixed', assignee: 'Ann' } })
    expect(planGoal({ people }, alone, there())).toEqual({ dead: 'Ann is away until 2026-12-08' })
  })

  test('counts the days of absence where the group is', () => {
    const people = { Ann: { away: [{ from: '2026-12-07', until: '2026-12-07' }] } }
    const fixed = row({ strategy: { kind: 'fixed', assignee: 'Ann' } })
    const tokyo = { Network: Calendar.parse({ timeZone: 'Asia/Tokyo', week: week('00:00-24:00') }) }
    const late = there({ now: new Date('2026-12-06T16:00:00Z') }) // the 7th in Tokyo
    expect(planGoal({ people, hours: tokyo }, fixed, late)).toMatchObject({
      because: ['Ann is away until 2026-12-07', 'it waits in the group'],
    })
    expect(planGoal({ people }, fixed, late)).toMatchObject({ because: [] })
  })

  test('is nowhere when a target is gone, whatever the hours: the map has to be corrected', () => {
    const gone = { group: { Network: 'is deleted' }, assignee: { Ann: 'is gone', Ben: 'is gone', Cyd: 'is gone' } }
    expect(planGoal({}, row(), there({ dead: gone }))).toEqual({ dead: 'group Network is deleted' })
    const dead = { ...gone, group: {} }
    expect(planGoal({}, row({ otherwise: night }), there({ dead }))).toEqual({
      dead: 'none of Ann, Ben, Cyd can take a ticket',
    })
    const fixed = row({ strategy: { kind: 'fixed', assignee: 'Ann' } })
    expect(planGoal({}, fixed, there({ dead }))).toEqual({ dead: 'Ann is gone' })
    expect(planGoal({}, row(), there({ dead: { group: {}, assignee: { Ben: 'is gone' } } }))).toMatchObject({
      there: ['Ann', 'Cyd'],
    })
  })

  test('never is a person who is away, full or gone, nor a group that the row does not name', () => {
    const day = fc.integer({ min: 1, max: 14 }).map((d) => `2026-12-${String(d).padStart(2, '0')}`)
    const person = fc.record(
      {
        away: fc.array(
          fc.tuple(day, day).map(([a, b]) => (a < b ? { from: a, until: b } : { from: b, until: a })),
          { maxLength: 2 },
        ),
        limit: fc.option(fc.record({ tickets: fc.integer({ min: 1, max: 3 }), hours: fc.constant(24) }), {
          nil: undefined,
        }),
      },
      { requiredKeys: ['away'] },
    )
    const anyone = fc.subarray([...PEOPLE, 'Dee'], { minLength: 1 })
    const strategy: fc.Arbitrary<Strategy> = fc.oneof(
      fc.constant({ kind: 'group' as const }),
      anyone.map(([assignee]) => ({ kind: 'fixed' as const, assignee: assignee! })),
      anyone.map((people) => ({ kind: 'round_robin' as const, people })),
      anyone.map((people) => ({ kind: 'least_loaded' as const, people })),
    )
    const group = fc.constantFrom('Network', 'Night', null)
    const otherwise = fc.oneof(
      fc.constant(undefined),
      fc.constant({ kind: 'wait' as const }),
      fc.record({ kind: fc.constant('fallback' as const), group, strategy }),
    )
    const anyRow = fc.record({ when: fc.constant({}), group, strategy, otherwise }) as fc.Arbitrary<Row>
    const everyone = Object.fromEntries([...PEOPLE, 'Dee'].map((name) => [name, person]))
    fc.assert(
      fc.property(
        anyRow,
        fc.record(everyone),
        fc.boolean(),
        day,
        fc.dictionary(fc.constantFrom(...PEOPLE, 'Dee'), fc.integer({ min: 0, max: 4 })),
        fc.subarray([...PEOPLE, 'Dee']),
        fc.nat(),
        (row, people, withHours, today, assigned, goneNames, turn) => {
          const map: Pick<MapDocument, 'hours' | 'people'> = { people, ...(withHours ? { hours } : {}) }
          const now = new Date(`${today}T10:00:00Z`)
          const assignee = Object.fromEntries(goneNames.map((name) => [name, 'is gone']))
          const planned = planGoal(map, row, { now, dead: { group: {}, assignee }, assigned })
          if ('dead' in planned) return void expect(planned.dead).not.toBe('')
          const { goal, there } = planned
          expect(goalsOf(row).map((each) => each.group)).toContain(goal.group)
          for (const name of there) {
            expect(goneNames).not.toContain(name)
            expect(people[name]!.away.some(({ from, until }) => from <= today && today <= until)).toBe(false)
            expect(assigned[name] ?? 0).toBeLessThan(people[name]!.limit?.tickets ?? Number.POSITIVE_INFINITY)
          }
          const picked = pick(goal.strategy, { turn, open: assigned, there })
          if (goal.strategy.kind === 'group') return void expect(picked.assignee).toBeNull()
          expect(there).toContain(picked.assignee)
          expect(peopleOf(goal.strategy)).toEqual(expect.arrayContaining(there))
        },
      ),
    )
  })
})

describe('the person who gets the ticket', () => {
  const leastLoaded: Strategy = { kind: 'least_loaded', people: PEOPLE }

  test('is nobody where the group takes it', () => {
    expect(pick({ kind: 'group' }, { turn: 0, open: {}, there: [] })).toEqual({
      assignee: null,
      because: 'assigned to the group only',
    })
  })

  test('is each person in turn; those who are there take equal shares', () => {
    const turns = (there: string[]) => [0, 1, 2, 3].map((turn) => pick(roundRobin, { turn, open: {}, there }).assignee)
    expect(turns(PEOPLE)).toEqual(['Ann', 'Ben', 'Cyd', 'Ann'])
    expect(turns(['Ann', 'Cyd'])).toEqual(['Ann', 'Cyd', 'Ann', 'Cyd'])
  })

  test.each<[string, Record<string, number>, string[], string]>([
    ['is the one with the fewest tickets', { Ann: 4, Ben: 2, Cyd: 3 }, PEOPLE, 'Ben'],
    ['is the first in the list among equals', { Ann: 2, Ben: 1, Cyd: 1 }, PEOPLE, 'Ben'],
    ['has no tickets when none were counted', { Ann: 1, Ben: 1 }, PEOPLE, 'Cyd'],
    ['is not one who is away, even with no tickets', { Ann: 9, Ben: 0, Cyd: 8 }, ['Ann', 'Cyd'], 'Cyd'],
  ])('%s', (_, open, there, who) =>
    expect(pick(leastLoaded, { turn: 0, open, there })).toMatchObject({ assignee: who }),
  )
})

const week = (...spans: string[]) =>
  Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, spans]))
