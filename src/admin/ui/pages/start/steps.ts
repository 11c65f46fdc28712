/** When a step is done. Pure. */
import type { Setup } from '../../api.ts'

export const STEPS = ['service', 'connect', 'map', 'teach', 'observe', 'suggest', 'automate'] as const
export type StepName = (typeof STEPS)[number]

export function isDone({ connections, map, classifier, routed }: Setup, step: StepName): boolean {
  switch (step) {
    case 'service':
      return true // it answers, so its database and its key are there
    case 'connect':
      return connections.length > 0 && connections.every(({ fields, heard }) => fields.length > 0 && heard)
    case 'map':
      return map.published !== null
    case 'teach':
      return classifier.ready
    case 'observe':
      return routed !== null
    case 'suggest':
      return connections.some(({ mode }) => mode !== 'observe')
    case 'automate':
      return connections.some(({ mode }) => mode === 'automate')
    default:
      return step satisfies never
  }
}
