import { Alert, Group, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import { vendorName } from './names.ts'
import { type Connection, deliveries } from './queries.ts'

const LOOK_MS = 1_000

/** A ticket that somebody creates in the helpdesk arrives here. */
export function TestTicket({ one: { name, kind }, waits }: { one: Connection; waits: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery({ ...deliveries(name), refetchInterval: LOOK_MS })
  const { data: refused } = useQuery({
    ...deliveries(name, true),
    refetchInterval: waits ? LOOK_MS : false,
    enabled: waits,
  })
  const created = data?.items.find(({ event }) => event === 'created')
  const last = refused?.items[0]
  if (created?.ticket) {
    const took = (Date.parse(created.receivedAt) - Date.parse(created.ticket.createdAt)) / 1000
    const decided = created.decision && (Date.parse(created.decision.at) - Date.parse(created.receivedAt)) / 1000
    return (
      <p role="status" className="arrived">
        <b>{created.ticket.key}</b>{' '}
        {took >= 0 && took < 3600
          ? t('connections.arrivedIn', { time: format.seconds(took) })
          : t('connections.arrived', { ago: format.ago(created.receivedAt) })}
        {created.decision && decided !== null && (
          <>
            {' '}
            <Link to="/tickets" search={{ id: created.decision.id }}>
              {t('connections.decidedIn', { time: format.seconds(decided) })}
            </Link>
          </>
        )}
      </p>
    )
  }
  return (
    <div role="status">
      <Group gap="sm">
        <Loader size="xs" />
        {created ? t('connections.arrivedWaits') : t('connections.waiting', { desk: vendorName(kind) })}
      </Group>
      {last && (
        <Alert
          color="red"
          variant="light"
          mt="sm"
          title={t('connections.cameRefused', { ago: format.ago(last.receivedAt) })}
        >
          {last.reason}
        </Alert>
      )}
    </div>
  )
}
