/** The ticket that is looked at: why it waits, what it says, and the values to choose from. */
import { Alert, Badge, Button, Group, Kbd, Skeleton } from '@mantine/core'
import { ArrowLeftIcon, CheckIcon, LinkExternalIcon, PencilIcon, UndoIcon } from '@primer/octicons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type Queued, type Story, story, taxonomy } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { plain, useFieldName, useFormat } from '../../parts/format.ts'
import type { FieldChoices } from './choices.ts'
import { unfocus } from './list.tsx'
import { useReasons } from './reasons.ts'
import './words.ts'

type Props = {
  item: Queued
  choices: FieldChoices[]
  /** What the reviewer chose instead. */
  chosen: Record<string, string>
  choose: (field: string, value: string) => void
  /** Who else looks at it. */
  other: string | null
  mayReview: boolean
  isSettling: boolean
  canUndo: boolean
  confirm: () => void
  edit: () => void
  undo: () => void
  next: () => void
  back: () => void
}

export function Ticket(props: Props) {
  const { t } = useTranslation()
  const { item, other, mayReview, next, back } = props
  const { data: told, error } = useQuery(story(item.id))
  const isOver = told?.newest === false
  return (
    <article className="looked" aria-label={item.ticket.key}>
      <Header item={item} back={back} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <section className="body" tabIndex={0} aria-label={t('story.of', { key: item.ticket.key })}>
        {isOver ? <Meanwhile told={told} next={next} /> : other && <Looked who={other} />}
        {error ? <FaultText error={error} /> : <Why item={item} />}
        <Values {...props} isOver={isOver} />
        <h3>{t('review.read')}</h3>
        {told ? <div className="quote">{told.ticket.text}</div> : <Skeleton h={120} />}
      </section>
      {mayReview && !isOver ? (
        <Actions {...props} />
      ) : (
        !mayReview && <footer className="dim">{t('review.viewer')}</footer>
      )}
    </article>
  )
}

function Header({ item: { ticket, id, connection, createdAt, kind }, back }: Pick<Props, 'item' | 'back'>) {
  const { t } = useTranslation()
  const format = useFormat()
  // What a helpdesk says is its address need not be one.
  const address = ticket.url !== null && /^https?:\/\//.test(ticket.url) ? ticket.url : null
  return (
    <header>
      <Group gap={8} wrap="nowrap">
        <Button className="narrow-only" variant="subtle" color="gray" size="compact-sm" onClick={back}>
          <ArrowLeftIcon aria-label={t('review.back')} />
        </Button>
        <span className="mono dim">{ticket.key}</span>
        <span className="outcome" data-tone={kind === 'held' ? 'held' : 'skipped'}>
          {t(`review.kind.${kind}`)}
        </span>
        <span className="dim cut">
          {connection} · <time dateTime={createdAt}>{format.short(createdAt)}</time>
        </span>
        <span className="spacer" />
        <Link to="/tickets" search={{ id }} className="dim nowrap">
          {t('review.story')}
        </Link>
        {address && (
          <a href={address} target="_blank" rel="noreferrer" aria-label={t('story.open')}>
            <LinkExternalIcon />
          </a>
        )}
      </Group>
      <h2>{ticket.subject || t('tickets.noSubject')}</h2>
    </header>
  )
}

function Looked({ who }: { who: string }) {
  const { t } = useTranslation()
  return (
    <Alert color="blue" variant="light" role="status">
      {t('review.looksNow', { who })}
    </Alert>
  )
}

/** Somebody else was first: who, and how. */
function Meanwhile({ told, next }: { told: Story; next: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useFieldName()
  const [newest] = told.history
  if (!newest) return null
  const { actor: who, values, createdAt } = newest
  const ago = format.ago(createdAt)
  const changed = Object.entries(values).filter(([field, value]) => told.values[field] !== value)
  const title = !who
    ? t('review.meanwhileOther', { ago })
    : changed.length > 0
      ? t('review.meanwhileCorrected', { who, ago })
      : t('review.meanwhileConfirmed', { who, ago })
  return (
    <Alert color="rail" variant="light" title={title} role="status">
      <Group gap={6} mb="xs">
        {(changed.length > 0 ? changed : Object.entries(values)).map(([field, value]) => (
          <Badge key={field} color="gray">
            {nameOf(field)}: {plain(value)}
          </Badge>
        ))}
      </Group>
      <Button size="compact-sm" onClick={next}>
        {t('review.next')}
      </Button>
    </Alert>
  )
}

function Why({ item }: { item: Queued }) {
  const { t } = useTranslation()
  const { lines } = useReasons()
  return (
    <>
      <h3>{t('review.why')}</h3>
      <ul className="why-lines" data-tone={item.kind === 'held' ? 'held' : 'skipped'}>
        {lines(item).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  )
}

function Values({ choices, chosen, choose, item, mayReview, isOver }: Props & { isOver: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useFieldName()
  const { data } = useSuspenseQuery(taxonomy)
  const titleOf = (field: string, id: string) => {
    const values = data.fields.find((each) => each.id === field)
    const named = values && 'values' in values ? values.values.find((value) => value.id === id) : undefined
    return named?.title ?? plain(id)
  }
  return (
    <>
      <h3>{t('review.values')}</h3>
      <div className="choices">
        {choices.map(({ field, isDoubtful, choices: all }) => {
          const current = chosen[field] ?? item.values[field]
          const isChanged = chosen[field] !== undefined
          const extra = current && !all.some(({ value }) => value === current)
          return (
            <fieldset key={field} data-doubtful={isDoubtful || undefined}>
              <legend>
                {nameOf(field)}
                {isChanged ? <small> {t('review.changed')}</small> : isDoubtful && <small> {t('review.doubt')}</small>}
              </legend>
              {[...all, ...(extra ? [{ value: current, confidence: null, digit: null }] : [])].map((choice) => (
                <button
                  key={choice.value}
                  type="button"
                  className="choice"
                  aria-pressed={choice.value === current}
                  disabled={!mayReview || isOver}
                  onClick={(event) => {
                    unfocus(event)
                    choose(field, choice.value)
                  }}
                >
                  {choice.digit !== null && <Kbd size="xs">{choice.digit}</Kbd>}
                  {titleOf(field, choice.value)}
                  {choice.confidence !== null && <small className="num">{format.percent(choice.confidence)}</small>}
                </button>
              ))}
            </fieldset>
          )
        })}
      </div>
    </>
  )
}

function Actions({ chosen, isSettling, confirm, edit, undo, canUndo }: Props) {
  const { t } = useTranslation()
  const isChanged = Object.keys(chosen).length > 0
  const once = (act: () => void) => (event: React.MouseEvent<HTMLElement>) => {
    unfocus(event)
    act()
  }
  return (
    <footer>
      <Button
        leftSection={<CheckIcon />}
        rightSection={<Kbd size="xs">↵</Kbd>}
        loading={isSettling}
        onClick={once(confirm)}
      >
        {t(isChanged ? 'review.save' : 'review.confirm')}
      </Button>
      <Button variant="default" leftSection={<PencilIcon />} rightSection={<Kbd size="xs">e</Kbd>} onClick={once(edit)}>
        {t('review.edit')}
      </Button>
      <span className="spacer" />
      {canUndo && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<UndoIcon />}
          rightSection={<Kbd size="xs">u</Kbd>}
          onClick={once(undo)}
        >
          {t('review.undo')}
        </Button>
      )}
    </footer>
  )
}
