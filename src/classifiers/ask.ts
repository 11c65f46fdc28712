import type { Answer, Classifier, ConnectionSettings, Haste, Prepared, Taxonomy } from '../contract/index.ts'
import { barOf, MORE_LABELS, precisionOf } from '../contract/index.ts'
import { ModelError } from '../errors.ts'
import { promiseOf } from './promises.ts'

/** The configured classifiers. */
export type Classifiers = {
  choice: 'endpoint' | 'embedded' | 'cascade'
  /** What to do while no endpoint is available: use the embedded classifier, or wait. */
  endpointDown: 'embedded' | 'wait'
  endpoint: Classifier | null
  /** The newest trained model; null before the first training. */
  embedded(): Promise<Classifier | null>
}

type Settings = Pick<ConnectionSettings, 'precision' | 'precisions' | 'threshold' | 'thresholds'>

/** The answer, or why there is none, and the steps for the trace. */
export type Classified = { answer: Answer | null; because?: string; steps: string[] }

const NO_MODEL = `there is no model yet: ${MORE_LABELS}, confirm or correct tickets (100 labels are recommended), or set LLM_BASE_URL and LLM_MODEL`

/**
 * Asks the configured classifier. An answer that is broken or outside the taxonomy becomes `because`. When the endpoint is
 * unavailable, the embedded classifier answers if that is allowed; otherwise the ModelError is thrown and the job waits.
 */
export async function askClassifier(
  classifiers: Classifiers,
  prepared: Prepared,
  taxonomy: Taxonomy,
  settings: Settings,
  signal: AbortSignal,
  haste: Haste = {},
): Promise<Classified> {
  const embedded = await classifiers.embedded()
  const { endpoint, choice } = classifiers
  if (choice === 'embedded' || !endpoint) {
    if (!embedded) return { answer: null, because: NO_MODEL, steps: ['no classifier'] }
    return { answer: await embedded.classify(prepared, taxonomy, signal), steps: ['embedded'] }
  }
  const steps: string[] = []
  if (choice === 'cascade' && embedded) {
    const answer = await embedded.classify(prepared, taxonomy, signal)
    if (isConfident(embedded, answer, taxonomy, settings)) return { answer, steps: ['embedded was confident enough'] }
    steps.push('embedded was not confident enough')
  }
  try {
    return { answer: await endpoint.classify(prepared, taxonomy, signal, haste), steps: [...steps, 'endpoint'] }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    steps.push(`endpoint: ${error.message}`)
    // what lets a ticket wait is no fault of the ticket
    if (error.retry && embedded && classifiers.endpointDown === 'embedded')
      return {
        answer: await embedded.classify(prepared, taxonomy, signal),
        steps: [...steps, 'embedded answered instead'],
      }
    if (error.retry) throw error
    return { answer: null, because: `${error.message}. ${error.next}`, steps }
  }
}

/**
 * Is every required field as sure as is asked for? The model could do better, so that a threshold alone is not enough. A
 * value from the memory of corrections needs no proof.
 */
function isConfident(embedded: Classifier, answer: Answer, taxonomy: Taxonomy, settings: Settings): boolean {
  return taxonomy.fields
    .filter((field) => field.source === 'model' && field.required)
    .every((field) => {
      const given = answer.fields[field.id]
      if (!given || given.doubt !== undefined) return false
      const bar = barOf(settings, field.id, given.value)
      const confidence = given.calibrated ?? given.raw ?? 0
      if ('threshold' in bar && confidence < bar.threshold) return false
      if (given.source === 'memory') return true
      const promised = promiseOf(embedded, field.id, precisionOf(settings, field.id, given.value))
      if (!promised) return 'threshold' in bar
      return promised.threshold !== null && confidence >= promised.threshold
    })
}
