/** The endpoint classifier: the answer cache, the examples and the pool of endpoints behind one question. */
import type { Answer, Classifier, Haste, Prepared, Taxonomy } from '../../contract/index.ts'
import { ConfigError, ModelError } from '../../errors.ts'
import { type Calibration, calibrate } from '../calibration/index.ts'
import { answerTicket, modelVersion } from './answer.ts'
import { cacheKey } from './cache-key.ts'
import { type Client, openClient } from './client.ts'
import { modelFields } from './codes.ts'
import type { ProbeFinding } from './finding.ts'
import type { PromptFormat } from './format.ts'
import { type EndpointHealth, openPool, type Pool, type PoolSettings } from './pool.ts'
import { PROBE_TICKET, probe } from './probe.ts'
import type { Example } from './prompt.ts'
import type { EndpointSettings } from './settings.ts'
import type { Shorten } from './shorten.ts'
import { openTokeniser } from './tokeniser.ts'

/** The endpoints and what the classifier uses besides them. */
export type EndpointOptions = PoolSettings & {
  endpoints: EndpointSettings[]
  /** The curves of a model version (`Answer.model`); asked for each answer, so that new curves apply at once. */
  calibration?: (model: string) => Calibration | null | undefined
  /** How the answers of a model version for a field turned out. */
  record?: Classifier['record']
  /** The corrected tickets most similar to this one, masked; asked only where the format shows examples. */
  examples?: (prepared: Prepared, taxonomy: Taxonomy, count: number, signal: AbortSignal) => Promise<Example[]>
  /** Earlier answers, by everything that they depend on. */
  cache?: AnswerCache
  /** Without it, each ticket meets the fault of the model itself. */
  pauses?: PauseKeeper
  /** How a ticket that does not fit the context is shortened; without it, its head and tail are kept. */
  shorten?: Shorten
}

/** Knows which models are paused because they fail every ticket. */
export type PauseKeeper = {
  /** Throws ModelError `busy` while the model is paused. True: a pause that was seen has ended. */
  check(model: string): Promise<boolean>
  begin(model: string, cause: ModelError): Promise<void>
}

/** Stores answers as the model gave them. */
export type AnswerCache = {
  find(key: string): Promise<Answer | null>
  keep(key: string, taxonomyVersion: number, answer: Answer): Promise<void>
}

/** A classifier over one or several model endpoints. */
export type EndpointClassifier = Classifier & {
  kind: 'endpoint'
  health(): EndpointHealth[]
  /** The fault that the next ticket would meet; null when the model answers. Asks about a made-up ticket. */
  faultOf(taxonomy: Taxonomy, signal: AbortSignal): Promise<ModelError | null>
  /** What `doctor` shows, for every endpoint. */
  probe(taxonomy: Taxonomy, signal?: AbortSignal): Promise<ProbeFinding[]>
  close(): void
}

type Member = EndpointSettings & { client: Client }
type Ticket = { prepared: Prepared; taxonomy: Taxonomy }
/** `format` and `model` are those of the first endpoint: cache and calibration belong to it. */
type Opened = {
  options: EndpointOptions
  members: Member[]
  pool: Pool<Member>
  format: PromptFormat
  model: string
}

/** Opens the classifier over the configured endpoints; throws ConfigError when there is none. */
export function openEndpoint(options: EndpointOptions): EndpointClassifier {
  const first = options.endpoints[0]
  if (!first) throw new ConfigError('No model endpoint is configured', { next: 'Set LLM_BASE_URL, or add a model.' })
  const members = options.endpoints.map((endpoint) => ({ ...endpoint, client: openClient(endpoint) }))
  const pool = openPool(members, options)
  // another model may have another vocabulary
  const sameModel = members.filter((member) => member.model === first.model)
  const tokeniser = openTokeniser(sameModel.map(({ client }) => client))
  const model = modelVersion(first)
  const opened = { options, members, pool, format: first.format, model }
  return {
    kind: 'endpoint',
    model,
    classify(prepared, taxonomy, signal, haste = {}) {
      if (modelFields(taxonomy).length > 0) return classify(opened, { prepared, taxonomy }, signal, haste)
      return Promise.resolve({ source: 'endpoint', model, fields: {}, tokens: null, ms: 0 })
    },
    ...(options.record ? { record: options.record } : {}),
    tokenScale: (prepared) => tokeniser.scale(prepared),
    faultOf: (taxonomy, signal) => faultOf(opened, taxonomy, signal),
    health: () => pool.health(),
    probe: (taxonomy, signal) => probeAll(options.endpoints, taxonomy, signal),
    close: () => pool.close(),
  }
}

async function classify(
  opened: Opened,
  ticket: Ticket,
  signal: AbortSignal,
  { urgent = false, since }: Haste,
): Promise<Answer> {
  const started = performance.now()
  const { options, pool, format, model } = opened
  const { prepared, taxonomy } = ticket
  // the time includes waiting, and endpoints that failed
  const finish = (answer: Answer) => {
    const ms = Math.round((performance.now() - started) * 10) / 10
    return calibrate({ ...answer, ms }, options.calibration?.(answer.model))
  }
  const examples = await examplesFor(options, format, ticket, signal)
  const key = options.cache && (await cacheKey(model, format, taxonomy, prepared, examples))
  const known = key && (await options.cache?.find(key))
  if (known) return finish({ ...known, source: 'cache', tokens: { prompt: 0, completion: 0, cached: 0 } })
  const ask = async (endpoint: Member, signal: AbortSignal) => {
    const { client, format: its } = endpoint
    const shown = its === format ? examples : await examplesFor(options, its, ticket, signal)
    return answerTicket({ client, format: its, ...ticket, examples: shown, shorten: options.shorten }, signal)
  }
  // the failures before the pause say nothing about the server after it
  if (await options.pauses?.check(model)) pool.reset()
  const answer = await pool.run(ask, signal, { canWait: !urgent, since }).catch(async (error: unknown) => {
    throw error instanceof ModelError ? await judged(opened, taxonomy, error, signal) : error
  })
  // an endpoint with another model may have answered
  if (key && answer.model === model) await options.cache?.keep(key, taxonomy.version, answer)
  return finish(answer)
}

/** Pauses the model when the fault is its own and not this ticket's, and stays. Returns what to throw. */
async function judged(opened: Opened, taxonomy: Taxonomy, error: ModelError, signal: AbortSignal): Promise<ModelError> {
  const { options, pool, model } = opened
  if (!options.pauses) return error
  switch (error.fault) {
    case 'auth':
    case 'config':
      await options.pauses.begin(model, error)
      return error
    case 'missing':
      // an adapter that is loaded again is back after some tickets
      if (pool.health().every(({ state }) => state !== 'up')) await options.pauses.begin(model, error)
      return error
    case 'refused': {
      const fault = await faultOf(opened, taxonomy, signal)
      if (!fault) return error
      if (fault.fault === 'refused' || fault.fault === 'config') await options.pauses.begin(model, fault)
      return new ModelError('config', fault.message, fault)
    }
    default:
      return error
  }
}

/** Asks each endpoint, also one that is out of use; one that answers is enough. */
async function faultOf({ options, members }: Opened, taxonomy: Taxonomy, signal: AbortSignal) {
  let fault: ModelError | null = null
  for (const { client, format } of members) {
    const question = { client, format, taxonomy, prepared: PROBE_TICKET, examples: [], shorten: options.shorten }
    try {
      await answerTicket(question, signal)
      return null
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      // a poor answer is one
      if (!error.retry && error.fault !== 'refused') return null
      fault = error
    }
  }
  return fault
}

async function examplesFor(
  { examples }: EndpointOptions,
  format: PromptFormat,
  { prepared, taxonomy }: Ticket,
  signal: AbortSignal,
): Promise<Example[]> {
  if (format.examples === 0 || !examples) return []
  return examples(prepared, taxonomy, format.examples, signal)
}

async function probeAll(endpoints: EndpointSettings[], taxonomy: Taxonomy, signal?: AbortSignal) {
  const findings = endpoints.map(async (endpoint) =>
    (await probe(endpoint, taxonomy, signal)).map((found) => ({ ...found, what: `${endpoint.name}: ${found.what}` })),
  )
  return (await Promise.all(findings)).flat()
}
