/** What a draft breaks, and what publishing it carries along. */
import { Alert, Paper } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Break, Breaks } from './breaks.tsx'
import './words.ts'

type Props = { breaks: Break[]; follows: Break[] }

export function Touched({ breaks, follows }: Props) {
  const { t } = useTranslation()
  if (breaks.length + follows.length === 0) return null
  return (
    <Paper component="section" className="card" aria-label={t('policy.touches')}>
      <h2>{t('policy.touches')}</h2>
      <TouchedList breaks={breaks} follows={follows} />
      {breaks.length > 0 && <p className="dim">{t('policy.breaksHint')}</p>}
    </Paper>
  )
}

export function TouchedList({ breaks, follows }: Props) {
  const { t } = useTranslation()
  return (
    <div className="touches">
      {follows.length > 0 && (
        <Alert color="rail" variant="light" title={t('policy.follows')}>
          <Breaks breaks={follows} />
        </Alert>
      )}
      {breaks.length > 0 && (
        <Alert color="orange" variant="light" title={t('policy.loses')}>
          <Breaks breaks={breaks} />
        </Alert>
      )}
    </div>
  )
}
