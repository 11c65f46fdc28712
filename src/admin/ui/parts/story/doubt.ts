/** Why a field is in doubt, in the reader's words. */
import { useTranslation } from 'react-i18next'
import { useFormat } from '../format.ts'
import type { Gate } from './trace.ts'
import './words.ts'

/** What is proven of a confidence like this; null: the threshold is a setting. */
export function useProof() {
  const { t } = useTranslation()
  const format = useFormat()
  return ({ promise }: Gate): string | null => {
    if (!promise) return null
    const { asked, expected, n, missing } = promise
    if (expected) return t('story.expected', { share: format.percent(expected.share), n: format.number(n) })
    if (missing === null) return t('story.unsure', { asked: format.percent(asked), n: format.number(n) })
    return t('story.missing', { asked: format.percent(asked), count: missing })
  }
}

export function useDoubt() {
  const { t } = useTranslation()
  const format = useFormat()
  const proofOf = useProof()
  return (gate: Gate): string => {
    const { confidence, threshold, why } = gate
    if (threshold === null) return proofOf(gate) ?? why ?? ''
    if (confidence === null || confidence >= threshold) return why ?? ''
    return t('story.tooUnsure', { confidence: format.percent(confidence), threshold: format.percent(threshold) })
  }
}
