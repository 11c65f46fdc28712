/** Connections and models: does everything run? */
import { Badge, Paper, Tooltip } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { pauses, startOfDay, todays } from '../../api.ts'
import { useFormat } from '../../parts/format.ts'

export function Health() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: day } = useSuspenseQuery(todays)
  const { data: paused } = useSuspenseQuery(pauses)
  // A paused field holds only some tickets.
  const pauseOf = (name: string) =>
    paused.items.find(({ connection, field }) => field === null && (connection ?? name) === name)
  return (
    <>
      <Paper component="section" className="card">
        <h2>{t('today.connections')}</h2>
        {day.connections.length === 0 && <p className="dim">{t('today.noConnections')}</p>}
        <ul className="lines">
          {day.connections.map(({ name, mode, pausedUntil, refused, lastAt }) => (
            <li key={name}>
              <span className="dot" data-state={pauseOf(name) || pausedUntil ? 'paused' : lastAt ? 'up' : undefined} />
              <Link to="/tickets" search={{ connection: name, since: startOfDay() }} className="cut">
                {name}
              </Link>
              <Badge size="sm" color="gray" className="fixed">
                {t(`mode.${mode as 'observe'}`)}
              </Badge>
              <span className="spacer" />
              {refused > 0 && <span className="bad num">{t('today.refused', { count: refused })}</span>}
              <span className="dim nowrap">
                {pauseOf(name)
                  ? t('pause.byShort', { who: pauseOf(name)!.who })
                  : pausedUntil
                    ? t('today.pausedUntil', { at: format.clock(pausedUntil) })
                    : lastAt
                      ? t('today.last', { ago: format.ago(lastAt) })
                      : t('today.quiet')}
              </span>
            </li>
          ))}
        </ul>
      </Paper>
      <Paper component="section" className="card">
        <h2>{t('today.models')}</h2>
        {day.models.length === 0 && <p className="dim">{t('today.noModels')}</p>}
        <ul className="lines">
          {day.models.map(({ kind, name, state, error }) => (
            <li key={`${kind}/${name}`}>
              <span className="dot" data-state={state === 'up' ? 'up' : state === 'down' ? 'down' : undefined} />
              {state === 'not trained' ? (
                <span>{t('model.embedded')}</span>
              ) : (
                <Link to="/tickets" search={{ model: name }} className="cut">
                  {name}
                </Link>
              )}
              <Badge size="sm" color="gray" className="fixed">
                {t(`model.${kind}`)}
              </Badge>
              <span className="spacer" />
              <Tooltip label={error} disabled={!error} multiline maw={400}>
                <span className={state === 'down' ? 'bad nowrap' : 'dim nowrap'}>{t(`modelState.${state}`)}</span>
              </Tooltip>
            </li>
          ))}
        </ul>
      </Paper>
    </>
  )
}
