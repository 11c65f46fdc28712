/** The language model as a classifier: any OpenAI-compatible server, one or several. */

import type { Answer, Classifier, Haste, Prepared, Taxonomy } from '../../contract/index.ts'
import { ConfigError } from '../../errors.ts'
import { type Calibration, calibrate } from '../calibration/index.ts'
import { answerTicket, modelVersion } from './answer.ts'
import { cacheKey } from './cache-key.ts'
import { type Client, openClient } from './client.ts'
import { modelFields } from './codes.ts'
import type { PromptFormat } from './format.ts'
import { type EndpointHealth, openPool, type PoolSettings } from './pool.ts'
import { type ProbeFinding, probe } from './probe.ts'
import type { Example } from './prompt.ts'
import type { EndpointSettings } from './settings.ts'
import type { Shorten } from './shorten.ts'
import { openTokeniser } from './tokeniser.ts'

export type EndpointOptions = PoolSettings & {
  endpoints: EndpointSettings[]
  /** The curves of a model version (`Answer.model`); asked for each answer, so that new ones count at once. */
  calibration?: (model: string) => Calibration | null | undefined
  /** Corrected tickets nearest to this one, masked; asked only where the format wants any. */
  examples?: (prepared: Prepared, taxonomy: Taxonomy, count: number, signal: AbortSignal) => Promise<Example[]>
  /** Answers given before, by all that they hang on. */
  cache?: AnswerCache
  /** How a ticket is made shorter when it does not fit the context; without it, head and tail are kept. */
  shorten?: Shorten
}

/** Keeps answers as the model gave them. */
export type AnswerCache = {
  find(key: string): Promise<Answer | null>
  keep(key: string, taxonomyVersion: number, answer: Answer): Promise<void>
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
  const members = options.endpoints.map((endpoint) => ({ ...endpoint, client: openClient(endpoint) }))
  const pool = openPool(members, options)
  // another model may have another vocabulary
  const own = members.filter((member) => member.model === first.model)
  const tokeniser = openTokeniser(own.map(({ client }) => client))

  const { format } = first
  const model = modelVersion(first)

  async function classify(
    prepared: Prepared,
    taxonomy: Taxonomy,
    signal: AbortSignal,
    { urgent = false, since }: Haste = {},
  ): Promise<Answer> {
    const started = performance.now()
    // with the time spent in line and on endpoints that failed
    const timed = (answer: Answer) => {
      const ms = Math.round((performance.now() - started) * 10) / 10
      return calibrate({ ...answer, ms }, options.calibration?.(answer.model))
    }
    const shown = await examplesFor(format, prepared, taxonomy, signal)
    const key = options.cache && (await cacheKey(model, format, taxonomy, prepared, shown))
    const known = key && (await options.cache?.find(key))
    if (known) return timed({ ...known, source: 'cache', tokens: { prompt: 0, completion: 0, cached: 0 } })
    const ask = async (endpoint: EndpointSettings & { client: Client }, signal: AbortSignal) => {
      const { client } = endpoint
      const examples =
        endpoint.format === format ? shown : await examplesFor(endpoint.format, prepared, taxonomy, signal)
      const { shorten } = options
      return answerTicket({ client, format: endpoint.format, taxonomy, prepared, examples, shorten }, signal)
    }
    const answer = await pool.run(ask, signal, { canWait: !urgent, since })
    // an endpoint with another model may have stood in
    if (key && answer.model === model) await options.cache?.keep(key, taxonomy.version, answer)
    return timed(answer)
  }

  async function examplesFor(format: PromptFormat, prepared: Prepared, taxonomy: Taxonomy, signal: AbortSignal) {
    if (format.examples === 0 || !options.examples) return []
    return options.examples(prepared, taxonomy, format.examples, signal)
  }
  return {
    kind: 'endpoint',
    model,
    classify(prepared, taxonomy, signal, haste) {
      if (modelFields(taxonomy).length > 0) return classify(prepared, taxonomy, signal, haste)
      return Promise.resolve({ source: 'endpoint', model, fields: {}, tokens: null, ms: 0 })
    },
    tokenScale: (prepared) => tokeniser.scale(prepared),
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
export { defaultFormat, formatVersion, PromptFormat } from './format.ts'
export type { EndpointHealth } from './pool.ts'
export { type ProbeFinding, probe } from './probe.ts'
export { type Example, missingLabels, renderAnswer, renderParts, renderPrompt } from './prompt.ts'
export { parseAnswer, responseFormat } from './schema.ts'
export { type EndpointSettings, readEndpoints } from './settings.ts'
