/** One decision, from the delivery to what people made of it, beside the list. Not modal: the list stays in reach. */
import { ActionIcon, Badge, Button, CopyButton, Group, Skeleton, Tooltip } from '@mantine/core'
import { CheckIcon, LinkExternalIcon, LinkIcon, PencilIcon, SyncIcon, XIcon } from '@primer/octicons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, type Decision, type Story, said, story, useMay } from '../../api.ts'
import { Fault, showFault } from '../../parts/fault.tsx'
import { plain, useFieldName } from '../../parts/format.ts'
import { OutcomeName } from '../../parts/outcome.tsx'
import { CorrectDialog } from '../../parts/story/correct.tsx'
import { Steps } from '../../parts/story/steps.tsx'
import { tell } from '../../parts/tell.ts'
import { Waits } from './waits.tsx'

const route = getRouteApi('/inside/tickets')

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

/** Confirm, correct, decide again: for who may review. */
function Actions({ told }: { told: Story }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = route.useNavigate()
  const mayReview = useMay('review')
  const [correcting, setCorrecting] = useState(false)
  const after = async (message: string, id?: string) => {
    tell(message)
    setCorrecting(false)
    await client.invalidateQueries({ queryKey: ['live'] })
    await client.invalidateQueries({ queryKey: ['decisions'] })
    if (id) void navigate({ search: (old) => ({ ...old, id }), replace: true })
  }
  const param = { id: told.id }
  const confirm = useMutation({
    mutationFn: () => said(api.decisions[':id'].confirm.$post({ param })),
    onSuccess: ({ decision }) => after(t('story.confirmed'), decision),
    onError: showFault,
  })
  const correct = useMutation({
    mutationFn: (values: Record<string, string>) =>
      said(api.decisions[':id'].correct.$post({ param, json: { values } })),
    onSuccess: ({ decision }) => after(t('story.corrected'), decision),
  })
  const retry = useMutation({
    mutationFn: () => said(api.decisions[':id'].retry.$post({ param, json: {} })),
    onSuccess: () => after(t('story.retried')),
    onError: showFault,
  })
  if (!mayReview) return null
  if (!told.newest) return <footer className="dim">{t('story.older')}</footer>
  return (
    <footer>
      <Button leftSection={<CheckIcon />} loading={confirm.isPending} onClick={() => confirm.mutate()}>
        {t('story.confirm')}
      </Button>
      <Button variant="default" leftSection={<PencilIcon />} onClick={() => setCorrecting(true)}>
        {t('story.correct')}
      </Button>
      <span className="spacer" />
      <Button
        variant="subtle"
        color="gray"
        leftSection={<SyncIcon />}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        {t('story.retry')}
      </Button>
      {correcting && (
        <CorrectDialog
          told={told}
          close={() => setCorrecting(false)}
          save={correct.mutate}
          saving={correct.isPending}
          fault={correct.error}
        />
      )}
    </footer>
  )
}
