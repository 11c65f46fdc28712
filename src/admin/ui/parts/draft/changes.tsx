/** What publishing would change, and what is wrong with the draft. */
import { Alert, Paper } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnyDraft } from './use-draft.ts'

type Props = {
  draft: Pick<AnyDraft, 'author' | 'faults'>
  count: number
  /** What to do to change something. */
  hint: string
  children: ReactNode
}

export function ChangesCard({ draft: { author, faults }, count, hint, children }: Props) {
  const { t } = useTranslation()
  return (
    <Paper component="section" className="card" aria-label={t('draft.changesTitle')}>
      <h2>{count === 0 ? t('draft.changesTitle') : t('draft.changes', { count })}</h2>
      {count === 0 && <p className="dim">{hint}</p>}
      {children}
      {author && count > 0 && <p className="dim">{t('draft.savedBy', { name: author })}</p>}
      {faults.length > 0 && (
        <Alert color="red" variant="light" title={t('draft.faults')} mt="sm">
          {faults.map(({ path, message }) => (
            <div key={path + message}>{message}</div>
          ))}
        </Alert>
      )}
    </Paper>
  )
}
