import { Paper } from '@mantine/core'
import { CheckCircleFillIcon, CircleIcon } from '@primer/octicons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

type Props = { title: string; done: boolean; says?: ReactNode; actions?: ReactNode; children?: ReactNode }

/** One step of a set-up: a tick when it is done, what is so, and what can be done. */
export function Step({ title, done, says, actions, children }: Props) {
  const { t } = useTranslation()
  return (
    <Paper component="section" className="card step" data-done={done || undefined} aria-label={title}>
      <div className="stephead">
        <span className="tick" role="img" aria-label={t(done ? 'common.done' : 'common.open')}>
          {done ? <CheckCircleFillIcon /> : <CircleIcon />}
        </span>
        <div className="grow">
          <h2>{title}</h2>
          {says && <div className="dim">{says}</div>}
        </div>
        {actions}
      </div>
      {children}
    </Paper>
  )
}
