/** Who changed what: the rows that match the address, newest first, and whether all of them are as they were written. */
import { Button, Menu } from '@mantine/core'
import { DownloadIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import type { AuditSearch } from '../../search.ts'
import { Chain } from './chain.tsx'
import { Entries } from './entries.tsx'
import { Filters } from './filters.tsx'
import { queryOf } from './query.ts'
import './words.ts'
import './audit.css'

const route = getRouteApi('/inside/audit')
const PAGE = '50'

export function Audit() {
  const { t } = useTranslation()
  const { id, ...filter } = route.useSearch()
  const navigate = route.useNavigate()
  const set = (change: Partial<AuditSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace, resetScroll: false })
  const asked = queryOf(filter)
  const list = useInfiniteQuery({
    queryKey: ['audit', asked],
    queryFn: ({ pageParam }) => said(api.audit.$get({ query: { ...asked, limit: PAGE, cursor: pageParam } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <div className="page">
      <div className="head">
        <h1>{t('audit.title')}</h1>
        <span className="spacer" />
        <Export asked={asked} />
      </div>
      <Chain />
      <Filters filter={filter} set={set} />
      {list.error ? (
        <FaultText error={list.error} />
      ) : (
        <Entries
          rows={rows}
          open={id}
          pick={(picked) => set({ id: picked === id ? undefined : picked }, true)}
          isEmpty={list.isSuccess && rows.length === 0}
        />
      )}
      {list.hasNextPage && (
        <Button mt="md" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('audit.more')}
        </Button>
      )}
    </div>
  )
}

function Export({ asked }: { asked: ReturnType<typeof queryOf> }) {
  const { t } = useTranslation()
  const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const href = (format: string) => `/api/v1/audit/export?${new URLSearchParams([...given, ['format', format]])}`
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<DownloadIcon />}>
          {t('audit.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={href('csv')} download>
          {t('audit.csv')}
        </Menu.Item>
        <Menu.Item component="a" href={href('jsonl')} download>
          {t('audit.jsonl')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
