/** What publishing would change, row by row, and what is wrong with it. */
import { Alert, Paper } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { plain } from '../../parts/format.ts'
import { type Change, describeGoal, keyOf } from './rows.ts'

type Props = { changes: Change[]; faults: { path: string; message: string }[]; author?: string }

export function Changes({ changes, faults, author }: Props) {
  const { t } = useTranslation()
  return (
    <Paper component="section" className="card" aria-label={t('map.changesTitle')}>
      <h2>{changes.length === 0 ? t('map.changesTitle') : t('map.changes', { count: changes.length })}</h2>
      {changes.length === 0 && <p className="dim">{t('map.noChanges')}</p>}
      <ChangeList changes={changes} />
      {author && changes.length > 0 && <p className="dim">{t('map.savedBy', { name: author })}</p>}
      {faults.length > 0 && (
        <Alert color="red" variant="light" title={t('map.faults')} mt="sm">
          {faults.map(({ path, message }) => (
            <div key={path + message}>{message}</div>
          ))}
        </Alert>
      )}
    </Paper>
  )
}

export function ChangeList({ changes }: { changes: Change[] }) {
  const { t } = useTranslation()
  return changes.map(({ kind, row, old }) => (
    <div className="change" key={keyOf(row.when)}>
      <b>{Object.values(row.when).map(plain).join(' · ') || t('map.everythingElse')}</b>{' '}
      <span className="dim">{t(`map.${kind}`)}</span>
      <div>
        {old && <span className="was">{describeGoal(old)}</span>}
        {kind === 'changed' && ' → '}
        {kind !== 'removed' && describeGoal(row)}
      </div>
    </div>
  ))
}
