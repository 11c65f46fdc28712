/** One connection: the steps that set it up, each ticks itself, and what it has heard. */
import { Badge, Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, pauses, said, useMay } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { useFormat } from '../../parts/format.ts'
import { AccessStep } from './access-step.tsx'
import { Deliveries } from './deliveries.tsx'
import { MappingStep } from './mapping-step.tsx'
import { ModeStep } from './mode-step.tsx'
import { vendorName } from './names.ts'
import { type Connection, connection } from './queries.ts'
import { RemoveDialog } from './remove.tsx'
import { TicketsStep } from './tickets-step.tsx'
import { WebhookStep } from './webhook-step.tsx'
import './words.ts'
import './connections.css'

const route = getRouteApi('/inside/connections/$name')

export function OneConnection() {
  const { name } = route.useParams()
  const { data: one } = useSuspenseQuery(connection(name))
  const mayAdminister = useMay('administer')
  return (
    <div className="page">
      <Head one={one} />
      <Paused one={one} />
      <div className="setup">
        <div className="stack">
          <AccessStep one={one} mayAdminister={mayAdminister} />
          <MappingStep one={one} mayAdminister={mayAdminister} />
          <WebhookStep one={one} mayAdminister={mayAdminister} />
          <TicketsStep one={one} mayAdminister={mayAdminister} />
          <ModeStep one={one} />
        </div>
        <Deliveries name={name} />
      </div>
    </div>
  )
}

function Head({ one }: { one: Connection }) {
  const { t } = useTranslation()
  const [removing, setRemoving] = useState(false)
  const mayAdminister = useMay('administer')
  return (
    <div className="head">
      <h1>{one.name}</h1>
      <Badge color="gray">{t(`mode.${one.mode}`)}</Badge>
      <a href={one.baseUrl} rel="noreferrer" target="_blank" className="dim cut">
        {vendorName(one.kind)} · {one.baseUrl.replace(/^https?:\/\//, '')}
      </a>
      <span className="spacer" />
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/tickets" search={{ connection: one.name }} {...props} />}
      >
        {t('connections.tickets')}
      </Button>
      {mayAdminister && (
        <Button variant="default" color="red" onClick={() => setRemoving(true)}>
          {t('connections.remove')}
        </Button>
      )}
      {removing && <RemoveDialog name={one.name} close={() => setRemoving(false)} />}
    </div>
  )
}

/** What holds it: a person, or the helpdesk itself. */
function Paused({ one: { name, pausedUntil } }: { one: Connection }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const mayOperate = useMay('operate')
  const { data } = useQuery(pauses)
  const byPeople = data?.items.filter(({ connection: of }) => (of ?? name) === name) ?? []
  const resume = useMutation({
    mutationFn: () => said(api.connections[':name'].resume.$post({ param: { name } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['connections'] }),
    onError: showFault,
  })
  if (byPeople.length === 0 && !pausedUntil) return null
  return (
    <ul className="lines card pausedlines">
      {byPeople.map((pause) => (
        <li key={pause.id}>
          <span className="dot" data-state="paused" aria-hidden="true" />
          <span className="grow">
            {t('pause.byShort', { who: pause.who })}
            {pause.why && `: ${pause.why}`}
          </span>
          <Link to="/">{t('nav.today')}</Link>
        </li>
      ))}
      {pausedUntil && (
        <li>
          <span className="dot" data-state="paused" aria-hidden="true" />
          <span className="grow">{t('today.pausedUntil', { at: format.short(pausedUntil) })}</span>
          {mayOperate && (
            <Button size="xs" variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
              {t('pause.goOn')}
            </Button>
          )}
        </li>
      )}
    </ul>
  )
}
