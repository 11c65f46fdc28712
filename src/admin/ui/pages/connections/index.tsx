/** All connections, with what each does and whether it is well. */
import { Badge, Button, Paper } from '@mantine/core'
import { PlusIcon } from '@primer/octicons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { pauses, todays, useMay } from '../../api.ts'
import { useFormat } from '../../parts/format.ts'
import { vendorName } from './names.ts'
import { connections } from './queries.ts'
import './words.ts'
import './connections.css'

export function Connections() {
  const { t } = useTranslation()
  const format = useFormat()
  const mayAdminister = useMay('administer')
  const { data } = useSuspenseQuery(connections)
  const { data: day } = useSuspenseQuery(todays)
  const { data: paused } = useSuspenseQuery(pauses)
  const trafficOf = (name: string) => day.connections.find((one) => one.name === name)
  // A pause of one field holds only some tickets.
  const pauseOf = (name: string) =>
    paused.items.find(({ connection, field }) => field === null && (connection ?? name) === name)
  return (
    <div className="page">
      <div className="head">
        <h1>{t('connections.title')}</h1>
        <span className="spacer" />
        {mayAdminister && data.items.length > 0 && (
          <Button component={Link} to="/connections/new" leftSection={<PlusIcon />}>
            {t('connections.add')}
          </Button>
        )}
      </div>
      {data.items.length === 0 && (
        <Paper component="section" className="card empty">
          <h2>{t('connections.none')}</h2>
          <p className="dim">{t('connections.noneHint')}</p>
          {mayAdminister ? (
            <Button component={Link} to="/connections/new" leftSection={<PlusIcon />}>
              {t('connections.add')}
            </Button>
          ) : (
            <p>{t('connections.askAdmin')}</p>
          )}
        </Paper>
      )}
      <ul className="desks">
        {data.items.map(({ name, kind, baseUrl, mode, mapping, pausedUntil }) => {
          const traffic = trafficOf(name)
          const pause = pauseOf(name)
          const fields = Object.keys(mapping.fields).length
          return (
            <Paper component="li" key={name} className="card desk">
              <span
                className="dot"
                data-state={pause || pausedUntil ? 'paused' : traffic?.lastAt ? 'up' : undefined}
                aria-hidden="true"
              />
              <div className="grow">
                <div>
                  <Link to="/connections/$name" params={{ name }} className="deskname">
                    {name}
                  </Link>{' '}
                  <Badge size="sm" color="gray">
                    {t(`mode.${mode}`)}
                  </Badge>
                </div>
                <div className="dim cut">
                  {vendorName(kind)} · {baseUrl}
                </div>
              </div>
              <div className="dim deskfacts">
                <div>{fields > 0 ? t('connections.mapped', { count: fields }) : t('connections.notMapped')}</div>
                <div>
                  {pause
                    ? t('pause.byShort', { who: pause.who })
                    : pausedUntil
                      ? t('today.pausedUntil', { at: format.clock(pausedUntil) })
                      : traffic?.lastAt
                        ? t('today.last', { ago: format.ago(traffic.lastAt) })
                        : t('today.quiet')}
                </div>
                {traffic !== undefined && traffic.refused > 0 && (
                  <div className="bad num">{t('today.refused', { count: traffic.refused })}</div>
                )}
              </div>
            </Paper>
          )
        })}
      </ul>
    </div>
  )
}
