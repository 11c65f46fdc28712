/** What waits for a person, by keyboard: the queue, and beside it the ticket that is looked at. */
import { Button, Checkbox, Select } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import { CheckIcon } from '@primer/octicons-react'
import { useInfiniteQuery, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, type Queued, said, story, taxonomy, todays, useMay, valuesOf, waitingForReview } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { plain, useFieldName, useFormat } from '../../parts/format.ts'
import { CorrectDialog } from '../../parts/story/correct.tsx'
import type { ReviewSearch } from '../../search.ts'
import '../../parts/story/story.css'
import '../tickets/tickets.css'
import '../tickets/words.ts'
import { choicesOf } from './choices.ts'
import { Help } from './help.tsx'
import { Queue } from './list.tsx'
import { useReasons } from './reasons.ts'
import { Ticket } from './ticket.tsx'
import { useClaim } from './use-claim.ts'
import { useSettle } from './use-settle.ts'
import './words.ts'
import './review.css'

const route = getRouteApi('/inside/review')
const PAGE = '100'

/** Another part of the queue starts anew. */
export function Review() {
  const { id: _, ...part } = route.useSearch()
  return <Part key={JSON.stringify(part)} />
}

function Part() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayReview = useMay('review')
  const { kind, connection, service } = search
  const asked = { kind, connection, value: service ? `service/${service}` : undefined }
  const list = useInfiniteQuery({
    queryKey: ['live', 'review', 'list', asked],
    queryFn: ({ pageParam }) => said(api.review.$get({ query: { ...asked, limit: PAGE, cursor: pageParam } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const show = (id: string | undefined) => void navigate({ search: (old) => ({ ...old, id }), replace: true })
  const looked = useLooked(items, search.id, list.isSuccess, show)
  const [selected, setSelected] = useState(new Set<string>())
  const [chosen, setChosen] = useState<{ id?: string; values: Record<string, string> }>({ values: {} })
  const [dialog, setDialog] = useState<'edit' | 'help' | null>(null)
  const { item } = looked
  const values = item && chosen.id === item.id ? chosen.values : {}

  const settling = useSettle({
    left(ids) {
      setDialog(null)
      setSelected((before) => new Set([...before].filter((id) => !ids.includes(id))))
      looked.leave(ids)
    },
    again: show,
  })
  const isWide = useMediaQuery('(min-width: 62em)', true) // elsewhere the queue alone is seen at first
  const other = useClaim(isWide || search.id ? item?.id : undefined, mayReview)
  const { doubts } = useReasons()
  const { data: fields } = useSuspenseQuery(taxonomy)
  const choices = item
    ? choicesOf(
        item,
        doubts(item).map(({ field }) => field),
        fields.fields,
      )
    : []

  const choose = (field: string, value: string) => {
    if (!item || !mayReview) return
    const { [field]: _, ...rest } = values
    setChosen({ id: item.id, values: value === item.values[field] ? rest : { ...rest, [field]: value } })
  }
  const chooseDigit = (digit: number) => {
    for (const { field, choices: all } of choices)
      for (const choice of all) if (choice.digit === digit) choose(field, choice.value)
  }
  const confirm = () => {
    if (item && mayReview && !settling.isSettling && !looked.isOver)
      settling.settle({ id: item.id, key: item.ticket.key, values })
  }
  const confirmSelected = () => {
    const all = items.filter(({ id }) => selected.has(id)).map(({ id, ticket: { key } }) => ({ id, key }))
    if (all.length > 0 && mayReview && !settling.isConfirming) settling.confirmAll(all)
  }
  const toggle = (id: string) =>
    setSelected((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id]))
  const edit = () => item && mayReview && !looked.isOver && setDialog('edit')

  useReviewKeys(dialog === null, {
    move: looked.move,
    digit: chooseDigit,
    confirm,
    edit,
    undo: settling.undo,
    select: () => item && mayReview && toggle(item.id),
    confirmSelected,
    help: () => setDialog('help'),
  })
  return (
    <div className="split review" data-open={search.id ? true : undefined}>
      <div className="list">
        <div className="head">
          <h1>{t('review.title')}</h1>
        </div>
        <Kinds current={kind} />
        {selected.size > 0 ? (
          <div className="filters bulk">
            <span>{t('review.selected', { count: selected.size })}</span>
            <Button
              size="compact-sm"
              leftSection={<CheckIcon />}
              loading={settling.isConfirming}
              onClick={confirmSelected}
            >
              {t('review.confirmSelected', { count: selected.size })}
            </Button>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setSelected(new Set())}>
              {t('review.clear')}
            </Button>
          </div>
        ) : (
          <Filters
            search={search}
            all={mayReview && items.length > 0 ? () => setSelected(new Set(items.map(({ id }) => id))) : null}
          />
        )}
        {list.error ? (
          <div className="scroll padded">
            <FaultText error={list.error} />
          </div>
        ) : list.isSuccess && items.length === 0 ? (
          <div className="scroll nothing">
            <b>{t('review.empty')}</b>
            <span className="dim">{t('review.emptyHint')}</span>
          </div>
        ) : (
          <Queue
            items={items}
            current={item?.id}
            selected={selected}
            toggle={toggle}
            maySelect={mayReview}
            more={list.hasNextPage && !list.isFetchingNextPage ? () => void list.fetchNextPage() : undefined}
          />
        )}
        <div className="foot">
          <span className="keys">{t('review.keys')}</span>
        </div>
      </div>
      {item && (
        <Ticket
          key={item.id}
          item={item}
          choices={choices}
          chosen={values}
          choose={choose}
          other={other}
          mayReview={mayReview}
          isSettling={settling.isSettling}
          canUndo={settling.canUndo}
          confirm={confirm}
          edit={edit}
          undo={settling.undo}
          next={() => looked.move(1)}
          back={() => show(undefined)}
        />
      )}
      {dialog === 'help' && <Help close={() => setDialog(null)} />}
      {dialog === 'edit' && item && (
        <CorrectDialog
          told={item}
          initial={values}
          close={() => setDialog(null)}
          save={(given) => settling.settle({ id: item.id, key: item.ticket.key, values: given })}
          saving={settling.isSettling}
          fault={settling.fault}
        />
      )}
    </div>
  )
}

/**
 * Which ticket is looked at. It stays in view when somebody else settles it, although it has left the queue: its place is
 * kept, so that the next one is the one that follows.
 */
function useLooked(items: Queued[], id: string | undefined, isReady: boolean, show: (id: string | undefined) => void) {
  const last = useRef<{ item: Queued; at: number } | null>(null)
  const kept = last.current?.item
  const wanted = id ?? kept?.id
  // A link to one that has left the queue, or none chosen yet: the first one.
  const item =
    items.find((one) => one.id === wanted) ??
    (kept?.id === wanted ? kept : undefined) ??
    (isReady ? items[0] : undefined)
  const place = item ? items.indexOf(item) : -1
  useEffect(() => {
    if (item && place >= 0) last.current = { item, at: place }
  }, [item, place])
  const { data } = useQuery({ ...story(item?.id ?? ''), enabled: item !== undefined })
  const goTo = (index: number, from = items) => show(from[Math.max(0, Math.min(from.length - 1, index))]?.id)
  return {
    item,
    isOver: data?.newest === false,
    move(by: 1 | -1) {
      // What follows one that has left the queue has taken its place.
      if (place < 0) goTo((last.current?.at ?? 0) + (by > 0 ? 0 : -1))
      else goTo(place + by)
    },
    leave(ids: string[]) {
      if (!item || !ids.includes(item.id)) return
      last.current = null
      const rest = items.slice(place + 1).find((one) => !ids.includes(one.id))
      const before = items.slice(0, Math.max(0, place)).findLast((one) => !ids.includes(one.id))
      show((rest ?? before)?.id)
    },
  }
}

type Keys = Record<'confirm' | 'edit' | 'undo' | 'select' | 'confirmSelected' | 'help', () => unknown> & {
  move: (by: 1 | -1) => void
  digit: (digit: number) => void
}

/** By their place on the keyboard, so that they are the same in every layout. */
function useReviewKeys(on: boolean, { move, digit, confirm, edit, undo, select, confirmSelected, help }: Keys) {
  const physical = { usePhysicalKeys: true }
  const keys: Parameters<typeof useHotkeys>[0] = [
    ['j', () => move(1), physical],
    ['ArrowDown', () => move(1)],
    ['k', () => move(-1), physical],
    ['ArrowUp', () => move(-1)],
    ['e', edit, physical],
    ['u', undo, physical],
    ['x', select, physical],
    ['shift+Enter', confirmSelected],
    ['shift+?', help],
    // On a button or link, Enter is that button's.
    ['Enter', () => !document.activeElement?.matches('button, a') && confirm(), { preventDefault: false }],
    ...Array.from({ length: 9 }, (_, i): (typeof keys)[number] => [`Digit${i + 1}`, () => digit(i + 1), physical]),
  ]
  useHotkeys(on ? keys : [])
}

function Kinds({ current }: { current: ReviewSearch['kind'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: counts } = useQuery(waitingForReview)
  const tab = (kind: ReviewSearch['kind'], name: string, n: number | undefined) => (
    <Link
      key={name}
      from="/review"
      to="."
      search={(old) => ({ ...old, kind, id: undefined })}
      aria-current={current === kind ? 'true' : undefined}
      activeOptions={{ exact: true, explicitUndefined: true }}
    >
      {name} <span className="dim num">{n === undefined ? '' : format.number(n)}</span>
    </Link>
  )
  return (
    <nav className="tabs" aria-label={t('review.kinds')}>
      {tab(undefined, t('review.all'), counts && counts.held + counts.sampled)}
      {tab('held', t('review.held'), counts?.held)}
      {tab('sampled', t('review.sampled'), counts?.sampled)}
    </nav>
  )
}

function Filters({ search, all }: { search: ReviewSearch; all: (() => void) | null }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const navigate = route.useNavigate()
  const { data: fields } = useSuspenseQuery(taxonomy)
  const { data: day } = useQuery(todays)
  const choice = (name: 'connection' | 'service', label: string, values: string[]) => (
    <Select
      size="xs"
      aria-label={label}
      placeholder={label}
      value={search[name] ?? null}
      onChange={(value) => void navigate({ search: (old) => ({ ...old, [name]: value ?? undefined, id: undefined }) })}
      data={values.map((value) => ({ value, label: name === 'connection' ? value : plain(value) }))}
      clearable
      searchable
      clearButtonProps={{ 'aria-label': t('common.any') }}
      nothingFoundMessage={t('common.nothing')}
    />
  )
  return (
    <search className="filters">
      {all && (
        <Checkbox
          size="xs"
          checked={false}
          onChange={all}
          onMouseDown={(event) => event.preventDefault()}
          aria-label={t('review.selectAll')}
        />
      )}
      {choice('service', nameOf('service'), valuesOf(fields, 'service'))}
      {choice('connection', t('common.connection'), day?.connections.map(({ name }) => name) ?? [])}
    </search>
  )
}
