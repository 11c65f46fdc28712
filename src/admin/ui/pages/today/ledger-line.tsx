/** The count that must balance: tickets received = the sum of what became of them. */
import { Badge, Paper, Tooltip } from '@mantine/core'
import { CheckIcon, XIcon } from '@primer/octicons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ledger } from '../../api.ts'
import { useFormat } from '../../parts/format.ts'
import { OUTCOMES, OutcomeName } from '../../parts/outcome.tsx'

export function LedgerLine() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: counts } = useSuspenseQuery(ledger)
  const { events, balanced } = counts
  return (
    <Paper component="section" className="clip" aria-label={t('today.ledger')}>
      <div className="ledger">
        <div>
          <div className="big num">{format.number(events)}</div>
          <span className="dim">{t('today.received', { count: events })}</span>
          <div>
            <Tooltip label={t(balanced ? 'today.balancedHint' : 'today.unbalancedHint', { count: counts.lost })}>
              <Badge
                mt={8}
                color={balanced ? 'rail' : 'red'}
                leftSection={balanced ? <CheckIcon size={12} /> : <XIcon size={12} />}
              >
                {t(balanced ? 'today.balanced' : 'today.unbalanced')}
              </Badge>
            </Tooltip>
          </div>
        </div>
        {OUTCOMES.map((outcome) => (
          <div key={outcome} data-tone={outcome} data-zero={counts[outcome] === 0 || undefined}>
            <div className="big num">{format.number(counts[outcome])}</div>
            <OutcomeName of={outcome} />
            <div className="of num">{events > 0 ? format.percent(counts[outcome] / events) : '–'}</div>
          </div>
        ))}
      </div>
      <div className="flowbar" aria-hidden="true">
        {OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => (
          <span key={outcome} data-tone={outcome} style={{ flexGrow: counts[outcome] }} />
        ))}
      </div>
    </Paper>
  )
}
