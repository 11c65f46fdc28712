import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

/** Numbers and times as the reader's language writes them. */
export function useFormat() {
  const { i18n } = useTranslation()
  const language = i18n.language
  return useMemo(() => {
    const number = new Intl.NumberFormat(language)
    const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
    const seconds = new Intl.NumberFormat(language, {
      style: 'unit',
      unit: 'second',
      maximumFractionDigits: 2,
      unitDisplay: 'narrow',
    })
    const time = new Intl.DateTimeFormat(language, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hour12: false,
    })
    const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false })
    const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hour12: false })
    const day = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' })
    const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
    return {
      number: (n: number) => number.format(n),
      percent: (n: number) => percent.format(n),
      seconds: (n: number) => seconds.format(n),
      time: (at: string) => time.format(new Date(at)),
      clock: (at: string) => clock.format(new Date(at)),
      moment: (at: string) => moment.format(new Date(at)),
      day: (at: Date) => day.format(at),
      ago: (at: string) => {
        const s = (Date.parse(at) - Date.now()) / 1000
        const [n, unit] =
          Math.abs(s) < 60
            ? ([s, 'second'] as const)
            : Math.abs(s) < 3600
              ? ([s / 60, 'minute'] as const)
              : Math.abs(s) < 86400
                ? ([s / 3600, 'hour'] as const)
                : ([s / 86400, 'day'] as const)
        return relative.format(Math.round(n), unit)
      },
    }
  }, [language])
}
