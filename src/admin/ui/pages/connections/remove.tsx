/** The last question before a connection is deleted. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { tell } from '../../parts/tell.ts'

export function RemoveDialog({ name, close }: { name: string; close: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const remove = useMutation({
    mutationFn: () => said(api.connections[':name'].$delete({ param: { name } })),
    async onSuccess() {
      tell(t('connections.removed', { name }))
      await navigate({ to: '/connections' })
      client.removeQueries({ queryKey: ['connections', 'one', name] })
      await client.invalidateQueries()
    },
  })
  return (
    <Modal
      opened
      onClose={close}
      title={t('connections.removeTitle', { name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          remove.mutate()
        }}
      >
        <Stack gap="sm">
          <p>{t('connections.removeHint')}</p>
          <TextInput
            label={t('connections.typeName', { name })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
          {remove.error !== null && <FaultText error={remove.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" color="red" loading={remove.isPending} disabled={typed !== name}>
              {t('connections.removeNow')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
