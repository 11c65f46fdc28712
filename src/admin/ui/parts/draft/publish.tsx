/** The last question before the draft holds. */
import { Button, Checkbox, Group, Modal, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '../../api.ts'
import { FaultText } from '../fault.tsx'
import type { AnyDraft } from './use-draft.ts'

type Props = { draft: Pick<AnyDraft, 'publish'>; changed: number; close: () => void }

export function PublishDialog({ draft: { publish }, changed, close }: Props) {
  const { t } = useTranslation()
  const [comment, setComment] = useState('')
  const [force, setForce] = useState(false)
  const refused = publish.error
  // It breaks something, its targets are dead, or a helpdesk does not answer.
  const canForce = refused instanceof Problem && (refused.status === 422 || refused.status >= 500)
  const leave = () => {
    publish.reset()
    close()
  }
  return (
    <Modal
      opened
      onClose={leave}
      title={t('draft.publishTitle', { count: changed })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          publish.mutate({ comment: comment.trim() || undefined, force }, { onSuccess: leave })
        }}
      >
        <Stack gap="sm">
          <Textarea
            label={t('draft.comment')}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
            data-autofocus
          />
          {refused !== null && <FaultText error={refused} />}
          {canForce && (
            <Checkbox
              label={t('draft.force')}
              checked={force}
              onChange={(event) => setForce(event.currentTarget.checked)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={leave}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={publish.isPending}>
              {t('draft.publishNow')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
