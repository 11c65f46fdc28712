/**
 * How one model is asked; stored with the model. An adapter only works with the prompt layout that it was trained on, so
 * the training export uses the same format.
 */
import { z } from 'zod'

const Wrap = z.strictObject({ prefix: z.string().max(500), suffix: z.string().max(500) })

/** Raw completion: the text around each part. `answer.prefix` ends the prompt, `answer.suffix` ends a training row. */
const Template = z.strictObject({
  system: Wrap,
  user: Wrap,
  answer: Wrap,
})
type Template = z.infer<typeof Template>

const PRESET_NAMES = ['h2o', 'mistral', 'chatml', 'llama3', 'zephyr', 'alpaca'] as const

const shared = {
  /**
   * A JSON object, as adapters are trained on, or one letter code for each field: a third of the tokens, for a general
   * model. Codes are one JSON string, which llama-server and vLLM can enforce; OpenAI itself accepts objects only.
   */
  answer: z.enum(['json', 'codes']).default('json'),
  /** Language of the built-in instructions. */
  language: z.enum(['en', 'ru']).default('en'),
  /** Replaces the built-in instructions. */
  instructions: z.string().min(1).max(8000).optional(),
  /**
   * What the prompt says about each value. An adapter learnt its labels in training (`none`, or `names` when the list
   * changes); a general model decides better with everything (`synonyms`), but the default taxonomy then takes 2,100
   * tokens instead of 90 (`names`) or 1,250 (`descriptions`), and does not fit a slot of 2,048.
   */
  catalogue: z.enum(['none', 'names', 'descriptions', 'synonyms']).default('names'),
  /** At most this many synonyms are shown for each value. */
  synonyms: z.number().int().min(0).max(100).default(8),
  /** Ticket metadata that the model may see, by name. */
  metadata: z.array(z.string().min(1).max(120)).max(20).default([]),
  /**
   * How many characters the model may use to explain its answer before giving it; JSON only; absent: no explanation.
   * Measure first: it multiplies the tokens of the answer, and does not make a fine-tuned model decide better.
   */
  rationale: z.number().int().min(20).max(1000).optional(),
  /** Corrected tickets shown before the ticket; 0 for an adapter. */
  examples: z.number().int().min(0).max(20).default(0),
}

export const PromptFormat = z.discriminatedUnion('kind', [
  /**
   * Chat. `merged` puts instructions and ticket into one user message: the templates of Mistral 0.1 and 0.2 have no
   * system role; vLLM then answers 400, llama-server silently merges.
   */
  z.strictObject({ kind: z.literal('chat'), system: z.enum(['separate', 'merged']).default('merged'), ...shared }),
  /** Raw completion, for models trained outside a chat template. */
  z.strictObject({
    kind: z.literal('completion'),
    system: z.enum(['separate', 'merged']).default('merged'),
    template: z.union([z.enum(PRESET_NAMES), Template]),
    ...shared,
  }),
])
/** See the schema of the same name. */
export type PromptFormat = z.infer<typeof PromptFormat>

/** The format of a model without a stored one. */
export const defaultFormat: PromptFormat = PromptFormat.parse({ kind: 'chat' })

const presets: Record<(typeof PRESET_NAMES)[number], Template> = {
  // H2O LLM Studio: text_system_start, text_prompt_start and text_answer_separator, each part ended by the EOS token
  h2o: {
    system: { prefix: '<|system|>', suffix: '</s>' },
    user: { prefix: '<|prompt|>', suffix: '</s>' },
    answer: { prefix: '<|answer|>', suffix: '</s>' },
  },
  // the server adds <s> itself
  mistral: {
    system: { prefix: '[INST] ', suffix: '\n\n' },
    user: { prefix: '[INST] ', suffix: ' [/INST]' },
    answer: { prefix: '', suffix: '</s>' },
  },
  chatml: {
    system: { prefix: '<|im_start|>system\n', suffix: '<|im_end|>\n' },
    user: { prefix: '<|im_start|>user\n', suffix: '<|im_end|>\n' },
    answer: { prefix: '<|im_start|>assistant\n', suffix: '<|im_end|>' },
  },
  llama3: {
    system: { prefix: '<|start_header_id|>system<|end_header_id|>\n\n', suffix: '<|eot_id|>' },
    user: { prefix: '<|start_header_id|>user<|end_header_id|>\n\n', suffix: '<|eot_id|>' },
    answer: { prefix: '<|start_header_id|>assistant<|end_header_id|>\n\n', suffix: '<|eot_id|>' },
  },
  zephyr: {
    system: { prefix: '<|system|>\n', suffix: '</s>\n' },
    user: { prefix: '<|user|>\n', suffix: '</s>\n' },
    answer: { prefix: '<|assistant|>\n', suffix: '</s>' },
  },
  alpaca: {
    system: { prefix: '', suffix: '\n\n' },
    user: { prefix: '### Instruction:\n', suffix: '\n\n' },
    answer: { prefix: '### Response:\n', suffix: '</s>' },
  },
}

export function templateOf(format: PromptFormat): Template | null {
  if (format.kind === 'chat') return null
  return typeof format.template === 'string' ? presets[format.template] : format.template
}

/** Raise it with every change of the text that `prompt.ts` writes: calibration and caches depend on it. */
const REVISION = 1

/** Short name of the format, stored with each answer: formats with the same name write the same prompts. */
export function formatVersion(format: PromptFormat): string {
  const name = format.kind === 'chat' ? 'chat' : typeof format.template === 'string' ? format.template : 'completion'
  return `${name}-${shortHash(`${REVISION}${JSON.stringify(PromptFormat.parse(format))}`)}`
}

/** FNV-1a, 32 bit: for names, not for security. */
export function shortHash(text: string): string {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return (h >>> 0).toString(16).padStart(8, '0')
}
