/** Checks of one endpoint for `doctor`: above all of what servers get wrong without any error. */
import { z } from 'zod'
import type { Prepared, Taxonomy } from '../../contract/index.ts'
import { TriageError } from '../../errors.ts'
import { answerTicket } from './answer.ts'
import { type Client, type ClientSettings, type ListedModel, openClient } from './client.ts'
import type { PromptFormat } from './format.ts'
import { renderPrompt } from './prompt.ts'
import { findAdapterTraps, findTraps } from './server-checks.ts'

export type ProbeFinding = { what: string; ok: boolean; says: string; next?: string }
export type Probed = ClientSettings & { format: PromptFormat; concurrency?: number }

const PATIENCE_MS = 60_000

/** Never throws for what the server does; the checks after a failed one are left out where they hang on it. */
export async function probe(
  settings: Probed,
  taxonomy: Taxonomy,
  signal: AbortSignal = AbortSignal.timeout(PATIENCE_MS),
): Promise<ProbeFinding[]> {
  const client = openClient(settings)
  const findings: ProbeFinding[] = []
  const check = async <T>(what: string, look: () => Promise<{ says: string; value: T }>): Promise<T | null> => {
    try {
      const { says, value } = await look()
      findings.push({ what, ok: true, says })
      return value
    } catch (error) {
      findings.push({ what, ok: false, ...fault(error) })
      return null
    }
  }

  const models = await check('reachable', async () => {
    const models = await client.models(signal)
    return { says: `${settings.baseUrl} answers`, value: models }
  })
  if (!models) return findings

  const model = await check('model', async () => {
    const known = models.find(({ id, aliases }) => id === settings.model || aliases?.includes(settings.model))
    const names = models.flatMap(({ id, aliases }) => [id, ...(aliases ?? [])])
    if (!known)
      throw new TriageError(`${settings.model} is not among ${[...new Set(names)].join(', ') || 'its models'}`, {
        // llama-server answers to any name, so a request would never tell
        next: 'Set the model name that the server lists, or start the server with this model.',
      })
    return { says: `${settings.model} is there${await adapters(client, known, models, signal)}`, value: known }
  })

  const adapterTraps = await findAdapterTraps(client, settings, signal)
  findings.push(...adapterTraps)
  // the question itself would leave its adapter in the cache of a server at work
  if (settings.extra?.lora !== undefined && adapterTraps.length > 0) return findings

  await check('schema', async () => {
    await enforces(client, settings.format, signal)
    return { says: 'the server enforces it', value: true }
  })

  const answer = await check('probe ticket', async () => {
    const answer = await answerTicket(
      { client, format: settings.format, taxonomy, prepared: TICKET, examples: [] },
      signal,
    )
    const values = Object.entries(answer.fields).map(([id, { value }]) => `${id} ${value}`)
    return { says: `${values.join(', ')} in ${Math.round(answer.ms)} ms`, value: answer }
  })
  if (answer)
    await check('confidence', async () => {
      const fields = Object.values(answer.fields)
      if (fields.every(({ raw, legalMass }) => raw === null && legalMass === undefined))
        throw new TriageError('the server gives no token probabilities, so every confidence is unknown', {
          next: 'Use llama-server or vLLM, or accept that every required field is held.',
        })
      return { says: 'token probabilities come with the answer', value: true }
    })

  findings.push(...(await findTraps(client, settings, taxonomy, { model, answer }, signal)))
  return findings
}

/** Which adapter answers, as far as the server says: vLLM lists them as models, llama-server loads them at its start. */
async function adapters(client: Client, model: ListedModel, models: ListedModel[], signal: AbortSignal) {
  if (model.parent) return `, an adapter of ${model.parent}`
  const children = models.filter(({ parent }) => parent === model.id).map(({ id }) => id)
  if (children.length > 0) return `; it is the base model of the adapters ${children.join(', ')}`
  const loaded = LoadedAdapters.safeParse(await client.look('/lora-adapters', signal)).data
  if (!loaded) return ''
  const named = loaded.map(({ path, scale }) => `${path.split('/').at(-1)} at scale ${scale}`)
  return named.length > 0 ? `, with the adapter ${named.join(' and ')}` : ', with no adapter'
}

const LoadedAdapters = z.array(z.object({ path: z.string(), scale: z.number() }))

/**
 * A well-trained model answers in the right form all by itself, so we ask for something that no model would say:
 * older and newer servers ignore a schema silently, and answer 200.
 */
async function enforces(client: Client, format: PromptFormat, signal: AbortSignal): Promise<void> {
  const values = [{ id: 'zq7xk', description: '', synonyms: [], automatic: true }]
  const odd: Taxonomy = {
    version: 0,
    fields: [{ id: 'probe', description: '', kind: 'choice', source: 'model', required: true, values }],
  }
  const schema = { type: 'object', properties: { probe: { type: 'string', enum: ['zq7xk'] } } }
  const reply = await client.ask(
    {
      rendered: renderPrompt({ ...format, instructions: 'Say hello.' }, odd, TICKET),
      responseFormat: {
        type: 'json_schema',
        json_schema: {
          name: 'ticket',
          strict: true,
          schema: { ...schema, required: ['probe'], additionalProperties: false },
        },
      },
      maxTokens: 100,
      temperature: 0,
    },
    signal,
  )
  if (!OddAnswer.safeParse(reply.content).success)
    throw new TriageError('the server ignores response_format: answers outside the taxonomy will be held', {
      next: 'Update the server; vLLM needs 0.12 or newer, llama-server must not run with --skip-chat-parsing.',
    })
}

const OddAnswer = z.string().transform((content, ctx) => {
  try {
    return z.strictObject({ probe: z.literal('zq7xk') }).parse(JSON.parse(content))
  } catch {
    ctx.addIssue({ code: 'custom', message: 'not what the schema allows' })
    return z.NEVER
  }
})

const TICKET: Prepared = {
  subject: 'No connection',
  text: 'Since this morning nothing works in our office. Please help.',
  language: { code: 'en', confidence: 1 },
  dropped: [],
  masked: {},
  metadata: {},
}

function fault(error: unknown): { says: string; next: string } {
  if (error instanceof TriageError) return { says: error.message, next: error.next }
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return { says: `no answer within ${PATIENCE_MS / 1000} s`, next: 'Check the load of the model server.' }
  throw error
}
