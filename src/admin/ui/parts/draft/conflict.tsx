/** Somebody else saved first: what they changed, and what this editor wanted. Nobody's work is lost. */
import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Draft } from './use-draft.ts'

type Props<State, Document> = {
  draft: Draft<State, Document>
  /** The changes from one document to another; null: there are none. */
  changes: (from: Document, to: Document) => ReactNode
}

export function ConflictDialog<State, Document>({ draft, changes }: Props<State, Document>) {
  const { t } = useTranslation()
  if (!draft.conflict) return null
  const { base, theirs, edit, author } = draft.conflict
  return (
    <Modal
      opened
      onClose={draft.drop}
      title={t('draft.conflict', { name: author })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <Stack gap="sm">
        <div>
          <h3>{t('draft.theirs')}</h3>
          {changes(base, theirs) ?? <p className="dim">{t('draft.theirsPublished')}</p>}
        </div>
        <div>
          <h3>{t('draft.yours')}</h3>
          {changes(theirs, edit(theirs))}
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={draft.drop}>
            {t('draft.keepTheirs')}
          </Button>
          <Button loading={draft.save.isPending} onClick={() => draft.save.mutate(edit)}>
            {t('draft.addMine')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
