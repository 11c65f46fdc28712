/** What is paused: by whom, since when and why; and for who may, the way to end it. */
import { Button, Paper } from '@mantine/core'
import { PlayIcon } from '@primer/octicons-react'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, modelPauses, pauses, said, useMay } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { useFormat } from '../../parts/format.ts'
import { tell } from '../../parts/tell.ts'
import { useScopeName } from './scope.ts'

export function Pauses() {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useScopeName()
  const client = useQueryClient()
  const { data: byPeople } = useSuspenseQuery(pauses)
  const { data: models } = useQuery({ ...modelPauses, enabled: useMay('read-models') })
  const after = (what: string) => {
    tell(t('pause.ended', { what }))
    return client.invalidateQueries({ queryKey: ['live'] })
  }
  const resume = useMutation({
    mutationFn: ({ id }: { id: string; what: string }) => said(api.pauses.resume.$post({ json: { id } })),
    onSuccess: (_, { what }) => after(what),
    onError: showFault,
  })
  const askAgain = useMutation({
    mutationFn: (model: string) => said(api['model-pauses'].resume.$post({ json: { model } })),
    onSuccess: (_, model) => after(model),
    onError: showFault,
  })
  const stopped = models?.items ?? []
  if (byPeople.items.length + stopped.length === 0) return null
  return (
    <Paper component="section" className="card paused" aria-label={t('pause.list')}>
      <h2>{t('pause.list')}</h2>
      <ul className="lines">
        {byPeople.items.map((pause) => {
          const what = nameOf(pause)
          return (
            <Line
              key={pause.id}
              what={what}
              why={pause.why || t('pause.noWhy')}
              who={t('pause.by', { who: pause.who, at: format.short(pause.at) })}
              title={format.moment(pause.at)}
              go={t('pause.goOn')}
              label={t('pause.goOnWith', { what })}
              end={() => resume.mutate({ id: pause.id, what })}
              ending={resume.isPending && resume.variables.id === pause.id}
            />
          )
        })}
        {stopped.map(({ model, reason, next, since, until }) => (
          <Line
            key={model}
            what={t('pause.model', { model })}
            why={`${reason}. ${next}`}
            who={t('pause.modelSince', { at: format.short(since), until: format.clock(until) })}
            title={format.moment(since)}
            go={t('pause.askNow')}
            label={t('pause.goOnWith', { what: model })}
            end={() => askAgain.mutate(model)}
            ending={askAgain.isPending && askAgain.variables === model}
          />
        ))}
      </ul>
    </Paper>
  )
}

type LineProps = {
  what: string
  why: string
  who: ReactNode
  title: string
  go: string
  label: string
  end: () => void
  ending: boolean
}

function Line({ what, why, who, title, go, label, end, ending }: LineProps) {
  const mayOperate = useMay('operate')
  return (
    <li>
      <span className="dot" data-state="paused" />
      <div className="grow">
        <div>
          <b>{what}</b>{' '}
          <span className="dim" title={title}>
            {who}
          </span>
        </div>
        <div className="why">{why}</div>
      </div>
      {mayOperate && (
        <Button
          size="xs"
          variant="default"
          leftSection={<PlayIcon />}
          aria-label={label}
          loading={ending}
          onClick={end}
        >
          {go}
        </Button>
      )}
    </li>
  )
}
