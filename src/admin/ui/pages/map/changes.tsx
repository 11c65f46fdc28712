/** What differs between two maps, row by row. */
import { useTranslation } from 'react-i18next'
import { plain } from '../../parts/format.ts'
import { type Change, describeGoal, keyOf } from './rows.ts'

export function ChangeList({ changes }: { changes: Change[] }) {
  const { t } = useTranslation()
  return changes.map(({ kind, row, old }) => (
    <div className="change" key={keyOf(row.when)}>
      <b>{Object.values(row.when).map(plain).join(' · ') || t('map.everythingElse')}</b>{' '}
      <span className="dim">{t(`draft.${kind}`)}</span>
      <div>
        {old && <span className="was">{describeGoal(old)}</span>}
        {kind === 'changed' && ' → '}
        {kind !== 'removed' && describeGoal(row)}
      </div>
    </div>
  ))
}
