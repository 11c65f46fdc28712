/** Which value people change into which: where the model, the rules or the map are wrong. */
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { startOfDay, todays } from '../../api.ts'
import { plain, useFieldName } from '../../parts/format.ts'

export function Changes() {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const { data: day } = useSuspenseQuery(todays)
  if (day.changes.length === 0) return <p className="dim">{t('today.noChanges')}</p>
  return (
    <ul className="lines">
      {day.changes.map(({ field, before, after, n }) => (
        <li key={`${field}/${before}/${after}`}>
          <span className="dim field">{nameOf(field)}</span>
          <span className="was">{plain(before)}</span>
          <span aria-hidden="true">→</span>
          <b>{plain(after)}</b>
          <span className="spacer" />
          <Link
            to="/tickets"
            search={{ overridden: field, since: startOfDay(), ...filterFor(field, before) }}
            className="num"
          >
            {t('today.times', { count: n })}
          </Link>
        </li>
      ))}
    </ul>
  )
}

const filterFor = (field: string, value: string) =>
  ['service', 'category', 'priority', 'group', 'assignee'].includes(field) ? { [field]: value } : {}
