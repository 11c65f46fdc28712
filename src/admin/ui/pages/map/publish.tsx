/** The last question before the draft routes tickets. */
import { Button, Checkbox, Group, Modal, Stack, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, Problem, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { tell } from '../../parts/tell.ts'
import type { Draft } from './use-draft.ts'

export function PublishDialog({ draft, changed, close }: { draft: Draft; changed: number; close: () => void }) {
  const { t } = useTranslation()
  const [comment, setComment] = useState('')
  const [force, setForce] = useState(false)
  const publish = useMutation({
    mutationFn: () =>
      said(
        api['routing-map'].draft.publish.$post({
          header: draft.header,
          json: { comment: comment.trim() || undefined, force },
        }),
      ),
    onSuccess: ({ version }) => {
      tell(t('map.publishedNow', { version }))
      close()
      return draft.refresh()
    },
    onError: (error) => (error instanceof Problem && error.status === 412 ? draft.refresh() : undefined),
  })
  const refused = publish.error
  // Dead targets, or a helpdesk that does not answer.
  const canForce = refused instanceof Problem && (refused.status === 422 || refused.status >= 500)
  return (
    <Modal
      opened
      onClose={close}
      title={t('map.publishTitle', { count: changed })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          publish.mutate()
        }}
      >
        <Stack gap="sm">
          <Textarea
            label={t('map.comment')}
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
              label={t('map.force')}
              checked={force}
              onChange={(event) => setForce(event.currentTarget.checked)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={publish.isPending}>
              {t('map.publishNow')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
