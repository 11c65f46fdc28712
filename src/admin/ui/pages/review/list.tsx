/** The queue: the most urgent first, with why each waits and who looks at it. */
import { Button, Checkbox } from '@mantine/core'
import { EyeIcon } from '@primer/octicons-react'
import { getRouteApi } from '@tanstack/react-router'
import { type MouseEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Queued } from '../../api.ts'
import { plain, useFormat } from '../../parts/format.ts'
import { useReasons } from './reasons.ts'
import './words.ts'

const route = getRouteApi('/inside/review')

type Props = {
  items: Queued[]
  current: string | undefined
  selected: Set<string>
  toggle: (id: string) => void
  maySelect: boolean
  more: (() => void) | undefined
}

export function Queue({ items, current, more, ...rest }: Props) {
  const { t } = useTranslation()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
    <section className="scroll queue" tabIndex={0} aria-label={t('review.queue')}>
      <ol>
        {items.map((item) => (
          <Item key={item.id} item={item} isCurrent={item.id === current} {...rest} />
        ))}
      </ol>
      {more && (
        <Button variant="subtle" color="gray" fullWidth onClick={more}>
          {t('review.more')}
        </Button>
      )}
    </section>
  )
}

type ItemProps = { item: Queued; isCurrent: boolean } & Pick<Props, 'selected' | 'toggle' | 'maySelect'>

function Item({ item, isCurrent, selected, toggle, maySelect }: ItemProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { short } = useReasons()
  const ref = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isCurrent) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [isCurrent])
  const { id, ticket, values, claim } = item
  const shown = ['service', 'category'].flatMap((field) => (values[field] ? [plain(values[field])] : []))
  return (
    <li ref={ref} data-row data-current={isCurrent || undefined}>
      {maySelect && (
        <Checkbox
          size="xs"
          checked={selected.has(id)}
          onChange={() => toggle(id)}
          onMouseDown={(event) => event.preventDefault()} // the keys go on working
          aria-label={t('review.select', { key: ticket.key })}
        />
      )}
      <route.Link
        to="."
        search={(old) => ({ ...old, id })}
        onClick={unfocus}
        aria-current={isCurrent || undefined}
        activeProps={{}}
      >
        <span className="line">
          <span className="mono dim">{ticket.key}</span>
          {values.priority === 'urgent' && (
            <span className="outcome" data-tone="failed">
              {plain(values.priority)}
            </span>
          )}
          {claim && !isCurrent && (
            <span className="claim" title={t('review.looks', { who: claim.who })}>
              <EyeIcon size={12} /> {claim.who}
            </span>
          )}
          <span className="spacer" />
          <time className="dim num" dateTime={item.createdAt} title={format.moment(item.createdAt)}>
            {format.age(item.createdAt)}
          </time>
        </span>
        <span className="subject">{ticket.subject || t('tickets.noSubject')}</span>
        <span className="line dim">
          <span className="cut">{shown.join(' · ') || '–'}</span>
          <span className="spacer" />
          <span className="cut why">{short(item)}</span>
        </span>
      </route.Link>
    </li>
  )
}

/** After a click with the mouse, Enter means the ticket and not what was clicked. */
export function unfocus({ detail, currentTarget }: MouseEvent<HTMLElement>) {
  if (detail > 0) currentTarget.blur()
}
