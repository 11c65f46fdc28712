/** What the rule would have done with the last tickets. Nothing is stored. */
import { Button, Paper } from '@mantine/core'
import { HistoryIcon } from '@primer/octicons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { plain, useFormat } from '../../parts/format.ts'
import type { Rule } from './use-draft.ts'

const LAST = 500
const SHOWN = 12

/** Tries these rules; `rule` is the one that is looked at. Null: the form is not complete. */
export function useTrial(rules: Rule[] | null, rule: string | undefined) {
  return useQuery({
    queryKey: ['rules', 'trial', rules, rule],
    queryFn: () =>
      said(
        api.rules.preview.$post({
          json: { rules: rules ?? [], sample: { last: LAST, rule, offset: 0, limit: SHOWN } },
        }),
      ),
    enabled: rules !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}

type Props = {
  trial: ReturnType<typeof useTrial>
  isComplete: boolean
  addExample: (example: Rule['examples'][number]) => void
}

export function Trial({ trial: { data, error, isFetching }, isComplete, addExample }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const sample = isComplete ? data?.sample : undefined
  return (
    <Paper component="section" className="card trial" aria-busy={isFetching} aria-label={t('rules.trial')}>
      <h2>
        <HistoryIcon size={14} /> {t('rules.trial')}
      </h2>
      {error && isComplete && <FaultText error={error} />}
      <div role="status">
        {sample ? (
          <>
            <b className="moved">
              {t('rules.matched', { matched: format.number(sample.matched), of: format.number(sample.sampled) })}
            </b>
            <div className="dim">{t('rules.changed', { count: sample.changed, n: format.number(sample.changed) })}</div>
          </>
        ) : (
          !error && <span className="dim">{t(isComplete ? 'rules.trying' : 'rules.incomplete')}</span>
        )}
      </div>
      <ul className="lines">
        {sample?.examples.map(({ decision, key, subject, text, draft, changed }) => (
          <li key={decision} className="tried">
            <Link to="/tickets" search={{ id: decision }} className="mono">
              {key}
            </Link>
            <span className="cut" title={text}>
              {subject}
            </span>
            {changed && (
              <span className="dim">
                {draft.skip
                  ? t('rules.says.skip', { reason: draft.skip.reason })
                  : Object.values(draft.decided)
                      .map(({ value }) => plain(value))
                      .join(', ')}
              </span>
            )}
            <Button
              variant="subtle"
              size="compact-xs"
              color="gray"
              onClick={() => addExample({ ...(subject ? { subject } : {}), text, matches: true })}
            >
              {t('rules.asExample')}
            </Button>
          </li>
        ))}
      </ul>
    </Paper>
  )
}
