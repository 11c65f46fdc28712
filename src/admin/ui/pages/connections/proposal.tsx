/** One proposal, the people together, and the fields that nothing fits. */
import { Badge, Button, Checkbox, Collapse, Group } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFieldName } from '../../parts/format.ts'
import type { Proposal } from './queries.ts'

const COLOURS = { propose: 'rail', ask: 'yellow', no: 'gray' } as const

function useTitle() {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  return ({ of, path }: Proposal) =>
    of === 'blank' ? t('connections.blank') : nameOf(path.replace(/^(fields|people)\./, ''))
}

export function OneProposal({
  proposal,
  taken,
  take,
}: {
  proposal: Proposal
  taken: boolean
  take: (yes: boolean) => void
}) {
  const { t } = useTranslation()
  const titleOf = useTitle()
  const [open, setOpen] = useState(false)
  const { target, confidence, reason, gaps, warnings, tickets } = proposal
  const title = titleOf(proposal)
  const more = gaps.length + tickets.length > 0
  return (
    <li data-of={proposal.of}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Checkbox
          checked={taken}
          onChange={(event) => take(event.currentTarget.checked)}
          aria-label={t('connections.take', { what: title })}
          mt={2}
        />
        <div className="grow">
          <Group gap={8}>
            <b>{title}</b>
            <span aria-hidden="true">→</span>
            <b>{target}</b>
            <Badge color={COLOURS[confidence]}>{t(`connections.confidence.${confidence}`)}</Badge>
          </Group>
          <div className="dim">{reason}</div>
          {warnings.map((warning) => (
            <div key={warning} className="warning">
              {warning}
            </div>
          ))}
          {gaps.length > 0 && (
            <div className="warning">
              {t('connections.gaps', { count: gaps.length, values: gaps.map(({ value }) => value).join(', ') })}
            </div>
          )}
          {more && (
            <Button size="compact-xs" variant="subtle" onClick={() => setOpen(!open)} aria-expanded={open} ml={-8}>
              {open ? t('connections.less') : t('connections.more', { count: tickets.length })}
            </Button>
          )}
          <Collapse expanded={open}>
            <Gaps gaps={gaps} />
            <Samples tickets={tickets} />
          </Collapse>
        </div>
      </Group>
    </li>
  )
}

function Gaps({ gaps }: Pick<Proposal, 'gaps'>) {
  if (gaps.length === 0) return null
  return (
    <ul className="points dim">
      {gaps.map(({ value, because }) => (
        <li key={value}>
          <b>{value}</b>: {because}
        </li>
      ))}
    </ul>
  )
}

/** Solved tickets: what they have, and what we would have written. */
function Samples({ tickets }: Pick<Proposal, 'tickets'>) {
  const { t } = useTranslation()
  return (
    <ul className="samples">
      {tickets.map(({ key, url, subject, has, wouldWrite, because }) => (
        <li key={key}>
          <div className="cut">
            <a href={/^https?:/.test(url) ? url : undefined} rel="noreferrer" target="_blank">
              {key}
            </a>{' '}
            {subject}
          </div>
          <div className="dim">
            {t('connections.has')} <b>{has ?? t('connections.nothing')}</b> · {t('connections.wouldWrite')}{' '}
            <b>{wouldWrite ?? t('connections.nothing')}</b> ({because})
          </div>
        </li>
      ))}
    </ul>
  )
}

type PeopleProps = { people: Proposal[]; taken: Set<string>; take: (paths: string[], yes: boolean) => void }

/** Together: there can be hundreds. */
export function People({ people, taken, take }: PeopleProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const found = people.filter(({ adds }) => adds !== null)
  const paths = found.map(({ path }) => path)
  const n = paths.filter((path) => taken.has(path)).length
  return (
    <li>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Checkbox
          checked={n === paths.length && n > 0}
          indeterminate={n > 0 && n < paths.length}
          disabled={paths.length === 0}
          onChange={(event) => take(paths, event.currentTarget.checked)}
          aria-label={t('connections.take', { what: t('connections.peopleTitle') })}
          mt={2}
        />
        <div className="grow">
          <b>{t('connections.peopleTitle')}</b>
          <div className="dim">{t('connections.peopleFound', { count: found.length, of: people.length })}</div>
          <Button size="compact-xs" variant="subtle" onClick={() => setOpen(!open)} aria-expanded={open} ml={-8}>
            {open ? t('connections.less') : t('connections.showPeople')}
          </Button>
          <Collapse expanded={open}>
            <ul className="points">
              {people.map(({ path, target, reason, warnings }) => (
                <li key={path}>
                  <b>{path.replace(/^people\./, '')}</b> → {target ?? t('connections.nobody')}{' '}
                  <span className="dim">{[reason, ...warnings].join('. ')}</span>
                </li>
              ))}
            </ul>
          </Collapse>
        </div>
      </Group>
    </li>
  )
}

/** Fields that nothing fits: they are decided and kept here, and not written. */
export function Nothing({ proposals }: { proposals: Proposal[] }) {
  const { t } = useTranslation()
  const titleOf = useTitle()
  const [open, setOpen] = useState(false)
  return (
    <div>
      <p className="dim">
        {t('connections.notWritten', { fields: proposals.map(titleOf).join(', ') })}{' '}
        <Button size="compact-xs" variant="subtle" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? t('connections.less') : t('connections.why')}
        </Button>
      </p>
      <Collapse expanded={open}>
        <ul className="points dim">
          {proposals.map((proposal) => (
            <li key={proposal.path}>
              <b>{titleOf(proposal)}</b>: {proposal.reason}{' '}
              {proposal.gaps.map(({ value, because }) => `${value}: ${because}`).join('; ')}
            </li>
          ))}
        </ul>
      </Collapse>
    </div>
  )
}
