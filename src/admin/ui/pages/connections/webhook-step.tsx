/** The helpdesk sends its events to us: made by its API or by hand, and then proved with a ticket. */
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { Step } from '../../parts/step.tsx'
import { tell } from '../../parts/tell.ts'
import { ByHand } from './by-hand.tsx'
import { vendorName } from './names.ts'
import { adapters, type Connection, deliveries } from './queries.ts'
import { TestTicket } from './test-ticket.tsx'

type Props = { one: Connection; mayAdminister: boolean }

export function WebhookStep({ one, mayAdminister }: Props) {
  const { t } = useTranslation()
  const { name, kind, webhookUrl } = one
  const client = useQueryClient()
  const [byHand, setByHand] = useState(false)
  const [base, setBase] = useState(() => location.origin)
  const { data } = useSuspenseQuery(adapters)
  const webhook = data.items.find((each) => each.kind === kind)?.webhook
  const heard = useQuery(deliveries(name)).data?.items ?? []
  const taken = heard.filter(({ event }) => event !== 'rejected')
  const own = webhookUrl === null ? { base } : {}
  const make = useMutation({
    mutationFn: () => said(api.connections[':name'].webhook.$post({ param: { name }, json: own })),
    onSuccess() {
      tell(t('connections.webhookMade', { desk: vendorName(kind) }))
      return client.invalidateQueries({ queryKey: ['connections'] }) // it has another secret, and so another tag
    },
    onError: () => setByHand(true),
  })
  const done = taken.length > 0
  const open = mayAdminister && (!done || byHand)
  return (
    <Step
      title={t('connections.webhook')}
      done={done}
      says={t('connections.webhookHint', { desk: vendorName(kind), url: webhookUrl ?? `${base}/webhooks/${name}` })}
      actions={
        mayAdminister &&
        !open && (
          <Button size="xs" variant="default" onClick={() => setByHand(true)}>
            {t('connections.change')}
          </Button>
        )
      }
    >
      {open && (
        <Stack gap="sm">
          {webhookUrl === null && (
            <TextInput
              label={t('connections.base')}
              description={t('connections.baseHint')}
              value={base}
              onChange={(event) => setBase(event.currentTarget.value)}
            />
          )}
          {make.error && <FaultText error={make.error} />}
          <Group gap="xs">
            {webhook && (
              <Button loading={make.isPending} onClick={() => make.mutate()}>
                {t('connections.makeWebhook', { desk: vendorName(kind) })}
              </Button>
            )}
            {!byHand && (
              <Button variant="subtle" onClick={() => setByHand(true)}>
                {t('connections.byHand')}
              </Button>
            )}
          </Group>
          {byHand && webhook && <ByHand one={one} webhook={webhook} base={own} />}
        </Stack>
      )}
      {(make.isSuccess || done || byHand) && <TestTicket one={one} waits={!done} />}
    </Step>
  )
}
