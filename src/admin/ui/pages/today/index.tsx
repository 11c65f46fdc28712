/** What comes in today, what becomes of it, and what needs a person. Every number leads to the tickets behind it. */
import { Group, Paper } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import { useIsLive } from '../../parts/live.ts'
import { Changes } from './changes.tsx'
import { Empty } from './empty.tsx'
import { Flow } from './flow.tsx'
import { Health } from './health.tsx'
import { LedgerLine } from './ledger-line.tsx'
import { Numbers } from './numbers.tsx'
import { PauseButton } from './pause-button.tsx'
import { Pauses } from './pauses.tsx'
import './today.css'

export function Today() {
  const { t } = useTranslation()
  const format = useFormat()
  const live = useIsLive()
  return (
    <div className="page">
      <div className="head">
        <h1>{t('today.title')}</h1>
        <span className="dim">{format.day(new Date())}</span>
        <span className="spacer" />
        <Group gap={8} role="status">
          <span className="dot" data-on={live || undefined} />
          <span className="dim">{t(live ? 'today.live' : 'today.offline')}</span>
        </Group>
        <PauseButton />
      </div>
      <Empty />
      <Pauses />
      <LedgerLine />
      <div className="today">
        <div className="stack">
          <Flow />
          <Paper component="section" className="card">
            <h2>{t('today.changes')}</h2>
            <Changes />
          </Paper>
        </div>
        <div className="stack">
          <Numbers />
          <Health />
        </div>
      </div>
    </div>
  )
}
