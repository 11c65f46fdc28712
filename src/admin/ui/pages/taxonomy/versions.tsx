/** The published taxonomies, and how each differs from the one of today. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { Versions } from '../../parts/draft/versions.tsx'
import { FaultText } from '../../parts/fault.tsx'
import { PolicyChanges } from '../../parts/policy/change-list.tsx'
import type { TaxonomyDraft } from './use-draft.ts'

export function TaxonomyVersions({ draft, mayEdit }: { draft: TaxonomyDraft; mayEdit: boolean }) {
  const { data, error } = useQuery({
    queryKey: ['taxonomy', 'versions'],
    queryFn: () => said(api.taxonomy.versions.$get()),
  })
  if (error) return <FaultText error={error} />
  return (
    <Versions
      items={data?.items ?? []}
      draft={draft}
      mayEdit={mayEdit}
      difference={(n) => <Difference n={n} today={draft.version!} />}
    />
  )
}

function Difference({ n, today }: { n: number; today: number }) {
  const { t } = useTranslation()
  const { data } = useQuery({
    queryKey: ['taxonomy', 'diff', n, today],
    queryFn: () =>
      said(
        api.taxonomy.versions[':version'].diff.$get({
          param: { version: String(n) },
          query: { against: String(today) },
        }),
      ),
  })
  if (!data) return null
  return data.changes.length === 0 ? (
    <span className="dim">{t('draft.same')}</span>
  ) : (
    <PolicyChanges changes={data.changes} />
  )
}
