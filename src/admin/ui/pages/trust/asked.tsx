import { Button, Slider } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import type { TrustedField } from './use-change.ts'

type Model = TrustedField['models'][number]
type Props = {
  of: TrustedField
  name: string
  model: Model
  step: Model['steps'][number]
  onPick: (asked: number) => void
  /** Absent: this person may not. */
  use?: (settings: { precisions: Record<string, number>; thresholds: Record<string, null> }) => void
}

/** A slider over the precisions that may be asked for, and what each would automate. */
export function Asked({ of, name, model, step, onPick, use }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const asked = format.fine(step.asked)
  const at = model.steps.indexOf(step)
  const isInForce = of.threshold === null && step.asked === of.precision
  return (
    <div className="trust-asked">
      <div className="dim">{t('trust.asked')}</div>
      <div className="big num">{asked}</div>
      <Slider
        thumbLabel={t('trust.askedOf', { field: name })}
        min={0}
        max={model.steps.length - 1}
        value={at}
        onChange={(i) => onPick(model.steps[i]!.asked)}
        label={(i) => format.fine(model.steps[i]?.asked ?? step.asked)}
        marks={model.steps.map((_, value) => ({ value }))}
      />
      <p role="status">
        {step.expected && <b>{t('trust.automates', { asked, share: format.percent(step.automated) })}</b>}{' '}
        <Proof step={step} />
      </p>
      {of.threshold !== null && <p className="dim">{t('trust.byThreshold', { threshold: of.threshold })}</p>}
      {isInForce && <p className="dim">{t('trust.inForce')}</p>}
      {use && !isInForce && (
        <Button
          size="xs"
          variant="default"
          onClick={() => use({ precisions: { [of.field]: step.asked }, thresholds: { [of.field]: null } })}
        >
          {t('trust.use', { asked })}
        </Button>
      )}
    </div>
  )
}

function Proof({ step: { expected, threshold, n, missing } }: { step: Model['steps'][number] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (expected === null || threshold === null)
    return missing === null ? t('trust.cannot', { n }) : t('trust.needs', { count: missing, n })
  const { share, low, high } = expected
  return t('trust.expected', {
    share: format.fine(share),
    low: format.fine(low),
    high: format.fine(high),
    n,
    threshold: threshold.toFixed(2),
  })
}
