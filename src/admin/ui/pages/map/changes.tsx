/** What differs between two maps: rows, their order, hours and absence. */
import { useTranslation } from 'react-i18next'
import type { MapRow } from '../../api.ts'
import { plain } from '../../parts/format.ts'
import { useDescribe } from './describe.ts'
import { type Change, describeGoal, keyOf } from './rows.ts'

export function ChangeList({ changes }: { changes: Change[] }) {
  const { t } = useTranslation()
  const describe = useDescribe()
  const goal = (row: MapRow) =>
    describeGoal(row) +
    (row.otherwise?.kind === 'fallback' ? `, ${t('map.elseGoal', { goal: describeGoal(row.otherwise) })}` : '')
  return changes.map((change) => {
    if (change.of === 'order')
      return (
        <div className="change" key="order">
          {t('map.orderChanged')}
        </div>
      )
    if (change.of === 'row') {
      const { kind, row, old } = change
      return (
        <div className="change" key={keyOf(row.when)}>
          <b>{Object.values(row.when).map(plain).join(' · ') || t('map.everythingElse')}</b>{' '}
          <span className="dim">{t(`draft.${kind}`)}</span>
          <div>
            {old && <span className="was">{goal(old)}</span>}
            {kind === 'changed' && ' → '}
            {kind !== 'removed' && goal(row)}
          </div>
        </div>
      )
    }
    const { of, kind, name } = change
    const told =
      change.of === 'hours' ? change.to && describe.hours(change.to) : change.to && describe.person(change.to)
    return (
      <div className="change" key={of + name}>
        <b>{name}</b>{' '}
        <span className="dim">
          {t(of === 'hours' ? 'map.hoursOf' : 'map.presenceOf')}, {t(`draft.${kind}`)}
        </span>
        {told && <div>{told}</div>}
      </div>
    )
  })
}
