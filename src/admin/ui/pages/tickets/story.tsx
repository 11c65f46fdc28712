/** One decision, from the delivery to what people made of it, beside the list. Not modal: the list stays in reach. */
import { ActionIcon, Badge, CopyButton, Group, Skeleton, Tooltip } from '@mantine/core'
import { CheckIcon, LinkExternalIcon, LinkIcon, XIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Decision, type Story, story } from '../../api.ts'
import { Fault } from '../../parts/fault.tsx'
import { plain, useFieldName } from '../../parts/format.ts'
import { OutcomeName } from '../../parts/outcome.tsx'
import { Steps } from '../../parts/story/steps.tsx'
import { Actions } from './actions.tsx'
import { Waits } from './waits.tsx'

/** `row` is what the list knows: all there is of a ticket that is not decided yet. */
export function StoryPanel({ id, row, close }: { id: string; row: Decision | undefined; close: () => void }) {
  const { t } = useTranslation()
  const isDecided = row?.decided !== false
  const { data, error } = useQuery({ ...story(id), enabled: isDecided })
  return (
    <aside className="trace" aria-label={t('story.title')}>
      {!isDecided ? (
        <>
          <Header told={row} close={close} />
          <section className="body">
            <Waits row={row} />
          </section>
        </>
      ) : error ? (
        <>
          <Group justify="flex-end" p="xs">
            <CloseButton close={close} />
          </Group>
          <Fault error={error} />
        </>
      ) : data ? (
        <>
          <Header told={data} close={close} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
          <section className="body" tabIndex={0} aria-label={t('story.of', { key: data.ticket.key })}>
            {row?.waiting && <Waits row={row} />}
            <Steps told={data} />
          </section>
          <Actions told={data} />
        </>
      ) : (
        <Skeleton m="md" h={120} w="auto" />
      )}
    </aside>
  )
}

function CloseButton({ close }: { close: () => void }) {
  const { t } = useTranslation()
  return (
    <ActionIcon variant="subtle" color="gray" onClick={close} aria-label={t('common.close')}>
      <XIcon />
    </ActionIcon>
  )
}

function Header({ told, close }: { told: Story | Decision; close: () => void }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const { ticket, outcome, values, sources } = told
  // What a helpdesk says is its address need not be one.
  const address = ticket.url !== null && /^https?:\/\//.test(ticket.url) ? ticket.url : null
  return (
    <header>
      <Group gap={8} wrap="nowrap">
        <span className="mono dim">{ticket.key}</span>
        <OutcomeName of={outcome} />
        <span className="spacer" />
        <CopyButton value={location.href}>
          {({ copied, copy }) => (
            <Tooltip label={t(copied ? 'common.copied' : 'common.copyLink')}>
              <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={t('common.copyLink')}>
                {copied ? <CheckIcon /> : <LinkIcon />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
        {address && (
          <Tooltip label={t('story.open')}>
            <ActionIcon
              component="a"
              href={address}
              target="_blank"
              rel="noreferrer"
              variant="subtle"
              color="gray"
              aria-label={t('story.open')}
            >
              <LinkExternalIcon />
            </ActionIcon>
          </Tooltip>
        )}
        <CloseButton close={close} />
      </Group>
      <h2>{ticket.subject || t('tickets.noSubject')}</h2>
      <Group gap={6}>
        {Object.entries(values).map(([field, value]) => (
          <Badge key={field} color="gray" title={nameOf(field)} rightSection={<Source of={sources[field]} />}>
            {plain(value)}
          </Badge>
        ))}
      </Group>
    </header>
  )
}

function Source({ of }: { of: Story['sources'][string] | undefined }) {
  const { t } = useTranslation()
  return of ? <small className="source">{t(`source.${of}`)}</small> : null
}
