/** Somebody else saved first: what they changed, and what this editor wanted. Nobody's work is lost. */
import { Button, Group, Modal, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ChangeList } from './changes.tsx'
import { applyEdit, diff } from './rows.ts'
import type { Conflict, Draft } from './use-draft.ts'

export function ConflictDialog({ draft, conflict }: { draft: Draft; conflict: Conflict }) {
  const { t } = useTranslation()
  const { base, theirs, edit, author } = conflict
  const theirChanges = diff(base, theirs)
  return (
    <Modal
      opened
      onClose={draft.drop}
      title={t('map.conflict', { name: author })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <Stack gap="sm">
        <div>
          <h3>{t('map.theirs')}</h3>
          <ChangeList changes={theirChanges} />
          {theirChanges.length === 0 && <p className="dim">{t('map.theirsPublished')}</p>}
        </div>
        <div>
          <h3>{t('map.yours')}</h3>
          <ChangeList changes={diff(theirs, applyEdit(theirs, edit))} />
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={draft.drop}>
            {t('map.keepTheirs')}
          </Button>
          <Button loading={draft.save.isPending} onClick={() => draft.save.mutate(edit)}>
            {t('map.addMine')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
