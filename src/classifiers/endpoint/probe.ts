/** Checks of one endpoint for `doctor`, above all for what servers get wrong without reporting an error. */
import { z } from 'zod'
import type { Answer, Prepared, Taxonomy } from '../../contract/index.ts'
import { TriageError } from '../../errors.ts'
import { answerTicket } from './answer.ts'
import { type Client, openClient } from './client.ts'
import type { ProbedEndpoint, ProbeFinding } from './finding.ts'
import type { PromptFormat } from './format.ts'
import { renderPrompt } from './prompt.ts'
import type { ListedModel } from './reply.ts'
import { checkAdapters, checkServer } from './server-checks.ts'

const PATIENCE_MS = 60_000

type Probe = { client: Client; settings: ProbedEndpoint; taxonomy: Taxonomy; signal: AbortSignal }
type Checked<T> = { says: string; value: T }

/** Checks one endpoint. A server's failure is a finding, never thrown; checks that depend on a failed one are left out. */
export async function probe(
  settings: ProbedEndpoint,
  taxonomy: Taxonomy,
  signal: AbortSignal = AbortSignal.timeout(PATIENCE_MS),
): Promise<ProbeFinding[]> {
  const client = openClient(settings)
  const probing = { client, settings, taxonomy, signal }
  const findings: ProbeFinding[] = []
  const check = async <T>(what: string, run: () => Checked<T> | Promise<Checked<T>>): Promise<T | null> => {
    try {
      const { says, value } = await run()
      findings.push({ what, ok: true, says })
      return value
    } catch (error) {
      findings.push({ what, ok: false, ...describeFault(error) })
      return null
    }
  }

  const models = await check('reachable', async () => {
    const models = await client.models(signal)
    return { says: `${settings.baseUrl} answers`, value: models }
  })
  if (!models) return findings

  const model = await check('model', () => checkModel(probing, models))
  const adapterFindings = await checkAdapters(client, settings, signal)
  findings.push(...adapterFindings)
  // a question would leave its adapter in the prompt cache of a server in use
  if (settings.extra?.lora !== undefined && adapterFindings.length > 0) return findings

  await check('schema', () => checkSchema(probing))
  const answer = await check('probe ticket', () => askProbeTicket(probing))
  if (answer) await check('confidence', () => checkConfidence(answer))
  findings.push(...(await checkServer(client, settings, taxonomy, { model, answer }, signal)))
  return findings
}

async function checkModel({ client, settings, signal }: Probe, models: ListedModel[]): Promise<Checked<ListedModel>> {
  const known = models.find(({ id, aliases }) => id === settings.model || aliases?.includes(settings.model))
  const names = models.flatMap(({ id, aliases }) => [id, ...(aliases ?? [])])
  if (!known)
    throw new TriageError(
      `the server does not list the model ${settings.model}; it lists ${[...new Set(names)].join(', ') || 'none'}`,
      {
        // llama-server accepts any name, so a request would not reveal it
        next: 'Set the model name that the server lists, or start the server with this model.',
      },
    )
  return { says: `${settings.model} is available${await adapters(client, known, models, signal)}`, value: known }
}

async function askProbeTicket({ client, settings, taxonomy, signal }: Probe): Promise<Checked<Answer>> {
  const { format } = settings
  const answer = await answerTicket({ client, format, taxonomy, prepared: PROBE_TICKET, examples: [] }, signal)
  const values = Object.entries(answer.fields).map(([id, { value }]) => `${id} ${value}`)
  return { says: `${values.join(', ')} in ${Math.round(answer.ms)} ms`, value: answer }
}

function checkConfidence({ fields }: Answer): Checked<true> {
  if (Object.values(fields).every(({ raw, legalMass }) => raw === null && legalMass === undefined))
    throw new TriageError('the server returns no token probabilities, so every confidence is unknown', {
      next: 'Use llama-server or vLLM; with this server every required field is held.',
    })
  return { says: 'the answer includes token probabilities', value: true }
}

/** Which adapter answers, where the server shows it: vLLM lists adapters as models, llama-server loads them at start. */
async function adapters(client: Client, model: ListedModel, models: ListedModel[], signal: AbortSignal) {
  if (model.parent) return `, an adapter of ${model.parent}`
  const children = models.filter(({ parent }) => parent === model.id).map(({ id }) => id)
  if (children.length > 0) return `; it is the base model of the adapters ${children.join(', ')}`
  const loaded = LoadedAdapters.safeParse(await client.fetchPath('/lora-adapters', signal)).data
  if (!loaded) return ''
  const named = loaded.map(({ path, scale }) => `${path.split('/').at(-1)} at scale ${scale}`)
  return named.length > 0 ? `, with the adapter ${named.join(' and ')}` : ', without an adapter'
}

const LoadedAdapters = z.array(z.object({ path: z.string(), scale: z.number() }))

/**
 * A trained model answers in the right form even without a schema, so this asks for a value that no model would choose:
 * some server versions ignore a schema silently and answer 200.
 */
async function checkSchema({ client, settings, signal }: Probe): Promise<Checked<true>> {
  const format: PromptFormat = { ...settings.format, instructions: 'Say hello.' }
  const values = [{ id: 'zq7xk', description: '', synonyms: [], automatic: true }]
  const unguessable: Taxonomy = {
    version: 0,
    fields: [{ id: 'probe', description: '', kind: 'choice', source: 'model', required: true, values }],
  }
  const schema = { type: 'object', properties: { probe: { type: 'string', enum: ['zq7xk'] } } }
  const reply = await client.ask(
    {
      rendered: renderPrompt(format, unguessable, PROBE_TICKET),
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
  if (!UnguessableAnswer.safeParse(reply.content).success)
    throw new TriageError('the server ignores response_format: answers outside the taxonomy are held', {
      next: 'Update the server; vLLM needs 0.12 or newer, llama-server must not run with --skip-chat-parsing.',
    })
  return { says: 'the server enforces the JSON schema', value: true }
}

const UnguessableAnswer = z.string().transform((content, ctx) => {
  try {
    return z.strictObject({ probe: z.literal('zq7xk') }).parse(JSON.parse(content))
  } catch {
    ctx.addIssue({ code: 'custom', message: 'not allowed by the schema' })
    return z.NEVER
  }
})

export const PROBE_TICKET: Prepared = {
  subject: 'No connection',
  text: 'Since this morning nothing works in our office. Please help.',
  language: { code: 'en', confidence: 1 },
  dropped: [],
  masked: {},
  metadata: {},
}

function describeFault(error: unknown): { says: string; next: string } {
  if (error instanceof TriageError) return { says: error.message, next: error.next }
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return { says: `no answer within ${PATIENCE_MS / 1000} s`, next: 'Check the load of the model server.' }
  throw error
}
