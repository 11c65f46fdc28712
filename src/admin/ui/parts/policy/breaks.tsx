/** What a change would leave without effect: rows of the map, connections, pauses, rules, labels. */
import { Badge } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import './words.ts'

export type Break = {
  kind: 'row' | 'connection' | 'pause' | 'rule' | 'guard' | 'label' | 'field'
  path: string
  message: string
  next: string
}

export function Breaks({ breaks }: { breaks: Break[] }) {
  const { t } = useTranslation()
  return (
    <ul className="lines breaks">
      {breaks.map(({ kind, path, message, next }) => (
        <li key={kind + path} title={next}>
          <Badge color="gray">{t(`policy.kind.${kind}`)}</Badge>
          <span>{message}</span>
        </li>
      ))}
    </ul>
  )
}
