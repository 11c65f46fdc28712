import { Paper } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ledger, startOfDay, todays } from '../../api.ts'
import { plain, useFormat } from '../../parts/format.ts'

export function Numbers() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: counts } = useSuspenseQuery(ledger)
  const { data: day } = useSuspenseQuery(todays)
  const since = startOfDay()
  return (
    <>
      <div className="pair">
        <Paper component="section" className="card">
          <h2>{t('today.automation')}</h2>
          <Link to="/tickets" search={{ outcome: 'applied', since }} className="stat num">
            {counts.events > 0 ? format.percent(counts.applied / counts.events) : '–'}
          </Link>
          <div className="dim">{t('today.automationHint')}</div>
        </Paper>
        <Paper component="section" className="card">
          <h2>{t('today.overrides')}</h2>
          <Link to="/tickets" search={{ overridden: 'any', since }} className="stat num">
            {format.number(counts.overrides)}
          </Link>
          <div className="dim">{t('today.overridesOf', { count: counts.overrides })}</div>
        </Paper>
      </div>
      <Paper component="section" className="card">
        <h2>{t('today.latency')}</h2>
        <div className="pair">
          {(['p50', 'p95'] as const).map((key) => (
            <div key={key}>
              <div className="stat num">{day.latency[key] === null ? '–' : format.seconds(day.latency[key])}</div>
              <div className="dim">{t(`today.${key}`)}</div>
            </div>
          ))}
        </div>
      </Paper>
      {day.critical !== null && (
        <Paper component="section" className="card">
          <h2>{t('today.oldest', { priority: plain(day.critical) })}</h2>
          {day.oldestCritical ? (
            <Link
              to="/tickets"
              search={{ outcome: 'held', newest: true, id: day.oldestCritical.decision }}
              className="oldest"
            >
              <span className="stat num">{format.age(day.oldestCritical.receivedAt)}</span>
              <span className="mono">{day.oldestCritical.key}</span>
              <span className="dim cut">{day.oldestCritical.subject}</span>
            </Link>
          ) : (
            <p className="dim">{t('today.noneHeld')}</p>
          )}
        </Paper>
      )}
    </>
  )
}
