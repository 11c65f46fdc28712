/** The count that must balance: tickets received = the sum of what became of them. */
import { Badge, Paper, Tooltip } from '@mantine/core'
import { CheckIcon, XIcon } from '@primer/octicons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ledger, startOfDay } from '../../api.ts'
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
          <Link to="/tickets" search={{ since: startOfDay() }} className="big num">
            {format.number(events)}
          </Link>
          <div className="dim">{t('today.received', { count: events })}</div>
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
        {OUTCOMES.map((outcome, i) => (
          <Link
            key={outcome}
            to="/tickets"
            search={{ outcome, since: startOfDay() }}
            data-tone={outcome}
            data-zero={counts[outcome] === 0 || undefined}
          >
            <span className="sign" aria-hidden="true">
              {i === 0 ? '=' : '+'}
            </span>
            <div className="big num">{format.number(counts[outcome])}</div>
            <OutcomeName of={outcome} />
            <div className="of num">{events > 0 ? format.percent(counts[outcome] / events) : '–'}</div>
          </Link>
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
