/** Why a decision waits for a person, in words. */
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Queued, taxonomy } from '../../api.ts'
import { useFieldName, useFormat } from '../../parts/format.ts'
import { useDoubt } from '../../parts/story/doubt.ts'
import type { Gate } from '../../parts/story/trace.ts'
import './words.ts'

export function useReasons() {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useFieldName()
  const doubtOf = useDoubt()
  const { data } = useSuspenseQuery(taxonomy)
  /** A field that is not required is left out when it is in doubt, and holds nothing. */
  const doubts = ({ kind, doubts }: Queued): Gate[] =>
    kind === 'sampled' ? [] : (doubts as Gate[]).filter(({ field }) => isRequired(field))
  const isRequired = (field: string) => data.fields.find(({ id }) => id === field)?.required !== false
  return {
    doubts,
    /** All of it, a line each. */
    lines(item: Queued): string[] {
      if (item.kind === 'sampled') return [t('review.sampleWhy', { share: format.percent(item.sample ?? 0) })]
      const found = doubts(item).map((gate) => `${nameOf(gate.field)}: ${doubtOf(gate)}`)
      return found.length > 0 ? found : [item.reason]
    },
    /** In a few words. */
    short(item: Queued): string {
      if (item.kind === 'sampled') return t('review.kind.sampled')
      const [first] = doubts(item)
      if (!first) return item.reason
      const sure = first.confidence === null ? '' : ` ${format.percent(first.confidence)}`
      return `${nameOf(first.field)}${sure}`
    },
  }
}
