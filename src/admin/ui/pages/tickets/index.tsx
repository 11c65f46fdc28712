/** The decisions that match the address, and beside them the story of one. */
import { Button } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { DownloadIcon } from '@primer/octicons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { useFormat } from '../../parts/format.ts'
import { OUTCOMES } from '../../parts/outcome.tsx'
import { TICKET_FILTERS, type TicketsSearch } from '../../search.ts'
import { Filters } from './filters.tsx'
import { Fresh } from './fresh.tsx'
import { List } from './list.tsx'
import { queryOf } from './query.ts'
import { StoryPanel } from './story.tsx'
import './words.ts'
import './tickets.css'

const route = getRouteApi('/inside/tickets')
const PAGE = '100'

export function Tickets() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { id } = search
  const filter = pickFilters(search)
  const set = (change: Partial<TicketsSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace })
  const asked = queryOf(filter)
  const list = useInfiniteQuery({
    queryKey: ['decisions', asked],
    queryFn: ({ pageParam }) => said(api.decisions.$get({ query: { ...asked, limit: PAGE, cursor: pageParam } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY, // the list never moves under the reader: see Fresh
  })
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  const searchBox = useRef<HTMLInputElement>(null)
  const cursor = useCursor(rows, id, set, searchBox)
  return (
    <div className="split" data-open={id ? true : undefined}>
      <div className="list">
        <div className="head">
          <h1>{t('tickets.title')}</h1>
          <span className="spacer" />
          <Button
            component="a"
            href={fileOf(asked)}
            download
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<DownloadIcon />}
          >
            CSV
          </Button>
          <Fresh asked={asked} first={rows[0]?.id} ready={list.isSuccess} show={() => void list.refetch()} />
        </div>
        <Tabs asked={asked} current={filter.outcome} />
        <Filters filter={filter} set={set} searchBox={searchBox} />
        {list.error ? (
          <div className="scroll padded">
            <FaultText error={list.error} />
          </div>
        ) : (
          <List
            rows={rows}
            cursor={cursor}
            open={id}
            more={list.hasNextPage && !list.isFetchingNextPage ? () => void list.fetchNextPage() : undefined}
            empty={list.isSuccess && rows.length === 0}
            pick={(i) => set({ id: rows[i]!.id }, id !== undefined)}
          />
        )}
        <div className="foot">
          <span className="keys">{t('tickets.keys')}</span>
          <span className="spacer" />
          <span>{t('tickets.order')}</span>
        </div>
      </div>
      {id && <StoryPanel id={id} row={rows.find((row) => row.id === id)} close={() => set({ id: undefined })} />}
    </div>
  )
}

/** The same view as a file. */
const fileOf = (asked: ReturnType<typeof queryOf>) => {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined)
  const query = given.flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]))
  return `/api/v1/decisions/csv?${new URLSearchParams(query)}`
}

const pickFilters = (search: TicketsSearch): Omit<TicketsSearch, 'id'> =>
  Object.fromEntries(TICKET_FILTERS.map((name) => [name, search[name]]))

/** Where the keys j and k are; while a story is open, they open the next one. */
function useCursor(
  rows: { id: string }[],
  id: string | undefined,
  set: (change: Partial<TicketsSearch>, replace?: boolean) => void,
  searchBox: React.RefObject<HTMLInputElement | null>,
): number {
  const [cursor, setCursor] = useState(0)
  const at = id ? rows.findIndex((row) => row.id === id) : -1
  useEffect(() => {
    if (at >= 0) setCursor(at)
  }, [at])
  const move = (by: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, cursor + by))
    setCursor(to)
    if (id && rows[to]) set({ id: rows[to].id }, true)
  }
  useHotkeys([
    ['j', () => move(1)],
    ['ArrowDown', () => move(1)],
    ['k', () => move(-1)],
    ['ArrowUp', () => move(-1)],
    ['Enter', () => rows[cursor] && set({ id: rows[cursor].id })],
    ['Escape', () => id && set({ id: undefined })],
    ['/', () => searchBox.current?.focus()],
  ])
  return cursor
}

/** One tab for each outcome, with the number of decisions that match the other filters. */
function Tabs({ asked, current }: { asked: ReturnType<typeof queryOf>; current: TicketsSearch['outcome'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { outcome: _, ...filter } = asked
  const { data: counts } = useQuery({
    queryKey: ['live', 'counts', filter],
    queryFn: () => said(api.decisions.counts.$get({ query: filter })),
  })
  const total = counts && Object.values(counts).reduce((sum, n) => sum + n, 0)
  const tab = (outcome: TicketsSearch['outcome'], name: string, n: number | undefined) => (
    <Link
      key={outcome ?? 'all'}
      from="/tickets"
      to="."
      search={(old) => ({ ...old, outcome, id: undefined })}
      aria-current={current === outcome ? 'true' : undefined}
      // The story that is open does not matter: Link alone would then see no tab as the current one.
      activeOptions={{ exact: true, explicitUndefined: true }}
    >
      {name} <span className="dim num">{n === undefined ? '' : format.number(n)}</span>
    </Link>
  )
  return (
    <nav className="tabs" aria-label={t('tickets.outcome')}>
      {tab(undefined, t('tickets.all'), total)}
      {OUTCOMES.map((outcome) => tab(outcome, t(`outcome.${outcome}`), counts?.[outcome]))}
    </nav>
  )
}
