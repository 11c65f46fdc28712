/** The tokens, each with its holder, role and last use. */
import { Badge, Button, Paper, Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, done } from '../../api.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { FaultText } from '../../parts/fault.tsx'
import { useFormat } from '../../parts/format.ts'
import { tell } from '../../parts/tell.ts'
import { type Token, tokens } from './queries.ts'

export function Tokens({ mayRevoke }: { mayRevoke: boolean }) {
  const { t } = useTranslation()
  const { data, error } = useQuery(tokens)
  const [all, setAll] = useState(false)
  const [revoking, setRevoking] = useState<Token | null>(null)
  if (error) return <FaultText error={error} />
  const items = data?.items ?? []
  const shown = items.filter(({ revokedAt }) => all || revokedAt === null)
  return (
    <Paper component="section" className="card access" aria-label={t('access.tokens')}>
      <p className="dim">{t('access.tokensHint')}</p>
      <table className="entries">
        <thead>
          <tr>
            <th scope="col">{t('access.name')}</th>
            <th scope="col">{t('access.role')}</th>
            <th scope="col">{t('access.created')}</th>
            <th scope="col">{t('access.used')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {shown.map((token) => (
            <Row key={token.id} token={token} revoke={mayRevoke ? () => setRevoking(token) : undefined} />
          ))}
        </tbody>
      </table>
      {items.some(({ revokedAt }) => revokedAt) && (
        <Switch
          mt="sm"
          size="xs"
          label={t('access.showRevoked', { count: items.filter(({ revokedAt }) => revokedAt).length })}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      )}
      {revoking && <Revoke token={revoking} close={() => setRevoking(null)} />}
    </Paper>
  )
}

function Row({ token, revoke }: { token: Token; revoke: (() => void) | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { name, role, bootstrap, createdAt, lastUsedAt, revokedAt } = token
  return (
    <tr data-ended={revokedAt ? true : undefined}>
      <td data-main>
        <span className="holder">{name}</span> {bootstrap && <Badge color="gray">{t('access.first')}</Badge>}
      </td>
      <td data-label={t('access.role')}>{t(`role.${role}`)}</td>
      <td data-label={t('access.created')}>
        <time dateTime={createdAt} title={format.moment(createdAt)}>
          {format.date(createdAt)}
        </time>
      </td>
      <td data-label={t('access.used')}>
        {lastUsedAt ? (
          <time dateTime={lastUsedAt} title={format.moment(lastUsedAt)}>
            {format.ago(lastUsedAt)}
          </time>
        ) : (
          <span className="dim">{t('access.never')}</span>
        )}
      </td>
      <td className="act">
        {revokedAt ? (
          <span className="dim">{t('access.revokedOn', { at: format.date(revokedAt) })}</span>
        ) : (
          revoke && (
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              onClick={revoke}
              aria-label={t('access.revokeOf', { name })}
            >
              {t('access.revoke')}
            </Button>
          )
        )}
      </td>
    </tr>
  )
}

function Revoke({ token: { id, name }, close }: { token: Token; close: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => done(api.tokens[':id'].$delete({ param: { id } })),
    async onSuccess() {
      tell(t('access.revoked', { name }))
      close()
      await client.invalidateQueries({ queryKey: ['access'] })
    },
  })
  return (
    <Confirm
      title={t('access.revokeOf', { name })}
      text={t('access.revokeText')}
      go={t('access.revoke')}
      fault={revoke.error}
      pending={revoke.isPending}
      onGo={() => revoke.mutate()}
      close={close}
    />
  )
}
