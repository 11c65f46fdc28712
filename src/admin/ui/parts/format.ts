import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** Numbers and times as the reader's language writes them; a day has 24 hours. */
export function useFormat() {
  const { i18n } = useTranslation()
  const language = i18n.language
  return useMemo(() => formatsOf(language), [language])
}

function formatsOf(language: string) {
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  const fine = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const date = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(language, { ...options, hourCycle: 'h23' })
    return (at: string | Date) => format.format(new Date(at))
  }
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  return {
    number: (n: number) => number.format(n),
    percent: (n: number) => percent.format(n),
    /** With a tenth of a percent, where 99.5 % and 99 % differ. */
    fine: (n: number) => fine.format(n),
    seconds: (n: number) => inUnit(language, n, 'second', 2),
    time: date({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    clock: date({ hour: '2-digit', minute: '2-digit' }),
    moment: date({ dateStyle: 'medium', timeStyle: 'medium' }),
    short: date({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
    date: date({ day: 'numeric', month: 'short', year: 'numeric' }),
    day: date({ weekday: 'long', day: 'numeric', month: 'long' }),
    /** How long ago: `4 min. ago`. */
    ago(at: string) {
      const seconds = (Date.parse(at) - Date.now()) / 1000
      const [unit, size] = unitOf(seconds)
      return relative.format(Math.round(seconds / size), unit)
    },
    /** How old: `4 min`. */
    age(at: string) {
      const seconds = Math.max(0, (Date.now() - Date.parse(at)) / 1000)
      const [unit, size] = unitOf(seconds)
      return inUnit(language, Math.floor(seconds / size), unit, 0)
    },
  }
}

const unitOf = (seconds: number) => UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1)!

const inUnit = (language: string, n: number, unit: string, digits: number) =>
  new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(
    n,
  )

/** `follow_up` reads as `follow up`. */
export const plain = (id: string) => id.replaceAll('_', ' ')

/** The name of a taxonomy field: in the reader's language where it is one of ours, else as it is. */
export function useFieldName() {
  const { t, i18n } = useTranslation()
  return (field: string) => (i18n.exists(`field.${field}`) ? t(`field.${field as 'service'}`) : plain(field))
}
