/** Checks the chain when asked to, and says what was found. */
import { Button, CopyButton, Paper } from '@mantine/core'
import { ShieldCheckIcon, ShieldIcon, ShieldXIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { useFormat } from '../../parts/format.ts'

export function Chain() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['audit', 'chain'],
    queryFn: () => said(api.audit.chain.$get()),
    enabled: false, // it reads every row
  })
  const broken = data?.broken
  const head = data && `${data.head.seq}:${data.head.hash}`
  return (
    <Paper
      component="section"
      className="chain"
      aria-label={t('audit.chain')}
      data-state={!data ? 'unknown' : broken ? 'broken' : 'whole'}
    >
      {!data ? <ShieldIcon size={20} /> : broken ? <ShieldXIcon size={20} /> : <ShieldCheckIcon size={20} />}
      <div className="grow" role="status">
        {!data ? (
          <span className="dim">{t('audit.chainHint')}</span>
        ) : broken ? (
          <>
            <b>{t('audit.broken', { seq: format.number(broken.seq) })}</b>
            <div>{broken.why}</div>
            <div className="dim">{t('audit.brokenNext')}</div>
          </>
        ) : (
          <>
            <b>{t('audit.whole', { count: data.rows, n: format.number(data.rows) })}</b>
            <div className="dim">
              {[
                data.emptied > 0 && t('audit.emptiedRows', { count: data.emptied, n: format.number(data.emptied) }),
                data.purged > 0 && t('audit.purgedRows', { count: data.purged, n: format.number(data.purged) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </div>
          </>
        )}
        {error && <FaultText error={error} />}
      </div>
      {head && !broken && (
        <CopyButton value={head}>
          {({ copied, copy }) => (
            <Button variant="subtle" size="compact-sm" onClick={copy} title={t('audit.headHint')}>
              {t(copied ? 'common.copied' : 'audit.copyHead')}
            </Button>
          )}
        </CopyButton>
      )}
      <Button variant="default" size="compact-sm" loading={isFetching} onClick={() => void refetch()}>
        {t('audit.check')}
      </Button>
    </Paper>
  )
}
