/** Hours, absence and limits in the reader's language. */
import { useTranslation } from 'react-i18next'
import type { Calendar, Person } from '../../api.ts'

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

export function useDescribe() {
  const { t, i18n } = useTranslation()
  const date = new Intl.DateTimeFormat(i18n.language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const weekday = (width: 'short' | 'long') => {
    const format = new Intl.DateTimeFormat(i18n.language, { weekday: width, timeZone: 'UTC' })
    return (day: Day) => format.format(new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)))) // a Monday
  }
  const [short, long] = [weekday('short'), weekday('long')]

  /** `Mon–Fri 09:00-17:00, Sat 10:00-14:00`. */
  function week(calendar: Calendar): string {
    const runs: { from: Day; to: Day; spans: string }[] = []
    for (const day of DAYS) {
      const spans = calendar.week[day].join(', ')
      const last = runs.at(-1)
      if (last?.spans === spans) last.to = day
      else runs.push({ from: day, to: day, spans })
    }
    const open = runs.filter(({ spans }) => spans !== '')
    if (open.length === 0) return t('map.neverOpen')
    return open
      .map(({ from, to, spans }) => `${from === to ? short(from) : `${short(from)}–${short(to)}`} ${spans}`)
      .join('; ')
  }

  const absence = ({ from, until }: Person['away'][number]) => date.formatRange(dayOf(from), dayOf(until))

  function person({ away, limit }: Person): string {
    return [
      ...(away.length > 0 ? [t('map.awayOn', { days: away.map(absence).join(', ') })] : []),
      ...(limit ? [t('map.limitOf', { count: limit.tickets, hours: limit.hours })] : []),
    ].join('; ')
  }

  return {
    longDay: long,
    hours: (calendar: Calendar) => `${week(calendar)} (${calendar.timeZone})`,
    person,
  }
}

const dayOf = (text: string) => new Date(`${text}T00:00:00Z`)

/** Today, where the reader is, as `2026-12-07`. */
export const today = () => new Date().toLocaleDateString('en-CA')
