/** What can be done at each step. */
import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, type Setup, said, useMay } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { tell } from '../../parts/tell.ts'

type StepProps = { data: Setup; isNext: boolean }
const lookOf = (isNext: boolean) => (isNext ? 'filled' : 'default')

/** Each connection with the first thing that it lacks. */
export function Connect({ data: { connections }, isNext }: StepProps) {
  const { t } = useTranslation()
  const mayAdminister = useMay('administer')
  return (
    <>
      {connections.length > 0 && (
        <ul className="lines">
          {connections.map(({ name, fields, group, heard }) => (
            <li key={name}>
              <span className="dot" data-state={fields.length > 0 && heard ? 'up' : 'paused'} aria-hidden="true" />
              <Link to="/connections/$name" params={{ name }}>
                {name}
              </Link>
              <span className="spacer" />
              <span className="dim">
                {fields.length === 0
                  ? t('start.lacks.mapping')
                  : !heard
                    ? t('start.lacks.webhook')
                    : group
                      ? t('start.lacks.nothing')
                      : t('start.lacks.group')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {mayAdminister && (
        <Group>
          <Button component={Link} to="/connections/new" variant={lookOf(isNext && connections.length === 0)}>
            {t(connections.length === 0 ? 'start.connect' : 'start.connectAnother')}
          </Button>
        </Group>
      )}
    </>
  )
}

/** The first map is drafted from where agents sent solved tickets; it is looked at and published on its own page. */
export function RoutingMapStep({ data: { connections, map }, isNext }: StepProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const mayEdit = useMay('edit')
  const draft = useMutation({
    async mutationFn() {
      const { tickets, ...document } = await said(api['routing-map'].propose.$post())
      await said(
        api['routing-map'].draft.$put({
          header: {},
          json: { ...document, comment: t('start.fromTickets', { tickets }) },
        }),
      )
    },
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['map'] })
      await navigate({ to: '/map', search: { view: 'rows' } })
    },
    onError: showFault,
  })
  if (!mayEdit || map.published !== null) return null
  const canDraft = connections.some(({ group }) => group)
  return (
    <Group>
      {map.draft ? (
        <Button
          variant={lookOf(isNext)}
          renderRoot={(props) => <Link to="/map" search={{ view: 'rows' }} {...props} />}
        >
          {t('start.toDraft')}
        </Button>
      ) : (
        <>
          <Button
            variant={lookOf(isNext)}
            disabled={!canDraft}
            title={canDraft ? undefined : t('start.mapGroupFirst')}
            loading={draft.isPending}
            onClick={() => draft.mutate()}
          >
            {t('start.draft')}
          </Button>
          <Button variant="subtle" renderRoot={(props) => <Link to="/map" search={{}} {...props} />}>
            {t('start.byHand')}
          </Button>
        </>
      )}
    </Group>
  )
}

export function Teach({ data: { connections, classifier, labels, rules }, isNext }: StepProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mayLearn = useMay('learn')
  const mapped = connections.filter(({ fields }) => fields.length > 0)
  const backfill = useMutation({
    mutationFn: () =>
      Promise.all(
        mapped.map(({ name }) =>
          said(api.connections[':name'].backfill.$post({ param: { name }, json: { since: '180d' } })),
        ),
      ),
    onSuccess() {
      tell(t('start.reading'))
      return client.invalidateQueries({ queryKey: ['live'] })
    },
    onError: showFault,
  })
  if (classifier.ready) return null
  return (
    <>
      <p className="dim">
        {t('start.labels', { count: labels.tickets, enough: labels.enough })} {t('start.rules', { count: rules })}
      </p>
      {mayLearn && (
        <Group>
          <Button
            variant={lookOf(isNext)}
            disabled={mapped.length === 0}
            title={mapped.length === 0 ? t('start.mapFirst') : undefined}
            loading={backfill.isPending}
            onClick={() => backfill.mutate()}
          >
            {t('start.backfill')}
          </Button>
        </Group>
      )}
    </>
  )
}

export function Observe({ data: { routed } }: { data: Setup }) {
  const { t } = useTranslation()
  if (!routed) return null
  return (
    <p>
      {t('start.first')}{' '}
      <Link to="/tickets" search={{ id: routed.decision }}>
        {routed.key}
      </Link>{' '}
      <span className="dim">{routed.subject}</span>
    </p>
  )
}

/** A step up for each connection: one click, for future tickets only. */
export function Trust({ data: { connections }, mode }: { data: Setup; mode: 'suggest' | 'automate' }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mayOperate = useMay('operate')
  const raise = useMutation({
    mutationFn: (name: string) =>
      said(api.connections[':name'].$patch({ param: { name }, query: {}, header: {}, json: { mode } })),
    onSuccess(_, name) {
      tell(t(`start.raised.${mode}`, { name }))
      return Promise.all([
        client.invalidateQueries({ queryKey: ['live'] }),
        client.invalidateQueries({ queryKey: ['connections'] }),
      ])
    },
    onError: showFault,
  })
  const below = connections.filter(({ mode: now }) => now === (mode === 'suggest' ? 'observe' : 'suggest'))
  if (!mayOperate || below.length === 0) return null
  return (
    <Group gap="xs">
      {below.map(({ name, fields }) => (
        <Button
          key={name}
          variant="default"
          disabled={fields.length === 0}
          title={fields.length === 0 ? t('start.mapFirst') : undefined}
          loading={raise.isPending && raise.variables === name}
          onClick={() => raise.mutate(name)}
        >
          {t(`start.raise.${mode}`, { name })}
        </Button>
      ))}
    </Group>
  )
}
