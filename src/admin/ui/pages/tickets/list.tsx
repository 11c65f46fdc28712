/** The rows, of which only the visible ones are in the page. On a narrow screen each is a card, by style alone. */

import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Decision } from '../../api.ts'
import { plain, useFieldName, useFormat } from '../../parts/format.ts'
import { OutcomeName } from '../../parts/outcome.tsx'

const ROW = 38
const CARD = 84
/** So many rows before the end, the next page is fetched. */
const AHEAD = 20

type Props = {
  rows: Decision[]
  cursor: number
  open: string | undefined
  more: (() => void) | undefined
  empty: boolean
  pick: (index: number) => void
}

export function List({ rows, cursor, open, more, empty, pick }: Props) {
  const { t } = useTranslation()
  const scroll = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => (matchMedia('(max-width: 48em)').matches ? CARD : ROW),
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && last >= rows.length - AHEAD) more()
  }, [last, rows.length, more])
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the cursor, and not the arrival of rows
  useEffect(() => {
    if (rows.length > 0) virtual.scrollToIndex(cursor)
  }, [cursor])
  if (empty)
    return (
      <div className="scroll nothing">
        <b>{t('tickets.nothing')}</b>
        <span className="dim">{t('tickets.nothingHint')}</span>
      </div>
    )
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
    <section className="scroll" ref={scroll} tabIndex={0} aria-label={t('tickets.list')}>
      <table className="grid" aria-rowcount={more ? -1 : rows.length + 1}>
        <Head />
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map(({ index }) => (
            <Row
              key={rows[index]!.id}
              row={rows[index]!}
              index={index}
              isCursor={index === cursor}
              isOpen={rows[index]!.id === open}
              pick={pick}
            />
          ))}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </section>
  )
}

function Head() {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  return (
    <thead>
      <tr>
        <th className="h-key">{t('tickets.key')}</th>
        <th>{t('tickets.subject')}</th>
        <th className="h-values">
          {nameOf('service')} · {nameOf('category')}
        </th>
        <th className="h-sure">{t('tickets.confidence')}</th>
        <th className="h-route">{t('tickets.route')}</th>
        <th className="h-outcome">{t('tickets.outcome')}</th>
        <th className="h-when">{t('tickets.when')}</th>
      </tr>
    </thead>
  )
}

type RowProps = { row: Decision; index: number; isCursor: boolean; isOpen: boolean; pick: (index: number) => void }

function Row({ row, index, isCursor, isOpen, pick }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const sure = leastConfidence(row)
  const values = [row.values.service, row.values.category].flatMap((value) => (value ? [plain(value)] : []))
  return (
    <tr
      data-row
      data-cursor={isCursor || undefined}
      data-open={isOpen || undefined}
      aria-rowindex={index + 2}
      onClick={() => pick(index)}
    >
      <td className="c-key mono">
        <Link
          from="/tickets"
          to="."
          search={(old) => ({ ...old, id: row.id })}
          onClick={(event) => event.stopPropagation()}
          aria-label={t('tickets.row', { key: row.ticket.key })}
          aria-current={isOpen ? 'true' : undefined}
          activeProps={{}}
        >
          {row.ticket.key}
        </Link>
      </td>
      <td className="c-subject" title={row.ticket.subject ?? undefined}>
        {row.ticket.subject || <span className="dim">{t('tickets.noSubject')}</span>}
      </td>
      <td className="c-values">
        {row.decided ? values.join(' · ') || '–' : <span className="dim">{row.reason || '–'}</span>}
      </td>
      <td className="c-sure">
        {sure !== null && (
          <span className="sure" data-tone={row.outcome === 'held' ? 'held' : 'applied'}>
            <span className="bar">
              <i style={{ width: `${sure * 100}%` }} />
            </span>
            <span className="num">{format.percent(sure)}</span>
          </span>
        )}
      </td>
      <td className="c-route">{row.route ? [row.route.group, row.route.assignee].filter(Boolean).join(' → ') : '–'}</td>
      <td className="c-outcome">
        <OutcomeName of={row.outcome} />
      </td>
      <td className="c-when num">
        <time dateTime={row.createdAt} title={format.moment(row.createdAt)}>
          {isToday(row.createdAt) ? format.time(row.createdAt) : format.short(row.createdAt)}
        </time>
      </td>
    </tr>
  )
}

const isToday = (at: string) => new Date(at).toDateString() === new Date().toDateString()

/** A decision is as sure as its least sure field. */
function leastConfidence({ answers, values }: Decision): number | null {
  const known = Object.keys(values).flatMap((field) => answers[field]?.confidence ?? [])
  return known.length > 0 ? Math.min(...known) : null
}
