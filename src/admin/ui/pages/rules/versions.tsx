/** The published rules, and how each version differs from the one of today. */
import { useQuery } from '@tanstack/react-query'
import { api, said } from '../../api.ts'
import { PolicyVersions } from '../../parts/policy/versions.tsx'
import type { RulesDraft } from './use-draft.ts'

const { versions } = api.rules

export function RuleVersions({ draft, mayEdit }: { draft: RulesDraft; mayEdit: boolean }) {
  const list = useQuery({ queryKey: ['rules', 'versions'], queryFn: () => said(versions.$get()) })
  return (
    <PolicyVersions
      list={list}
      draft={draft}
      mayEdit={mayEdit}
      difference={(version, against) => ({
        queryKey: ['rules', 'diff', version, against],
        queryFn: () => said(versions[':version'].diff.$get({ param: { version }, query: { against } })),
      })}
    />
  )
}
