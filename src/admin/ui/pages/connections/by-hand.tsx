/** A webhook that a person makes: what to enter in the helpdesk, and what is copied from there. */
import { Button, Code, CopyButton, Group, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { tell } from '../../parts/tell.ts'
import { vendorName } from './names.ts'
import type { Adapter, Connection } from './queries.ts'
import { useChange } from './use-change.ts'

type ByHandProps = { one: Connection; webhook: NonNullable<Adapter['webhook']>; base: { base?: string } }

export function ByHand({ one, webhook: { secretFrom, byHand }, base }: ByHandProps) {
  const { t } = useTranslation()
  const { name, kind, webhookUrl } = one
  const client = useQueryClient()
  const ours = useMutation({
    mutationFn: () => said(api.connections[':name']['webhook-secret'].$post({ param: { name }, json: base })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['connections'] }),
  })
  const url = ours.data?.url ?? webhookUrl ?? `${base.base}/webhooks/${name}`
  const filled = (value: string) => value.replace('{url}', url).replace('{secret}', ours.data?.secret ?? '')
  return (
    <div className="byhand">
      <p>
        {t('connections.byHandWhere', { desk: vendorName(kind) })} <b>{byHand.where}</b>
      </p>
      <dl>
        {byHand.fields.map(({ name: label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {value.includes('{secret}') && secretFrom === 'helpdesk' ? (
                <TheirSecret one={one} />
              ) : value.includes('{secret}') && !ours.data ? (
                <Button size="xs" variant="default" loading={ours.isPending} onClick={() => ours.mutate()}>
                  {t('connections.makeSecret')}
                </Button>
              ) : (
                <Copied text={filled(value)} label={label} />
              )}
            </dd>
          </div>
        ))}
      </dl>
      {ours.data && <p className="warning">{t('connections.secretOnce')}</p>}
      {ours.error && <FaultText error={ours.error} />}
    </div>
  )
}

function Copied({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation()
  return (
    <Group gap={6} wrap="nowrap">
      <Code className="grow">{text}</Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" onClick={copy} aria-label={t('connections.copyOf', { label })}>
            {copied ? t('connections.copied') : t('connections.copy')}
          </Button>
        )}
      </CopyButton>
    </Group>
  )
}

/** The helpdesk made the secret, and shows it to its administrator. */
function TheirSecret({ one }: { one: Connection }) {
  const { t } = useTranslation()
  const [secret, setSecret] = useState('')
  const change = useChange(one)
  const save = () =>
    change.mutate(
      { secrets: [{ kind: 'signature', secret: secret.trim() }] },
      {
        onSuccess: () => {
          setSecret('')
          tell(t('connections.secretSaved'))
        },
      },
    )
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <PasswordInput
        className="grow"
        aria-label={t('connections.pasteSecret', { desk: vendorName(one.kind) })}
        placeholder={t('connections.pasteSecret', { desk: vendorName(one.kind) })}
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      />
      <Button variant="default" disabled={secret.trim() === ''} loading={change.isPending} onClick={save}>
        {t('connections.save')}
      </Button>
    </Group>
  )
}
