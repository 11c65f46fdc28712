import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FaultText } from './fault.tsx'

type Props = {
  title: string
  text: string
  /** What the button says: what will be done. */
  go: string
  /** What went wrong when it was tried. */
  fault: unknown
  pending: boolean
  onGo: () => void
  close: () => void
}

/** Asks before what cannot be undone. */
export function Confirm({ title, text, go, fault, pending, onGo, close }: Props) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('common.close') }} centered>
      <Stack gap="md">
        <Text size="sm">{text}</Text>
        {fault !== null && <FaultText error={fault} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button color="red" loading={pending} onClick={onGo}>
            {go}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
