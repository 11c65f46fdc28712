import { Button, Group, Modal, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, client, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { plain } from '../../parts/format.ts'

type Props = { place: { connection: string; field: string; value: string }; close: () => void }

/** Asks why, and takes the value out of automation. */
export function TakeOut({ place, close }: Props) {
  const { t } = useTranslation()
  const [because, setBecause] = useState('')
  const takeOut = useMutation({
    mutationFn: () => said(api.trust.demote.$post({ json: { ...place, because } })),
    onSuccess: close,
    onSettled: () => client.invalidateQueries({ queryKey: ['live', 'trust'] }),
  })
  return (
    <Modal
      opened
      onClose={close}
      title={t('trust.takeOutOf', { value: plain(place.value) })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          takeOut.mutate()
        }}
      >
        <p className="dim">{t('trust.takeOutHint')}</p>
        <Textarea
          data-autofocus
          label={t('trust.because')}
          required
          maxLength={500}
          value={because}
          onChange={(event) => setBecause(event.currentTarget.value)}
        />
        {takeOut.isError && <FaultText error={takeOut.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={takeOut.isPending} disabled={because.trim() === ''}>
            {t('trust.takeOut')}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
