/** An installation, step by step to its first routed ticket: each step says what it needs, and ticks itself. */
import { Progress } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type Setup, setup } from '../../api.ts'
import { Step } from '../../parts/step.tsx'
import { Connect, Observe, RoutingMapStep, Teach, Trust } from './actions.tsx'
import { isDone, STEPS, type StepName } from './steps.ts'
import './words.ts'
import './start.css'

const LOOK_MS = 3_000

export function Start() {
  const { t } = useTranslation()
  // Training and reading past tickets are not told by events.
  const { data } = useSuspenseQuery({ ...setup, refetchInterval: LOOK_MS })
  const done = STEPS.filter((step) => isDone(data, step)).length
  const next = STEPS.find((step) => !isDone(data, step))
  const bodies: Record<StepName, ReactNode> = {
    service: data.publicUrl === null && <p className="dim">{t('start.noPublicUrl')}</p>,
    connect: <Connect data={data} isNext={next === 'connect'} />,
    map: <RoutingMapStep data={data} isNext={next === 'map'} />,
    teach: <Teach data={data} isNext={next === 'teach'} />,
    observe: <Observe data={data} />,
    suggest: <Trust data={data} mode="suggest" />,
    automate: <Trust data={data} mode="automate" />,
  }
  return (
    <div className="page narrow">
      <div className="head">
        <h1>{t('start.title')}</h1>
        <span className="spacer" />
        <span className="dim num">{t('start.progress', { done, of: STEPS.length })}</span>
      </div>
      <Progress value={(100 * done) / STEPS.length} size="sm" mb="md" aria-label={t('start.title')} />
      <p className="dim">{t(next === undefined ? 'start.allDone' : 'start.hint')}</p>
      <ol className="steps">
        {STEPS.map((step) => (
          <li key={step} data-next={step === next || undefined}>
            <Step title={t(`start.step.${step}`)} done={isDone(data, step)} says={<Says data={data} step={step} />}>
              {bodies[step]}
            </Step>
          </li>
        ))}
      </ol>
    </div>
  )
}

/** What is so, or what the step needs. */
function Says({ data, step }: { data: Setup; step: StepName }) {
  const { t } = useTranslation()
  if (!isDone(data, step)) return t(`start.needs.${step}`)
  switch (step) {
    case 'service':
      return t(data.database === 'embedded' ? 'start.embedded' : 'start.postgres')
    case 'map':
      return t('start.published', { version: data.map.published })
    case 'teach':
      return t(data.classifier.choice === 'embedded' ? 'start.trained' : 'start.endpoint')
    default:
      return t(`start.is.${step}`)
  }
}
