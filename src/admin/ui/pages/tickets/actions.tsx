/** What a person does with a decision: confirm, correct, undo that, put values back, decide again. For who may review. */
import { Button, Group, Modal, Stack } from '@mantine/core'
import { CheckIcon, HistoryIcon, PencilIcon, SyncIcon, UndoIcon } from '@primer/octicons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, type Story, said, useMay } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { CorrectDialog } from '../../parts/story/correct.tsx'
import { tell } from '../../parts/tell.ts'

const route = getRouteApi('/inside/tickets')

export function Actions({ told }: { told: Story }) {
  const { t } = useTranslation()
  const mayReview = useMay('review')
  const [dialog, setDialog] = useState<'correct' | 'revert' | null>(null)
  const { confirm, correct, undo, revert, retry } = useActions(told.id, () => setDialog(null))
  if (!mayReview) return null
  if (!told.newest) return <Older told={told} />
  const light = { variant: 'subtle', color: 'gray', px: 'xs' } as const
  return (
    <footer>
      <Button leftSection={<CheckIcon />} loading={confirm.isPending} onClick={() => confirm.mutate()}>
        {t('story.confirm')}
      </Button>
      <Button variant="default" leftSection={<PencilIcon />} onClick={() => setDialog('correct')}>
        {t('story.correct')}
      </Button>
      <span className="spacer" />
      {told.cause.startsWith('review:') && (
        <Button {...light} leftSection={<UndoIcon />} loading={undo.isPending} onClick={() => undo.mutate()}>
          {t('story.undo')}
        </Button>
      )}
      {told.writeback !== null && (
        <Button {...light} leftSection={<HistoryIcon />} onClick={() => setDialog('revert')}>
          {t('story.revert')}
        </Button>
      )}
      <Button {...light} leftSection={<SyncIcon />} loading={retry.isPending} onClick={() => retry.mutate()}>
        {t('story.retry')}
      </Button>
      {dialog === 'correct' && (
        <CorrectDialog
          told={told}
          close={() => setDialog(null)}
          save={correct.mutate}
          saving={correct.isPending}
          fault={correct.error}
        />
      )}
      {dialog === 'revert' && (
        <Revert
          name={told.ticket.key}
          close={() => setDialog(null)}
          go={() => revert.mutate()}
          isGoing={revert.isPending}
        />
      )}
    </footer>
  )
}

/** Somebody has decided it anew: who, in the words of the newer decision. */
function Older({ told }: { told: Story }) {
  const { t } = useTranslation()
  const [newest] = told.history
  return (
    <footer className="dim">
      <span>
        {t('story.older')} {newest?.actor && newest.reason}
      </span>
      {newest && (
        <route.Link to="." search={(old) => ({ ...old, id: newest.id })}>
          {t('story.newer')}
        </route.Link>
      )}
    </footer>
  )
}

type RevertProps = { name: string; close: () => void; go: () => void; isGoing: boolean }

function Revert({ name, close, go, isGoing }: RevertProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened
      onClose={close}
      centered
      title={t('story.revertTitle', { key: name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack>
        {t('story.revertHint')}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button loading={isGoing} onClick={go}>
            {t('story.revertNow')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function useActions(id: string, close: () => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = route.useNavigate()
  const param = { id }
  const after = async (message: string, newer?: string) => {
    tell(message)
    close()
    await client.invalidateQueries({ queryKey: ['live'] })
    await client.invalidateQueries({ queryKey: ['decisions'] })
    if (newer) void navigate({ search: (old) => ({ ...old, id: newer }), replace: true })
  }
  const onError = showFault
  return {
    confirm: useMutation({
      mutationFn: () => said(api.decisions[':id'].confirm.$post({ param })),
      onSuccess: ({ decision }) => after(t('story.confirmed'), decision),
      onError,
    }),
    correct: useMutation({
      mutationFn: (values: Record<string, string>) =>
        said(api.decisions[':id'].correct.$post({ param, json: { values } })),
      onSuccess: ({ decision }) => after(t('story.corrected'), decision),
    }),
    undo: useMutation({
      mutationFn: () => said(api.decisions[':id'].undo.$post({ param })),
      onSuccess: ({ decision }) => after(t('story.undone'), decision),
      onError,
    }),
    revert: useMutation({
      mutationFn: () => said(api.decisions[':id'].revert.$post({ param })),
      onSuccess: ({ decision }) => after(t('story.reverted'), decision),
      onError,
    }),
    retry: useMutation({
      mutationFn: () => said(api.decisions[':id'].retry.$post({ param, json: {} })),
      onSuccess: () => after(t('story.retried')),
      onError,
    }),
  }
}
