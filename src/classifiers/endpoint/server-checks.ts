/** What goes wrong on model servers without an error, as far as it can be seen from outside. */
import { z } from 'zod'
import type { Answer, Taxonomy } from '../../contract/index.ts'
import type { Client } from './client.ts'
import { type ProbedEndpoint, type ProbeFinding, problem } from './finding.ts'
import { renderFixed, renderPrompt } from './prompt.ts'
import type { ListedModel } from './reply.ts'

/** What the earlier checks found out. */
type Known = { model: ListedModel | null; answer: Answer | null }

const Props = z.object({ total_slots: z.number().optional() })
const Adapters = z.array(z.object({ id: z.number(), scale: z.number(), path: z.string().optional() }))
const RequestedLora = z.array(z.object({ id: z.number(), scale: z.number() }))
const AppliedTemplate = z.object({ prompt: z.string() })

/** Problems only. */
export async function checkServer(
  client: Client,
  settings: ProbedEndpoint,
  taxonomy: Taxonomy,
  known: Known,
  signal: AbortSignal,
): Promise<ProbeFinding[]> {
  const props = Props.safeParse(await client.fetchPath('/props', signal)).data
  const lostText = props ? await checkTemplate(client, settings, taxonomy, signal) : null
  const found = [
    checkKind(settings, props !== undefined),
    checkContext(settings, taxonomy, known),
    // a prompt that is short because the template lost the text was not truncated
    lostText ?? checkTruncation(settings, taxonomy, known),
    checkForm(known),
  ]
  if (props) found.push(checkSlots(settings, props.total_slots))
  return found.filter((finding) => finding !== null)
}

/** The opposite cannot be checked: a proxy may hide the server's own paths. */
function checkKind(settings: ProbedEndpoint, isLlama: boolean): ProbeFinding | null {
  if (!isLlama || settings.kind !== 'vllm') return null
  return problem(
    'kind',
    'the endpoint is configured as vllm, but the server is a llama-server',
    'Set the kind of this endpoint to llamacpp.',
  )
}

/** Room for a ticket besides the fixed part: with fewer tokens most tickets would be cut. */
const TICKET_TOKENS = 500

function checkContext({ format }: ProbedEndpoint, taxonomy: Taxonomy, { model, answer }: Known): ProbeFinding | null {
  // llama-server divides -c by its slots: n_ctx is the context of one request
  const room = model?.meta?.n_ctx ?? model?.max_model_len
  const prompt = answer?.tokens?.prompt
  if (!room || !prompt || room - prompt >= TICKET_TOKENS) return null
  const characters = renderFixed(format, taxonomy).length
  return problem(
    'context',
    `the fixed part of the prompt (${characters} characters) leaves fewer than ${TICKET_TOKENS} of ${room} tokens for a ticket`,
    "Start the server with a larger context for each slot, or choose a smaller catalogue in the model's prompt format.",
  )
}

/** Ollama truncates a prompt that is too long without an error. */
function checkTruncation({ format }: ProbedEndpoint, taxonomy: Taxonomy, { answer }: Known): ProbeFinding | null {
  const prompt = answer?.tokens?.prompt
  const characters = renderFixed(format, taxonomy).length
  // no tokenizer packs ten characters of such text into a token
  if (!prompt || prompt > characters / 10) return null
  return problem(
    'truncation',
    `the server counted ${prompt} tokens in a prompt of more than ${characters} characters: it seems to truncate prompts silently`,
    'Raise its context length (Ollama: num_ctx).',
  )
}

/** A doubt about one field can come from the ticket; a doubt about all of them comes from the prompt. */
function checkForm({ answer }: Known): ProbeFinding | null {
  const fields = Object.values(answer?.fields ?? {}).filter(({ legalMass }) => legalMass !== undefined)
  if (fields.length === 0 || fields.some(({ doubt }) => doubt === undefined)) return null
  return problem(
    'form',
    'the model prefers an answer outside the allowed values in every field: every ticket will be held',
    'Use the prompt format that the model was trained on; for a model trained on no such format, set alarmBelow to 0 and monitor its accuracy.',
  )
}

function checkSlots({ concurrency }: ProbedEndpoint, total: number | undefined): ProbeFinding | null {
  if (!total || !concurrency || concurrency <= total + 2) return null
  return problem(
    'slots',
    `up to ${concurrency} parallel requests for ${total} slots: the others wait inside the server, where urgent tickets cannot go first`,
    `Lower the concurrency to ${total}, or start the server with -np ${concurrency}.`,
  )
}

/**
 * ggml-org/llama.cpp#26207: the prompt cache mixes adapters, with status 200 and wrong labels. Checked before any question:
 * one question with a `lora` that differs from the others' is enough to make all later labels wrong, even when it sets
 * `cache_prompt` to false for itself.
 */
export async function checkAdapters(
  client: Client,
  settings: ProbedEndpoint,
  signal: AbortSignal,
): Promise<ProbeFinding[]> {
  const adapters = Adapters.safeParse(await client.fetchPath('/lora-adapters', signal)).data
  // vLLM and others do not have this path
  if (!adapters) return []
  const requested = settings.extra?.lora
  return requested === undefined ? checkLoadedAdapters(adapters) : checkRequestedLora(adapters, requested, settings)
}

function checkLoadedAdapters(adapters: z.infer<typeof Adapters>): ProbeFinding[] {
  const found: ProbeFinding[] = []
  if (adapters.length > 0 && adapters.every(({ scale }) => scale === 0))
    found.push(
      problem('lora', 'the adapter is loaded with scale 0: the base model answers', 'Start the server with --lora.'),
    )
  if (adapters.length > 1)
    found.push(problem('lora', `${adapters.length} adapters are loaded and all of them are applied at once`, ONE_EACH))
  return found
}

function checkRequestedLora(
  adapters: z.infer<typeof Adapters>,
  given: unknown,
  settings: ProbedEndpoint,
): ProbeFinding[] {
  const requested = RequestedLora.safeParse(given).data
  if (!requested) return [problem('lora', 'the `lora` option is not a list of {id, scale}', ONE_EACH)]
  const found: ProbeFinding[] = []
  const unknown = requested.filter(({ id }) => !adapters.some((adapter) => adapter.id === id))
  if (unknown.length > 0)
    found.push(
      problem(
        'lora',
        `no adapter has the id ${unknown.map(({ id }) => id).join(', ')}: the server ignores it and the base model answers`,
        ONE_EACH,
      ),
    )
  // a separate slot helps only with --cache-ram 0, which cannot be seen from outside
  if (settings.extra?.cache_prompt !== false)
    found.push(
      problem(
        'lora',
        'requests select an adapter while the prompt cache is on: the cache mixes adapters',
        `${ONE_EACH} Or set cache_prompt to false, here and for every other client of this server.`,
      ),
    )
  return found
}

const ONE_EACH = 'Run one llama-server for each adapter (--lora FILE), and remove `lora` from the endpoint.'

/** `--chat-template mistral-v7` under --jinja is taken literally: every prompt becomes the text "mistral-v7". */
async function checkTemplate(client: Client, settings: ProbedEndpoint, taxonomy: Taxonomy, signal: AbortSignal) {
  const rendered = renderPrompt(settings.format, taxonomy, { subject: 'Probe', text: 'qzv-4711' })
  if (rendered.kind !== 'chat') return null
  const applied = AppliedTemplate.safeParse(
    await client.fetchPath('/apply-template', signal, { messages: rendered.messages }),
  ).data
  if (!applied || applied.prompt.includes('qzv-4711')) return null
  return problem(
    'template',
    "the chat template loses the ticket's text",
    'Use --chat-template-file, or --no-jinja with a built-in name.',
  )
}
