import type { Answer, Classifier, ConnectionSettings, Haste, Prepared, Taxonomy } from '../contract/index.ts'
import { thresholdOf } from '../contract/index.ts'
import { ModelError } from '../errors.ts'

export type Classifiers = {
  choice: 'endpoint' | 'embedded' | 'cascade'
  /** What to do while no endpoint answers. */
  endpointDown: 'embedded' | 'wait'
  endpoint: Classifier | null
  /** The newest trained model; null before the first training. */
  embedded(): Promise<Classifier | null>
}

type Settings = Pick<ConnectionSettings, 'threshold' | 'thresholds'> &
  Partial<Pick<ConnectionSettings, 'cascadePrecision'>>

/** The answer, or why there is none, and the steps for the trace. */
export type Classified = { answer: Answer | null; because?: string; steps: string[] }

const NOTHING_TO_ASK =
  'there is no model yet: confirm or correct tickets (100 labels are a start), import labelled ones, or set LLM_BASE_URL and LLM_MODEL'

/**
 * Asks the configured classifier. An answer that is broken, outside the taxonomy or late becomes `because`; a side that is
 * away throws ModelError, so that the job waits, unless the embedded classifier may stand in.
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
    if (!embedded) return { answer: null, because: NOTHING_TO_ASK, steps: ['no classifier'] }
    return { answer: await embedded.classify(prepared, taxonomy, signal), steps: ['embedded'] }
  }
  const steps: string[] = []
  if (choice === 'cascade' && embedded) {
    const answer = await embedded.classify(prepared, taxonomy, signal)
    if (isSure(embedded, answer, taxonomy, settings)) return { answer, steps: ['embedded was sure enough'] }
    steps.push('embedded was in doubt')
  }
  try {
    return { answer: await endpoint.classify(prepared, taxonomy, signal, haste), steps: [...steps, 'endpoint'] }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    const usable = isOutage(error)
    steps.push(`endpoint: ${error.message}`)
    if (usable && embedded && classifiers.endpointDown === 'embedded')
      return { answer: await embedded.classify(prepared, taxonomy, signal), steps: [...steps, 'embedded stood in'] }
    if (error.retry) throw error
    return { answer: null, because: `${error.message}. ${error.next}`, steps }
  }
}

function isOutage({ fault }: ModelError) {
  return fault === 'busy' || fault === 'unreachable' || fault === 'auth' || fault === 'config'
}

/**
 * Does every field that the model is asked for clear its threshold, and keep the precision that was asked for? What a
 * person said of a ticket with the same words needs no figures.
 */
function isSure(embedded: Classifier, answer: Answer, taxonomy: Taxonomy, settings: Settings): boolean {
  return taxonomy.fields
    .filter((field) => field.source === 'model' && field.required)
    .every((field) => {
      const said = answer.fields[field.id]
      if (!said || said.doubt !== undefined) return false
      const threshold = thresholdOf(settings, field.id, said.value)
      const confidence = said.calibrated ?? said.raw ?? 0
      if (confidence < threshold) return false
      const { cascadePrecision } = settings
      if (said.source === 'memory' || !embedded.sureFrom || cascadePrecision === undefined) return true
      const precise = embedded.sureFrom(field.id, cascadePrecision)
      return precise !== null && confidence >= precise
    })
}
