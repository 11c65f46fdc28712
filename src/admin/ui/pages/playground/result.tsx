/** What one classifier made of the text: values, and the trace of how it came to them. */
import { Badge, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { plain, useFieldName, useFormat } from '../../parts/format.ts'
import { OutcomeName } from '../../parts/outcome.tsx'
import { Answers } from '../../parts/story/answers.tsx'
import { Step } from '../../parts/story/step.tsx'
import { Read, Routed, Rules } from '../../parts/story/steps.tsx'
import type { Classified } from './use-classify.ts'

const OUTCOME = { apply: 'applied', suggest: 'suggested', hold: 'held', skip: 'skipped' } as const

export function Result({ result, other }: { result: Classified; other: Classified | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useFieldName()
  const { values, sources, plan, reason, ms, tokens, taxonomyVersion, rulesVersion, mapVersion } = result
  return (
    <>
      <Group gap={6} mb="sm">
        {Object.entries(values).map(([field, value]) => (
          <Badge
            key={field}
            color={other && other.values[field] !== value ? 'orange' : 'gray'}
            title={nameOf(field)}
            rightSection={sources[field] && <small className="source">{t(`source.${sources[field]}`)}</small>}
          >
            {plain(value)}
          </Badge>
        ))}
      </Group>
      {other && <p className="dim">{differences(result, other).map(nameOf).join(', ') || t('playground.same')}</p>}
      <ol className="story">
        <Read ticket={result.prepared} trace={result.trace} />
        <Rules trace={result.trace} />
        <Answers told={result} />
        <Step
          title={t('story.decided')}
          note={t('playground.took', { time: format.seconds(ms / 1000) })}
          tone={OUTCOME[plan]}
        >
          <OutcomeName of={OUTCOME[plan]} />
          <div>{reason}</div>
          <div className="dim">
            {t('story.versions', { taxonomy: taxonomyVersion, rules: rulesVersion, map: mapVersion ?? '–' })}
            {tokens && ` · ${t('playground.tokens', { n: format.number(tokens.prompt + tokens.completion) })}`}
          </div>
        </Step>
        <Routed route={result.route} />
      </ol>
    </>
  )
}

/** The fields for which the two say different values. */
function differences(one: Classified, other: Classified): string[] {
  const fields = new Set([...Object.keys(one.values), ...Object.keys(other.values)])
  return [...fields].filter((field) => one.values[field] !== other.values[field])
}
