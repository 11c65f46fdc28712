/** What goes wrong on model servers without any error, as far as the server lets one see it. */
import { z } from 'zod'
import type { Answer, Taxonomy } from '../../contract/index.ts'
import type { Client, ListedModel } from './client.ts'
import type { Probed, ProbeFinding } from './probe.ts'
import { renderFixed, renderPrompt } from './prompt.ts'

type Seen = { model: ListedModel | null; answer: Answer | null }

const Props = z.object({ total_slots: z.number().optional() })
const Adapters = z.array(z.object({ id: z.number(), scale: z.number(), path: z.string().optional() }))
const WantedLora = z.array(z.object({ id: z.number(), scale: z.number() }))
const AppliedTemplate = z.object({ prompt: z.string() })

/** Only what is wrong; an empty list is good news. */
export async function findTraps(
  client: Client,
  settings: Probed,
  taxonomy: Taxonomy,
  seen: Seen,
  signal: AbortSignal,
): Promise<ProbeFinding[]> {
  const props = Props.safeParse(await client.look('/props', signal)).data
  const lost = props ? await template(client, settings, taxonomy, signal) : null
  const found = [
    kind(settings, props !== undefined),
    context(settings, taxonomy, seen),
    // a prompt that the template made short was not cut
    lost ?? truncation(settings, taxonomy, seen),
    form(seen),
  ]
  if (props) found.push(slots(settings, props.total_slots))
  return found.filter((finding) => finding !== null)
}

/** The other way round proves nothing: a proxy may hide the server's own paths. */
function kind(settings: Probed, isLlama: boolean): ProbeFinding | null {
  if (!isLlama || settings.kind !== 'vllm') return null
  return wrong(
    'kind',
    'the settings say vllm, but this is a llama-server',
    'Set the kind of this endpoint to llamacpp.',
  )
}

/** Room for a ticket beside the fixed part: fewer tokens than this would cut most tickets. */
const TICKET_TOKENS = 500

function context({ format }: Probed, taxonomy: Taxonomy, { model, answer }: Seen): ProbeFinding | null {
  // llama-server divides -c by its slots: n_ctx is what one request has
  const room = model?.meta?.n_ctx ?? model?.max_model_len
  const prompt = answer?.tokens?.prompt
  if (!room || !prompt || room - prompt >= TICKET_TOKENS) return null
  const characters = renderFixed(format, taxonomy).length
  return wrong(
    'context',
    `the fixed part of the prompt (${characters} characters) leaves fewer than ${TICKET_TOKENS} of ${room} tokens for a ticket`,
    "Start the server with a larger context for each slot, or choose a smaller catalogue in the model's prompt format.",
  )
}

/** Ollama cuts a prompt that is too long without a word. */
function truncation({ format }: Probed, taxonomy: Taxonomy, { answer }: Seen): ProbeFinding | null {
  const prompt = answer?.tokens?.prompt
  const characters = renderFixed(format, taxonomy).length
  // no tokenizer packs ten characters of such text into a token
  if (!prompt || prompt > characters / 10) return null
  return wrong(
    'truncation',
    `the server counted ${prompt} tokens in a prompt of more than ${characters} characters: it seems to cut prompts silently`,
    'Raise its context length (Ollama: num_ctx).',
  )
}

/** One strange field is the ticket's doing; all of them are the prompt's. */
function form({ answer }: Seen): ProbeFinding | null {
  const fields = Object.values(answer?.fields ?? {}).filter(({ legalMass }) => legalMass !== undefined)
  if (fields.length === 0 || fields.some(({ doubt }) => doubt === undefined)) return null
  return wrong(
    'form',
    'the model would rather answer something else in every field: every ticket will be held',
    'Ask it in the prompt format that it was trained on; for a model that learnt none, set alarmBelow to 0 and watch its accuracy.',
  )
}

function slots({ concurrency }: Probed, total: number | undefined): ProbeFinding | null {
  if (!total || !concurrency || concurrency <= total + 2) return null
  return wrong(
    'slots',
    `up to ${concurrency} requests at once for ${total} slots: the rest waits inside the server, in no order of ours`,
    `Lower the concurrency to ${total}, or start the server with -np ${concurrency}.`,
  )
}

/**
 * ggml-org/llama.cpp#26207: the prompt cache mixes adapters, with 200 and wrong labels. To be looked at before anything is
 * asked: one question with another `lora` than everybody else's is enough to spoil the labels of all that come after it, even
 * with its own `cache_prompt` off.
 */
export async function findAdapterTraps(client: Client, settings: Probed, signal: AbortSignal): Promise<ProbeFinding[]> {
  const adapters = Adapters.safeParse(await client.look('/lora-adapters', signal)).data
  // vLLM and others have no such page
  if (!adapters) return []
  const given = settings.extra?.lora
  const found: ProbeFinding[] = []
  if (given === undefined) {
    const off = adapters.length > 0 && adapters.every(({ scale }) => scale === 0)
    if (off)
      found.push(
        wrong('lora', 'the adapter is loaded with scale 0: the base model answers', 'Start the server with --lora.'),
      )
    if (adapters.length > 1)
      found.push(wrong('lora', `${adapters.length} adapters are loaded at once and all of them answer`, ONE_EACH))
    return found
  }
  const wanted = WantedLora.safeParse(given).data
  if (!wanted) return [wrong('lora', 'the `lora` option is not a list of {id, scale}', ONE_EACH)]
  const unknown = wanted.filter(({ id }) => !adapters.some((adapter) => adapter.id === id))
  if (unknown.length > 0)
    found.push(
      wrong(
        'lora',
        `no adapter has the id ${unknown.map(({ id }) => id).join(', ')}: the server ignores it and the base model answers`,
        ONE_EACH,
      ),
    )
  // a slot of its own helps only with --cache-ram 0, which nobody can see from outside
  if (settings.extra?.cache_prompt !== false)
    found.push(
      wrong(
        'lora',
        'an adapter for each request and a prompt cache: the cache mixes adapters',
        `${ONE_EACH} Or set cache_prompt to false, here and for whoever else asks this server.`,
      ),
    )
  return found
}

const ONE_EACH = 'Run one llama-server for each adapter (--lora FILE), and leave `lora` out.'

/** `--chat-template mistral-v7` under --jinja is taken literally: every prompt becomes the text "mistral-v7". */
async function template(client: Client, settings: Probed, taxonomy: Taxonomy, signal: AbortSignal) {
  const rendered = renderPrompt(settings.format, taxonomy, { subject: 'Probe', text: 'qzv-4711' })
  if (rendered.kind !== 'chat') return null
  const applied = AppliedTemplate.safeParse(
    await client.look('/apply-template', signal, { messages: rendered.messages }),
  ).data
  if (!applied || applied.prompt.includes('qzv-4711')) return null
  return wrong(
    'template',
    "the chat template loses the ticket's text",
    'Use --chat-template-file, or --no-jinja with a built-in name.',
  )
}

function wrong(what: string, says: string, next: string): ProbeFinding {
  return { what, ok: false, says, next }
}
