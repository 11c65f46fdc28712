/** Another address, other credentials. */
import { Button, Group, Modal, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FaultText } from '../../parts/fault.tsx'
import { AccessFields, accessOf, newAccess } from './access.tsx'
import type { Adapter, Connection } from './queries.ts'
import { useChange } from './use-change.ts'

export function ChangeAccess({ one, adapter, close }: { one: Connection; adapter: Adapter; close: () => void }) {
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
