/** The published taxonomies, and how each differs from the one of today. */
import { useQuery } from '@tanstack/react-query'
import { api, said } from '../../api.ts'
import { PolicyVersions } from '../../parts/policy/versions.tsx'
import type { TaxonomyDraft } from './use-draft.ts'

const { versions } = api.taxonomy

export function TaxonomyVersions({ draft, mayEdit }: { draft: TaxonomyDraft; mayEdit: boolean }) {
  const list = useQuery({ queryKey: ['taxonomy', 'versions'], queryFn: () => said(versions.$get()) })
  return (
    <PolicyVersions
      list={list}
      draft={draft}
      mayEdit={mayEdit}
      difference={(version, against) => ({
        queryKey: ['taxonomy', 'diff', version, against],
        queryFn: () => said(versions[':version'].diff.$get({ param: { version }, query: { against } })),
      })}
    />
  )
}
