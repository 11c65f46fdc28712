/** What is odd with the map as a whole, and what could not be checked. */
import { Paper } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { MapCheck, MapDocument } from '../../api.ts'
import { useFieldName } from '../../parts/format.ts'
import { holesOf, useMarks } from './check.ts'

export function Findings({ check, document }: { check: MapCheck | undefined; document: MapDocument }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const marksOf = useMarks()
  const holes = holesOf(check)
  const rows = document.rows.flatMap((row, index) =>
    marksOf(check, row, index).map((mark) => ({ ...mark, row: index + 1 })),
  )
  const isFine = holes.length === 0 && rows.length === 0
  if (!check || (isFine && check.unchecked.length === 0 && check.findings)) return null
  return (
    <Paper component="section" className="card" aria-label={t('map.findings')}>
      <h2>{t('map.findings')}</h2>
      <ul className="lines findings">
        {holes.map(({ field, values }) => (
          <li key={field}>
            <span>
              {t('map.hole', { count: values.length, field: nameOf(field) })} <b>{values.join(', ')}</b>
            </span>
          </li>
        ))}
        {rows.map(({ row, tone, text }) => (
          <li key={row + text}>
            <span className="dim num">{row}</span>
            <span className={tone === 'bad' ? 'bad' : undefined}>{text}</span>
          </li>
        ))}
        {check.findings === null && <li className="dim">{t('map.tooLarge')}</li>}
        {check.unchecked.map(({ connection, reason }) => (
          <li key={connection} className="dim">
            {t('map.unchecked', { connection, reason })}
          </li>
        ))}
      </ul>
    </Paper>
  )
}
