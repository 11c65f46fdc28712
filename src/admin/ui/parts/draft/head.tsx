/** The head of a page with a draft: what is shown, what is saved, and the way to publish or to throw away. */
import { Button, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PublishDialog } from './publish.tsx'
import type { AnyDraft } from './use-draft.ts'

export type Shown = 'draft' | 'published'

type Props = {
  title: string
  draft: AnyDraft
  /** How much the draft changes. */
  changed: number
  mayEdit: boolean
  shown: Shown
  show: (which: Shown) => void
}

export function DraftHead({ title, draft, changed, mayEdit, shown, show }: Props) {
  const { t } = useTranslation()
  const [publishing, setPublishing] = useState(false)
  const { version, hasDraft, faults, save, discard } = draft
  const whyNot = changed === 0 ? t('draft.nothingToPublish') : faults.length > 0 ? t('draft.fixFirst') : undefined
  return (
    <div className="head">
      <h1>{title}</h1>
      {version !== null && <span className="dim num">{t('draft.version', { version })}</span>}
      {hasDraft && (
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={(value) => show(value as Shown)}
          data={[
            { value: 'draft', label: t('draft.draft') },
            { value: 'published', label: t('draft.published') },
          ]}
        />
      )}
      <span className="dim" role="status">
        {save.isPending ? t('draft.saving') : save.isSuccess ? t('draft.saved') : ''}
      </span>
      <span className="spacer" />
      {mayEdit && (
        <>
          {hasDraft && (
            <Button variant="default" loading={discard.isPending} onClick={() => discard.mutate()}>
              {t('draft.discard')}
            </Button>
          )}
          <Button disabled={whyNot !== undefined} title={whyNot} onClick={() => setPublishing(true)}>
            {t('draft.publish')}
          </Button>
        </>
      )}
      {publishing && <PublishDialog draft={draft} changed={changed} close={() => setPublishing(false)} />}
    </div>
  )
}
