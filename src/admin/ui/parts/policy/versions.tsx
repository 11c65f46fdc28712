/** The published versions of the taxonomy or the rules, and how each differs from the one of today. */
import { useQuery } from '@tanstack/react-query'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnyDraft } from '../draft/use-draft.ts'
import { Versions } from '../draft/versions.tsx'
import { FaultText } from '../fault.tsx'
import { PolicyChanges } from './change-list.tsx'

type Changes = ComponentProps<typeof PolicyChanges>['changes']
type Query = { queryKey: string[]; queryFn: () => Promise<{ changes: Changes }> }

type Props = {
  list: { data: { items: ComponentProps<typeof Versions>['items'] } | undefined; error: Error | null }
  draft: Pick<AnyDraft, 'version' | 'restore'>
  mayEdit: boolean
  /** What going back to a version would change. */
  difference: (version: string, against: string) => Query
}

export function PolicyVersions({ list: { data, error }, draft, mayEdit, difference }: Props) {
  if (error) return <FaultText error={error} />
  return (
    <Versions
      items={data?.items ?? []}
      draft={draft}
      mayEdit={mayEdit}
      difference={(n) => <Difference query={difference(String(n), String(draft.version))} />}
    />
  )
}

function Difference({ query }: { query: Query }) {
  const { t } = useTranslation()
  const { data } = useQuery(query)
  if (!data) return null
  return data.changes.length === 0 ? (
    <span className="dim">{t('draft.same')}</span>
  ) : (
    <PolicyChanges changes={data.changes} />
  )
}
