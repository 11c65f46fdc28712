import { useTranslation } from 'react-i18next'

/** What became of a decision, in the order of the ledger. */
export const OUTCOMES = ['applied', 'suggested', 'held', 'skipped', 'failed', 'waiting'] as const
export type Outcome = (typeof OUTCOMES)[number] | 'lost'

export function OutcomeName({ of }: { of: Outcome }) {
  const { t } = useTranslation()
  return (
    <span className="outcome" data-tone={of}>
      {t(`outcome.${of}`)}
    </span>
  )
}
