/** What the draft would have done with the last tickets: by group, by row, down to single tickets. */
import { Button, Paper } from '@mantine/core'
import { ArrowRightIcon, HistoryIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { plain, useFormat } from '../../parts/format.ts'

export const LAST = 1000
const EXAMPLES = 8

export function Preview({ tag }: { tag: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, error, isFetching, fetchNextPage, hasNextPage } = useInfiniteQuery({
    // A saved draft has another tag.
    queryKey: ['map', 'preview', tag],
    queryFn: ({ pageParam: offset }) =>
      said(api['routing-map'].draft.preview.$post({ json: { last: LAST, examples: { offset, limit: EXAMPLES } } })),
    initialPageParam: 0,
    getNextPageParam: (page, pages) =>
      page.kind === 'sample' && pages.length * EXAMPLES < page.changed ? pages.length * EXAMPLES : undefined,
    staleTime: 60_000,
  })
  const [first] = data?.pages ?? []
  if (first?.kind === 'labels') return null
  const examples = data?.pages.flatMap((page) => (page.kind === 'sample' ? page.examples : [])) ?? []
  return (
    <Paper component="section" className="card" aria-busy={isFetching} aria-label={t('map.preview')}>
      <h2>
        <HistoryIcon size={14} /> {t('map.preview')}
      </h2>
      {error && <FaultText error={error} />}
      <div role="status">
        {first ? (
          <b className="moved">
            {first.changed > 0
              ? t('map.moved', { moved: format.number(first.changed), of: format.number(first.sampled) })
              : first.sampled > 0
                ? t('map.movedNone', { of: format.number(first.sampled) })
                : t('map.noHistory')}
          </b>
        ) : (
          !error && <span className="dim">{t('map.previewing')}</span>
        )}
      </div>
      {first && first.changed > 0 && (
        <ul className="lines">
          {first.groups.map(({ from, to, n }) => (
            <li key={`${from}/${to}`}>
              <span className="was">{from ?? t('map.noGroup')}</span> <ArrowRightIcon size={12} />
              <b>{to ?? t('map.noGroup')}</b>
              <span className="spacer" />
              <span className="num">{format.number(n)}</span>
            </li>
          ))}
          {first.people > 0 && (
            <li>
              <span>{t('map.otherPeople')}</span>
              <span className="spacer" />
              <span className="num">{format.number(first.people)}</span>
            </li>
          )}
        </ul>
      )}
      {first && first.persons.length > 0 && (
        <>
          <h3>{t('map.byPersonTitle')}</h3>
          <ul className="lines">
            {first.persons.slice(0, EXAMPLES).map(({ name, before, after }) => (
              <li key={name}>
                <span>{name}</span>
                <span className="spacer" />
                <span className="num nowrap">
                  <span className="was">{format.number(before)}</span> → {format.number(after)}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {first && first.rows.length > 0 && (
        <>
          <h3>{t('map.byRowTitle')}</h3>
          <ul className="lines">
            {first.rows.slice(0, EXAMPLES).map(({ row, when, n }) => (
              <li key={row}>
                <span className="dim num">{row}</span>
                <span>{Object.values(when).map(plain).join(' · ') || t('map.everythingElse')}</span>
                <span className="spacer" />
                <span className="num">{format.number(n)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {examples.length > 0 && <h3>{t('map.tickets')}</h3>}
      <ul className="lines">
        {examples.map(({ decision, key, subject, from, to }) => (
          <li key={decision}>
            <Link to="/tickets" search={{ id: decision }} className="mono">
              {key}
            </Link>
            <span className="dim cut">{subject}</span>
            <span className="spacer" />
            <span className="nowrap">
              <span className="was">{nameOf(from)}</span> → {nameOf(to)}
            </span>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="subtle" size="compact-sm" onClick={() => void fetchNextPage()}>
          {t('map.more')}
        </Button>
      )}
    </Paper>
  )
}

/** Where only the people differ, the group alone would say nothing. */
const nameOf = (goal: { group: string | null; people: string[] } | null) =>
  goal ? [goal.group, goal.people.map((name) => name.split(' ')[0]).join(', ')].filter(Boolean).join(' / ') || '–' : '–'
