import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Calendar, dayIn, isOpen, nextOpening } from './hours.ts'

const OFFICE = Calendar.parse({
  timeZone: 'Europe/Berlin',
  week: { mon: ['09:00-12:00', '13:00-17:30'], fri: ['09:00-24:00'], sat: ['00:00-02:00'] },
  holidays: ['2026-12-25'],
})

describe('the hours of a group', () => {
  test.each([
    ['begin at the minute', '2026-12-07T08:00:00Z', true],
    ['are in its own time zone', '2026-12-07T07:59:00Z', false],
    ['follow the clocks in summer', '2026-07-06T07:00:00Z', true],
    ['end before the minute they name', '2026-12-07T16:30:00Z', false],
    ['have breaks', '2026-12-07T11:30:00Z', false],
    ['go on until midnight', '2026-12-11T22:59:00Z', true],
    ['go on after midnight as those of the next day', '2026-12-11T23:30:00Z', true],
    ['are none on a day that is not listed', '2026-12-08T10:00:00Z', false],
    ['are none on a holiday', '2026-12-25T10:00:00Z', false],
  ])('%s', (_, at, open) => expect(isOpen(OFFICE, new Date(at))).toBe(open))

  test.each([
    ['2026-12-07T07:00:00Z', '2026-12-07 09:00'],
    ['2026-12-07T11:30:00Z', '2026-12-07 13:00'],
    ['2026-12-07T16:30:00Z', '2026-12-11 09:00'],
    ['2026-12-22T10:00:00Z', '2026-12-26 00:00'],
  ])('begin next after %s at %s', (at, next) => expect(nextOpening(OFFICE, new Date(at))).toBe(next))

  test('that are none never begin', () => {
    expect(nextOpening(Calendar.parse({ timeZone: 'UTC', week: {} }), new Date())).toBeNull()
  })

  test('a day is a day where the group is', () => {
    const late = new Date('2026-12-07T23:30:00Z')
    expect([dayIn('UTC', late), dayIn('Asia/Tokyo', late)]).toEqual(['2026-12-07', '2026-12-08'])
  })

  test('begin next at the first minute that is open', () => {
    const hour = fc.integer({ min: 0, max: 23 })
    const span = fc.tuple(hour, hour).map(([a, b]) => `${two(Math.min(a, b))}:00-${two(Math.max(a, b) + 1)}:00`)
    const day = fc.array(span, { maxLength: 2 })
    const week = fc.record({ mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day })
    const date = fc.integer({ min: 0, max: 13 }).map((d) => `2026-03-${two(d + 1)}`)
    fc.assert(
      fc.property(
        week,
        fc.array(date, { maxLength: 3 }),
        fc.integer({ min: 0, max: 14 * 24 * 60 }),
        (week, holidays, minute) => {
          const calendar = Calendar.parse({ timeZone: 'UTC', week, holidays })
          const now = new Date(Date.UTC(2026, 2, 1) + minute * 60_000)
          const next = nextOpening(calendar, now)
          if (next === null) return void expect(isOpen(calendar, now)).toBe(false)
          const at = new Date(`${next.replace(' ', 'T')}:00Z`)
          expect(at.getTime()).toBeGreaterThan(now.getTime())
          expect(isOpen(calendar, at)).toBe(true)
          if (isOpen(calendar, now)) return
          for (let t = now.getTime(); t < at.getTime(); t += 30 * 60_000)
            expect(isOpen(calendar, new Date(t))).toBe(false)
        },
      ),
    )
  })
})

const two = (n: number) => String(n).padStart(2, '0')
