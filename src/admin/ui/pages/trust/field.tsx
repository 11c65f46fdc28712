import { Paper } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Trust, useMay } from '../../api.ts'
import { useFieldName } from '../../parts/format.ts'
import { Asked } from './asked.tsx'
import { ModeChoice } from './mode.tsx'
import { Reliability } from './reliability.tsx'
import { type TrustedField, useChange } from './use-change.ts'
import { Values } from './values.tsx'
import { Weeks } from './weeks.tsx'

/** One field: what would be automated at each precision, how reliable that is, and each of its values. */
export function FieldCard({ of, trust }: { of: TrustedField; trust: Trust }) {
  const { t } = useTranslation()
  const name = useFieldName()
  const mayOperate = useMay('operate')
  const change = useChange(trust.connection)
  // The model that people have judged answers; another one has nothing to show.
  const model = of.models.find(({ handled }) => handled > 0) ?? of.models[0]
  const [asked, setAsked] = useState(of.precision)
  const step = model?.steps.find((one) => one.asked === asked)
  const field = name(of.field)
  return (
    <Paper component="section" className="card trust-field" aria-label={field}>
      <div className="between">
        <h2>{field}</h2>
        <ModeChoice
          quiet
          label={t('trust.modeOf', { field })}
          value={of.ownMode}
          general={t('trust.asConnection')}
          disabled={!mayOperate || change.isPending}
          onChange={(mode) => change.mutate({ settings: { modes: { [of.field]: mode } } })}
        />
      </div>
      <div className="trust-plots">
        {model && step && (
          <Asked
            of={of}
            name={field}
            model={model}
            step={step}
            onPick={setAsked}
            use={mayOperate ? (precision) => change.mutate({ settings: precision }) : undefined}
          />
        )}
        {model && <Reliability bins={model.reliability} threshold={step?.threshold ?? null} />}
        <Weeks weeks={of.weeks} asked={of.precision} />
      </div>
      <Values of={of} connection={trust.connection} step={step} />
    </Paper>
  )
}
