/** The endpoints as an admin configures them, each with the prompt format of its model. */
import { z } from 'zod'
import type { ClientSettings } from './client.ts'
import { defaultFormat, PromptFormat } from './format.ts'
import type { PoolMember } from './pool.ts'

/** One configured endpoint. */
export type EndpointSettings = ClientSettings & PoolMember & { format: PromptFormat }

/** Request options that Pointsman sets itself; another value would make the reply unreadable to it. */
const RESERVED = [
  ...['model', 'messages', 'prompt', 'temperature', 'max_tokens', 'seed', 'stop', 'n', 'n_probs', 'logprobs'],
  ...['top_logprobs', 'response_format', 'json_schema', 'grammar', 'structured_outputs', 'stream', 'tools', 'echo'],
  ...['post_sampling_probs', 'return_tokens_as_token_ids'],
]

const Entry = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'use letters, digits, ".", "_" and "-"'),
    /** Ends in `/v1`. */
    baseUrl: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
    /** On vLLM the name of the adapter. Calibration and cache belong to this name: another model needs another name. */
    model: z.string().min(1).max(200),
    /** The environment variable that holds the key, so that the file contains no secret. */
    apiKeyEnv: z
      .string()
      .regex(/^[A-Z_][A-Z0-9_]*$/, 'name an environment variable')
      .optional(),
    kind: z.enum(['llamacpp', 'vllm', 'openai']).optional(),
    format: PromptFormat.default(defaultFormat),
    weight: z.number().positive().max(1000).default(1),
    order: z.number().int().min(0).max(100).default(0),
    concurrency: z.number().int().min(1).max(256).default(2),
    timeoutMs: z.number().int().min(100).max(600_000).optional(),
    alarmBelow: z.number().min(0).max(1).optional(),
    extra: z.record(z.string(), z.unknown()).optional(),
  })
  .superRefine(({ kind, extra = {} }, ctx) => {
    for (const name of RESERVED)
      if (name in extra)
        ctx.addIssue({ code: 'custom', path: ['extra', name], message: 'is set by Pointsman: remove it' })
    if (kind === 'vllm' && 'lora' in extra)
      ctx.addIssue({
        code: 'custom',
        path: ['extra', 'lora'],
        message: 'vLLM ignores it and the base model answers: set model to the name of the adapter',
      })
  })
type Entry = z.infer<typeof Entry>

const Entries = z
  .array(Entry)
  .min(1)
  .max(20)
  .superRefine((entries, ctx) => {
    for (const [i, entry] of entries.entries())
      for (const other of entries.slice(0, i)) {
        if (other.name === entry.name)
          ctx.addIssue({ code: 'custom', path: [i, 'name'], message: `the name ${entry.name} is used twice` })
        if (mixesAdapters(entry, other))
          ctx.addIssue({
            code: 'custom',
            path: [i, 'extra', 'lora'],
            // ggml-org/llama.cpp#26207: status 200, and the labels of the other adapter
            message: `the prompt cache of one llama-server mixes the adapters of ${other.name} and ${entry.name}: run one server for each, or set cache_prompt to false in both`,
          })
      }
  })

function mixesAdapters(one: Entry, other: Entry): boolean {
  if (one.baseUrl !== other.baseUrl || one.kind === 'vllm') return false
  const [first, second] = [one, other].map(({ extra }) => JSON.stringify(extra?.lora ?? null))
  return first !== second && ![one, other].every(({ extra }) => extra?.cache_prompt === false)
}

/** Reads the endpoint settings; returns every fault with its path when some are wrong. */
export function readEndpoints(
  given: unknown,
  env: Record<string, string | undefined>,
): { endpoints: EndpointSettings[] } | { faults: string[] } {
  const parsed = Entries.safeParse(given)
  if (!parsed.success)
    return { faults: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the list'}: ${message}`) }
  const faults: string[] = []
  const endpoints = parsed.data.map(({ apiKeyEnv, ...entry }, i): EndpointSettings => {
    const apiKey = apiKeyEnv === undefined ? undefined : env[apiKeyEnv]
    if (apiKeyEnv !== undefined && !apiKey) faults.push(`${i}.apiKeyEnv: ${apiKeyEnv} is not set`)
    return apiKey ? { ...entry, apiKey } : entry
  })
  return faults.length > 0 ? { faults } : { endpoints }
}
