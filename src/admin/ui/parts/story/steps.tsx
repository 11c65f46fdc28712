/** The story in order: received, read, rules, answer, decided, routed, written, and what people changed later. */
import { Badge, Button, Group } from '@mantine/core'
import { EyeIcon } from '@primer/octicons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, type Story, said, useMay } from '../../api.ts'
import { FaultText } from '../fault.tsx'
import { plain, useFieldName, useFormat } from '../format.ts'
import { OutcomeName } from '../outcome.tsx'
import { Answers } from './answers.tsx'
import { Step } from './step.tsx'
import { traceOf } from './trace.ts'
import './words.ts'
import './story.css'

export function Steps({ told }: { told: Story }) {
  return (
    <ol className="story">
      <Received told={told} />
      <Read id={told.id} ticket={told.ticket} trace={told.trace} />
      <Rules trace={told.trace} />
      <Answers told={told} />
      <Decided told={told} />
      <Routed route={told.route} />
      <Written told={told} />
      <Later told={told} />
    </ol>
  )
}

function Received({ told }: { told: Story }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Step title={t('story.received')} note={format.moment(told.ticket.createdAt)}>
      <span className="dim">
        {told.connection}
        {told.actor && ` · ${t('story.askedBy', { name: told.actor })}`}
      </span>
    </Step>
  )
}

/** `id`: of a stored decision, whose text may be shown as it came. */
type ReadProps = Pick<Story, 'trace'> & { id?: string; ticket: Pick<Story['ticket'], 'text' | 'language'> }

export function Read({ id, ticket, trace }: ReadProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { dropped, masked } = traceOf(trace)
  const mayUnmask = useMay('unmask') && id !== undefined
  const unmask = useMutation({
    mutationFn: () => said(api.decisions[':id'].unmask.$post({ param: { id: id! } })),
  })
  const cut = dropped.reduce((sum, { characters }) => sum + characters, 0)
  return (
    <Step title={t('story.read')} note={`${t('story.readHint')} · ${ticket.language}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <section className="quote" tabIndex={0} aria-label={t('story.read')}>
        {unmask.data ? unmask.data.text : ticket.text}
      </section>
      {unmask.error && <FaultText error={unmask.error} />}
      {unmask.data ? (
        <div className="dim">{t('story.unmasked')}</div>
      ) : (
        mayUnmask && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<EyeIcon />}
            loading={unmask.isPending}
            onClick={() => unmask.mutate()}
          >
            {t('story.unmask')}
          </Button>
        )
      )}
      <div className="dim">
        {[
          masked > 0 && t('story.masked', { count: masked }),
          cut > 0 && t('story.cut', { n: format.number(cut), what: dropped.map(({ what }) => plain(what)).join(', ') }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </div>
    </Step>
  )
}

export function Rules({ trace }: Pick<Story, 'trace'>) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const { decided, others, signs } = traceOf(trace)
  return (
    <Step title={t('story.rules')}>
      {decided.length + others.length === 0 && <span className="dim">{t('story.noRule')}</span>}
      {decided.map(({ field, rule, value }) => (
        <div key={field}>
          {rule}: {nameOf(field)} <b>{plain(value)}</b>
        </div>
      ))}
      {others.map((rule) => (
        <div key={rule}>{rule}</div>
      ))}
      {signs > 0 && <div className="bad">{t('story.signs', { count: signs })}</div>}
    </Step>
  )
}

function Decided({ told }: { told: Story }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { versions, outcome, decisionReason, createdAt } = told
  return (
    <Step title={t('story.decided')} note={format.moment(createdAt)} tone={outcome}>
      <OutcomeName of={outcome} />
      <div>{decisionReason}</div>
      <div className="dim">
        {t('story.versions', { taxonomy: versions.taxonomy, rules: versions.rules, map: versions.map ?? '–' })}
      </div>
    </Step>
  )
}

export function Routed({ route }: Pick<Story, 'route'>) {
  const { t } = useTranslation()
  return (
    <Step title={t('story.routed')}>
      {route ? (
        <>
          <b>{[route.group, route.assignee].filter(Boolean).join(' → ')}</b>
          <div className="dim">{route.because}</div>
        </>
      ) : (
        <span className="dim">{t('story.unrouted')}</span>
      )}
    </Step>
  )
}

function Written({ told: { writeback, outcome } }: { told: Story }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useFieldName()
  if (!writeback) return null
  const { written, heldBack, writtenAt, reason } = writeback
  return (
    <Step title={t('story.written')} note={writtenAt && format.moment(writtenAt)} tone={outcome}>
      <Group gap={6}>
        {Object.entries(written).map(([field, value]) => (
          <Badge key={field} color="rail">
            {nameOf(field)}: {plain(value) || t('story.empty')}
          </Badge>
        ))}
      </Group>
      {Object.entries(heldBack).map(([field, why]) => (
        <div key={field}>
          {t('story.leftAlone', { field: nameOf(field) })}: <span className="dim">{why}</span>
        </div>
      ))}
      {reason && <div className="dim">{reason}</div>}
    </Step>
  )
}

function Later({ told: { overrides } }: { told: Story }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useFieldName()
  return (
    <Step title={t('story.later')}>
      {overrides.length === 0 && <span className="dim">{t('story.nobody')}</span>}
      {overrides.map(({ id, field, before, after, at }) => (
        <div key={id}>
          {nameOf(field)}: <span className="was">{plain(before ?? '–')}</span> → <b>{plain(after ?? '–')}</b>{' '}
          <span className="dim">{format.moment(at)}</span>
        </div>
      ))}
    </Step>
  )
}
