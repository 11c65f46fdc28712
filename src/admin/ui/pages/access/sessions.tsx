/** Who is signed in now. */
import { Badge, Button, Paper } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, done } from '../../api.ts'
import { FaultText, showFault } from '../../parts/fault.tsx'
import { useFormat } from '../../parts/format.ts'
import { tell } from '../../parts/tell.ts'
import { type Session, sessions } from './queries.ts'

export function Sessions({ mayEnd }: { mayEnd: boolean }) {
  const { t } = useTranslation()
  const { data, error } = useQuery(sessions)
  if (error) return <FaultText error={error} />
  return (
    <Paper component="section" className="card access" aria-label={t('access.sessions')}>
      <p className="dim">{t('access.sessionsHint')}</p>
      <table className="entries">
        <thead>
          <tr>
            <th scope="col">{t('access.name')}</th>
            <th scope="col">{t('access.role')}</th>
            <th scope="col">{t('access.by')}</th>
            <th scope="col">{t('access.since')}</th>
            <th scope="col">{t('access.used')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {data?.items.map((session) => (
            <Row key={session.id} session={session} mayEnd={mayEnd} />
          ))}
        </tbody>
      </table>
    </Paper>
  )
}

function Row({ session, mayEnd }: { session: Session; mayEnd: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const { id, name, role, by, createdAt, lastUsedAt, expiresAt, current } = session
  const end = useMutation({
    mutationFn: () => done(api.sessions[':id'].$delete({ param: { id } })),
    async onSuccess() {
      tell(t('access.ended', { name }))
      await client.invalidateQueries({ queryKey: ['access'] })
    },
    onError: showFault,
  })
  const used = lastUsedAt ?? createdAt
  return (
    <tr>
      <td data-main>
        <span className="holder">{name}</span> {current && <Badge color="rail">{t('access.here')}</Badge>}
      </td>
      <td data-label={t('access.role')}>{t(`role.${role}`)}</td>
      <td data-label={t('access.by')}>{t(`access.byWhat.${by}`)}</td>
      <td data-label={t('access.since')}>
        <time dateTime={createdAt} title={t('access.endsAt', { at: format.moment(expiresAt) })}>
          {format.short(createdAt)}
        </time>
      </td>
      <td data-label={t('access.used')}>
        <time dateTime={used} title={format.moment(used)}>
          {format.ago(used)}
        </time>
      </td>
      <td className="act">
        {mayEnd && !current && (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            loading={end.isPending}
            onClick={() => end.mutate()}
            aria-label={t('access.endOf', { name })}
          >
            {t('access.end')}
          </Button>
        )}
      </td>
    </tr>
  )
}
