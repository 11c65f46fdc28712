/** What the helpdesk sent last, and what was refused, with the cause. */
import { Paper } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import { deliveries } from './queries.ts'

export function Deliveries({ name }: { name: string }) {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(deliveries(name))
  const { data: refused } = useQuery(deliveries(name, true))
  const taken = data?.items.filter(({ event }) => event !== 'rejected') ?? []
  const eventName = (event: string) =>
    i18n.exists(`connections.event.${event}`) ? t(`connections.event.${event as 'created'}`) : event
  return (
    <div className="stack">
      <Paper component="section" className="card">
        <h2>{t('connections.lastDeliveries')}</h2>
        {taken.length === 0 && <p className="dim">{t('connections.noDeliveries')}</p>}
        <ul className="lines heard">
          {taken.map(({ id, event, receivedAt, reason, ticket, decision }) => (
            <li key={id}>
              <div className="grow">
                <div className="between">
                  <span className="cut">
                    {eventName(event)}{' '}
                    {ticket &&
                      (decision ? (
                        <Link to="/tickets" search={{ id: decision.id }}>
                          {ticket.key}
                        </Link>
                      ) : (
                        <b>{ticket.key}</b>
                      ))}
                  </span>
                  <span className="dim nowrap" title={format.moment(receivedAt)}>
                    {format.ago(receivedAt)}
                  </span>
                </div>
                {(ticket || reason) && <div className="dim cut">{reason ?? ticket?.subject}</div>}
              </div>
            </li>
          ))}
        </ul>
      </Paper>
      {refused !== undefined && refused.items.length > 0 && (
        <Paper component="section" className="card">
          <h2>{t('connections.lastRefused')}</h2>
          <ul className="lines heard">
            {refused.items.map(({ id, receivedAt, reason }) => (
              <li key={id}>
                <div className="grow">
                  <div className="dim" title={format.moment(receivedAt)}>
                    {format.ago(receivedAt)}
                  </div>
                  <div>{reason}</div>
                </div>
              </li>
            ))}
          </ul>
        </Paper>
      )}
    </div>
  )
}
