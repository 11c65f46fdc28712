/** Are we signed in, and may our account do what it must? */
import { Button, Group, Modal, Stack } from '@mantine/core'
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { Step } from '../../parts/step.tsx'
import { AccessFields, accessOf, newAccess } from './access.tsx'
import { Missing } from './missing.tsx'
import { vendorName } from './names.ts'
import { type Adapter, adapters, type Connection } from './queries.ts'
import { useChange } from './use-change.ts'

type Props = { one: Connection; mayAdminister: boolean }

export function AccessStep({ one, mayAdminister }: Props) {
  const { t } = useTranslation()
  const { name, kind } = one
  const [editing, setEditing] = useState(false)
  const { data } = useSuspenseQuery(adapters)
  const adapter = data.items.find((each) => each.kind === kind)
  // Asked when the page is opened: a token may have ended, or a permission may be gone.
  const test = useQuery({
    queryKey: ['connections', 'test', name, one.tag],
    queryFn: () => said(api.connections[':name'].test.$post({ param: { name } })),
    enabled: mayAdminister,
    retry: false,
    staleTime: 60_000,
  })
  const missing = test.data?.missing ?? []
  const says = test.data
    ? t('connections.signedInAs', { who: test.data.self.name, desk: vendorName(kind) })
    : test.isFetching
      ? t('connections.signingIn', { desk: vendorName(kind) })
      : undefined
  return (
    <Step
      title={t('connections.access')}
      done={test.data !== undefined && missing.length === 0}
      says={says}
      actions={
        mayAdminister && (
          <Group gap="xs">
            <Button size="xs" variant="default" loading={test.isFetching} onClick={() => void test.refetch()}>
              {t('connections.checkAgain')}
            </Button>
            {adapter && (
              <Button size="xs" variant="default" onClick={() => setEditing(true)}>
                {t('connections.change')}
              </Button>
            )}
          </Group>
        )
      }
    >
      {test.error && <FaultText error={test.error} />}
      <Missing title={t('connections.missing')} missing={missing} />
      {editing && adapter && <ChangeAccess one={one} adapter={adapter} close={() => setEditing(false)} />}
    </Step>
  )
}

function ChangeAccess({ one, adapter, close }: { one: Connection; adapter: Adapter; close: () => void }) {
  const { t } = useTranslation()
  const [access, setAccess] = useState(() => ({
    ...newAccess(adapter, one.baseUrl, one.credentials.kind),
    settings: Object.fromEntries(adapter.settings.map(({ name }) => [name, String(one.settings[name])])),
  }))
  const change = useChange(one)
  const save = useMutation({
    mutationFn: () => {
      const { credentials, ...rest } = accessOf(adapter, access)
      // Nothing was typed: the stored ones stay.
      const given = Object.keys(credentials).length > 1 || credentials.kind !== one.credentials.kind
      return change.mutateAsync({ ...rest, ...(given && { credentials }) })
    },
    onSuccess: close,
  })
  return (
    <Modal
      opened
      onClose={close}
      title={t('connections.changeAccess', { name: one.name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Stack gap="sm">
          <AccessFields adapter={adapter} value={access} onChange={setAccess} error={save.error} keep />
          <p className="dim">{t('connections.keepCredentials')}</p>
          {save.error !== null && <FaultText error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('connections.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
