/** The published maps, and how each differs from the one of today. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { version, versions } from '../../api.ts'
import { Versions } from '../../parts/draft/versions.tsx'
import { FaultText } from '../../parts/fault.tsx'
import { ChangeList } from './changes.tsx'
import { diff } from './rows.ts'
import type { MapDraft } from './use-draft.ts'

export function MapVersions({ draft, mayEdit }: { draft: MapDraft; mayEdit: boolean }) {
  const { data, error } = useQuery(versions)
  if (error) return <FaultText error={error} />
  return (
    <Versions
      items={data?.items ?? []}
      draft={draft}
      mayEdit={mayEdit}
      difference={(n) => <Difference n={n} draft={draft} />}
    />
  )
}

function Difference({ n, draft }: { n: number; draft: MapDraft }) {
  const { t } = useTranslation()
  const { data } = useQuery(version(n))
  if (!data) return null
  const changes = diff(draft.published, data)
  return changes.length === 0 ? <span className="dim">{t('draft.same')}</span> : <ChangeList changes={changes} />
}
