/** When a group works: weekly hours in its time zone, and holidays. Pure: the clock is passed in. */
import { z } from 'zod'
import { didYouMean } from '../contract/index.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const SPAN = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/

const Spans = z
  .array(z.string().regex(SPAN, 'must be like 09:00-17:30, in the time of the calendar'))
  .max(12)
  .default([])

/** The hours of a group. A day without hours is closed. */
export const Calendar = z.strictObject({
  /** As in the IANA database: `Europe/Berlin`. */
  timeZone: z.string().min(1).max(64),
  week: z.strictObject({ mon: Spans, tue: Spans, wed: Spans, thu: Spans, fri: Spans, sat: Spans, sun: Spans }),
  /** Days in the time zone of the calendar on which it is closed. */
  holidays: z.array(z.iso.date()).max(1000).default([]),
})
export type Calendar = z.infer<typeof Calendar>

/** What is wrong with a calendar, each with its place in it. */
export function checkCalendar({ timeZone, week }: Calendar): { path: string; message: string }[] {
  const faults = isZone(timeZone)
    ? []
    : [
        {
          path: 'timeZone',
          message: `there is no time zone ${timeZone}${didYouMean(timeZone, Intl.supportedValuesOf('timeZone'))}`,
        },
      ]
  for (const day of DAYS) {
    const spans = spansOf(week[day])
    for (const [i, [from, to]] of spans.entries()) {
      const path = `week.${day}.${i}`
      if (from >= to)
        faults.push({
          path,
          message: `${week[day][i]} ends before it begins: hours over midnight are two, on two days`,
        })
      else if (spans.slice(0, i).some((other) => from < other[1] && other[0] < to))
        faults.push({ path, message: `${week[day][i]} overlaps other hours of the day` })
    }
  }
  return faults
}

/** Is the group at work? */
export function isOpen(calendar: Calendar, now: Date): boolean {
  const { date, minute } = localTime(calendar.timeZone, now)
  return hoursOn(calendar, date).some(([from, to]) => from <= minute && minute < to)
}

/** When the group is at work next, in its own time: `2026-12-07 09:00`. Null: not within a year. */
export function nextOpening(calendar: Calendar, now: Date): string | null {
  const local = localTime(calendar.timeZone, now)
  for (let day = 0; day <= 366; day++) {
    const date = addDays(local.date, day)
    const starts = hoursOn(calendar, date).map(([from]) => from)
    const next = Math.min(...starts.filter((from) => day > 0 || from > local.minute))
    if (Number.isFinite(next)) return `${date} ${clock(next)}`
  }
  return null
}

/** The day in this time zone, as `2026-12-07`. */
export const dayIn = (timeZone: string, now: Date): string => localTime(timeZone, now).date

function hoursOn({ week, holidays }: Calendar, date: string): [number, number][] {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
  return holidays.includes(date) ? [] : spansOf(week[DAYS[(weekday + 6) % 7]!])
}

const spansOf = (spans: string[]) =>
  spans.map((span): [number, number] => {
    const [from, to] = span.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
    return [from!, to!]
  })

const clock = (minute: number) =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':')

function addDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

// Making a formatter is slow, and a map has few time zones.
const formatters = new Map<string, Intl.DateTimeFormat>()

function localTime(timeZone: string, now: Date): { date: string; minute: number } {
  const format =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: isZone(timeZone) ? timeZone : 'UTC', // a draft may name none that exists; it is not published
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    })
  if (formatters.size < 1000) formatters.set(timeZone, format)
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]))
  return { date: `${parts.year}-${parts.month}-${parts.day}`, minute: Number(parts.hour) * 60 + Number(parts.minute) }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
