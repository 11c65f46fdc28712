/** The language model as a classifier: any OpenAI-compatible server, one or several. */
import { ConfigError } from '../../errors.ts'
import type { Answer, Classifier, Prepared, Taxonomy } from '../../ticket.ts'
import { type Calibration, calibrate } from '../calibration/index.ts'
import { answerTicket, modelVersion } from './answer.ts'
import { type Client, type ClientSettings, openClient } from './client.ts'
import { modelFields } from './codes.ts'
import type { PromptFormat } from './format.ts'
import { type EndpointHealth, openPool, type PoolMember, type PoolSettings } from './pool.ts'
import { type ProbeFinding, probe } from './probe.ts'
import type { Example } from './prompt.ts'
import type { Shorten } from './shorten.ts'

export type EndpointSettings = ClientSettings & PoolMember & { format: PromptFormat }

export type EndpointOptions = PoolSettings & {
  endpoints: EndpointSettings[]
  /** The curves of a model version (`Answer.model`); asked for each answer, so that new ones count at once. */
  calibration?: (model: string) => Calibration | null | undefined
  /** Corrected tickets nearest to this one, masked; asked only where the format wants any. */
  examples?: (prepared: Prepared, taxonomy: Taxonomy, count: number, signal: AbortSignal) => Promise<Example[]>
  /** How a ticket is made shorter when it does not fit the context; without it, head and tail are kept. */
  shorten?: Shorten
  /** False: never spill over to a slower endpoint while a faster one is only full. */
  canWait?: (prepared: Prepared) => boolean
}

export type EndpointClassifier = Classifier & {
  kind: 'endpoint'
  health(): EndpointHealth[]
  /** What `doctor` shows, for every endpoint. */
  probe(taxonomy: Taxonomy, signal?: AbortSignal): Promise<ProbeFinding[]>
  close(): void
}

export function openEndpoint(options: EndpointOptions): EndpointClassifier {
  const first = options.endpoints[0]
  if (!first) throw new ConfigError('No model endpoint is configured', { next: 'Set LLM_BASE_URL, or add a model.' })
  const pool = openPool(
    options.endpoints.map((endpoint) => ({ ...endpoint, client: openClient(endpoint) })),
    options,
  )

  async function classify(prepared: Prepared, taxonomy: Taxonomy, signal: AbortSignal): Promise<Answer> {
    const ask = async (endpoint: EndpointSettings & { client: Client }, signal: AbortSignal) => {
      const { client, format } = endpoint
      const wanted = format.examples > 0 && options.examples
      const examples = wanted ? await wanted(prepared, taxonomy, format.examples, signal) : []
      return answerTicket({ client, format, taxonomy, prepared, examples, shorten: options.shorten }, signal)
    }
    const started = performance.now()
    const answer = await pool.run(ask, signal, options.canWait?.(prepared))
    // with the time spent in line and on endpoints that failed
    const ms = Math.round((performance.now() - started) * 10) / 10
    return calibrate({ ...answer, ms }, options.calibration?.(answer.model))
  }

  const model = modelVersion(first.model, first.format)
  return {
    kind: 'endpoint',
    model,
    classify(prepared, taxonomy, signal) {
      if (modelFields(taxonomy).length > 0) return classify(prepared, taxonomy, signal)
      return Promise.resolve({ source: 'endpoint', model, fields: {}, tokens: null, ms: 0 })
    },
    health: () => pool.health(),
    async probe(taxonomy, signal) {
      const findings = options.endpoints.map(async (endpoint) =>
        (await probe(endpoint, taxonomy, signal)).map((found) => ({
          ...found,
          what: `${endpoint.name}: ${found.what}`,
        })),
      )
      return (await Promise.all(findings)).flat()
    },
    close: () => pool.close(),
  }
}

export { modelFields } from './codes.ts'
export { formatVersion, PromptFormat } from './format.ts'
export type { EndpointHealth } from './pool.ts'
export { type ProbeFinding, probe } from './probe.ts'
export { type Example, missingLabels, renderAnswer, renderParts, renderPrompt } from './prompt.ts'
export { parseAnswer, responseFormat } from './schema.ts'
