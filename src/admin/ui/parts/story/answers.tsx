/** What the classifier answered: confidence, alternatives, the threshold, and the words that pulled most. */
import { useTranslation } from 'react-i18next'
import type { Story } from '../../api.ts'
import { plain, useFieldName, useFormat } from '../format.ts'
import { useProof } from './doubt.ts'
import { Step } from './step.tsx'
import { type Gate, traceOf } from './trace.ts'

const ALTERNATIVES = 2
const WORDS = 5

export function Answers({ told }: { told: Pick<Story, 'answers' | 'model' | 'modelMs' | 'trace'> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { gates } = traceOf(told.trace)
  const answers = Object.entries(told.answers)
  const note = [
    told.model && t('story.by', { model: told.model }),
    told.modelMs !== null && format.seconds(told.modelMs / 1000),
  ]
  return (
    <Step title={t('story.answer')} note={note.filter(Boolean).join(', ')} tone="suggested">
      {answers.length === 0 && <span className="dim">{t('story.notAsked')}</span>}
      <div className="answers">
        {answers.map(([field, answer]) => (
          <Answer key={field} field={field} answer={answer} gate={gates.get(field)} />
        ))}
      </div>
    </Step>
  )
}

type AnswerProps = { field: string; answer: Story['answers'][string]; gate: Gate | undefined }

function Answer({ field, answer, gate }: AnswerProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useFieldName()
  const all = [
    { value: answer.value, confidence: answer.confidence },
    ...answer.alternatives.filter(({ value }) => value !== answer.value).slice(0, ALTERNATIVES),
  ]
  const proofOf = useProof()
  const words = (answer.because ?? []).slice(0, WORDS).map(({ feature }) => feature)
  const notes = [
    gate &&
      gate.threshold !== null &&
      t(gate.passed ? 'story.above' : 'story.below', { threshold: format.percent(gate.threshold) }),
    gate && proofOf(gate),
    answer.calibration !== 'calibrated' && t('story.notCalibrated'),
    gate?.threshold !== null && gate?.why,
    words.length > 0 && t('story.because', { words: words.join(', ') }),
  ]
  return (
    <>
      <span className="dim">{nameOf(field)}</span>
      <div>
        {all.map(({ value, confidence }) => (
          <div className="alt" key={value}>
            <span>{plain(value)}</span>
            <span className="meter" aria-hidden="true">
              <i style={{ width: `${(confidence ?? 0) * 100}%` }} />
              {gate && gate.threshold !== null && <b style={{ left: `${gate.threshold * 100}%` }} />}
            </span>
            <span className="num right">{confidence === null ? '–' : format.percent(confidence)}</span>
          </div>
        ))}
        <div className="dim small">{notes.filter(Boolean).join(' · ')}</div>
      </div>
    </>
  )
}
