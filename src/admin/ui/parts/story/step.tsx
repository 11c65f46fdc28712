import type { ReactNode } from 'react'
import type { Outcome } from '../outcome.tsx'

type StepProps = { title: string; note?: ReactNode; tone?: Outcome; children: ReactNode }

export function Step({ title, note, tone, children }: StepProps) {
  return (
    <li data-tone={tone}>
      <h3>
        {title} <small>{note}</small>
      </h3>
      {children}
    </li>
  )
}
