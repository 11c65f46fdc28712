/** Why a ticket is not decided or not written yet, and when it is tried again. */
import { Alert } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Decision } from '../../api.ts'
import { useFormat } from '../../parts/format.ts'

export function Waits({ row: { outcome, decided, reason, waiting } }: { row: Decision }) {
  const { t } = useTranslation()
  const format = useFormat()
  const isWaiting = outcome === 'waiting'
  const title = !isWaiting ? t('waits.givenUp') : decided ? t('waits.toWrite') : t('waits.toDecide')
  return (
    <Alert color={isWaiting ? 'gray' : 'red'} variant="light" title={title}>
      {reason}
      {waiting && (
        <div className="dim">
          {waiting.attempts > 0 && `${t('waits.attempts', { count: waiting.attempts })} · `}
          {waiting.nextAttempt ? t('waits.next', { at: format.short(waiting.nextAttempt) }) : t('waits.now')}
        </div>
      )}
    </Alert>
  )
}
