/** What comes in today, and what becomes of it. */
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import { LedgerLine } from './ledger-line.tsx'

export function Today() {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div className="page">
      <div className="head">
        <h1>{t('today.title')}</h1>
        <span className="dim">{format.day(new Date())}</span>
      </div>
      <LedgerLine />
    </div>
  )
}
