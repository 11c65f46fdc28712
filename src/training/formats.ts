/** One line of training data in each format. Every row has every key, and no key is null: readers decide by the first rows. Pure. */
import { answerEnd, type PromptFormat, renderAnswer, renderParts, renderPrompt } from '../classifiers/index.ts'
import type { Labels, Taxonomy } from '../contract/index.ts'
import type { LabelledRow } from '../labels/index.ts'
import { maskForExport } from '../text/index.ts'

export const FORMATS = [
  'h2o',
  'completion',
  'chat',
  'alpaca',
  'sharegpt',
  'context-response',
  'dpo',
  'labelled',
] as const
export type Format = (typeof FORMATS)[number]

type Line = (row: LabelledRow, prompt: PromptFormat, taxonomy: Taxonomy, wrong?: Labels) => string

/** `wrong`: what the model had said, for `dpo`. */
export function lineOf(
  format: Format,
  row: LabelledRow,
  prompt: PromptFormat,
  taxonomy: Taxonomy,
  wrong?: Labels,
): string {
  return LINES[format](row, prompt, taxonomy, wrong)
}

/**
 * H2O LLM Studio adds its tokens around prompt, answer and system text, so the file contains only the text between them. A
 * separate system text needs its own column (setting "System Column"), or training would place it differently from the service.
 */
export function h2oLine(row: LabelledRow, prompt: PromptFormat, taxonomy: Taxonomy): string {
  const { system, user } = renderParts(prompt, taxonomy, maskedTicket(row))
  const columns = [user, answerOf(row, prompt, taxonomy), ...(prompt.system === 'separate' ? [system] : [])]
  return `${columns.map(csv).join(',')}\n`
}

/** TRL's prompt-completion format: the loss is on the completion only. The prompt is byte for byte what the service sends. */
export function completionLine(row: LabelledRow, prompt: PromptFormat, taxonomy: Taxonomy): string {
  const rendered = renderPrompt(prompt, taxonomy, maskedTicket(row))
  const answer = answerOf(row, prompt, taxonomy)
  const pair =
    rendered.kind === 'chat'
      ? { prompt: rendered.messages, completion: [assistant(answer)] }
      : { prompt: rendered.prompt, completion: answer + answerEnd(prompt) }
  return json({ ...pair, ...about(row) })
}

/** OpenAI's chat format, as axolotl and LLaMA-Factory read it too. */
const chatLine: Line = (row, prompt, taxonomy) => {
  const messages = [...messagesOf(row, prompt, taxonomy), assistant(answerOf(row, prompt, taxonomy))]
  return json({ messages, ...about(row) })
}

const alpacaLine: Line = (row, prompt, taxonomy) => {
  const { system, user } = renderParts({ ...prompt, system: 'separate' }, taxonomy, maskedTicket(row))
  return json({ instruction: system, input: user, output: answerOf(row, prompt, taxonomy), ...about(row) })
}

const ROLES = { system: 'system', user: 'human', assistant: 'gpt' } as const

const sharegptLine: Line = (row, prompt, taxonomy) => {
  const messages = [...messagesOf(row, prompt, taxonomy), assistant(answerOf(row, prompt, taxonomy))]
  return json({
    conversations: messages.map(({ role, content }) => ({ from: ROLES[role], value: content })),
    ...about(row),
  })
}

const contextLine: Line = (row, prompt, taxonomy) => {
  const { user } = renderParts({ ...prompt, system: 'separate' }, taxonomy, maskedTicket(row))
  return json({ context: user, response: answerOf(row, prompt, taxonomy), ...about(row) })
}

/** Chosen: what people gave. Rejected: what the model had said. */
const dpoLine: Line = (row, prompt, taxonomy, wrong = {}) => {
  const [chosen, rejected] = [answerOf(row, prompt, taxonomy), renderAnswer(prompt, taxonomy, wrong, 'omit')]
  const rendered = renderPrompt(prompt, taxonomy, maskedTicket(row))
  const triple =
    rendered.kind === 'chat'
      ? { prompt: rendered.messages, chosen: [assistant(chosen)], rejected: [assistant(rejected)] }
      : { prompt: rendered.prompt, chosen: chosen + answerEnd(prompt), rejected: rejected + answerEnd(prompt) }
  return json({ ...triple, ...about(row) })
}

/** Without a prompt: `evaluate` and `import` read it. */
const labelledLine: Line = (row) => {
  const { subject, text, metadata } = maskedTicket(row)
  return json({ ...about(row), lang: row.language, subject, text, metadata, labels: row.labels })
}

const LINES: Record<Format, Line> = {
  h2o: h2oLine,
  completion: completionLine,
  chat: chatLine,
  alpaca: alpacaLine,
  sharegpt: sharegptLine,
  'context-response': contextLine,
  dpo: dpoLine,
  labelled: labelledLine,
}

export function headerOf(format: Format, prompt: PromptFormat): string {
  if (format !== 'h2o') return ''
  return prompt.system === 'separate' ? 'prompt,response,system\n' : 'prompt,response\n'
}

/** What the prompt shows of a ticket, masked once more. */
export function maskedTicket(row: Pick<LabelledRow, 'subject' | 'text' | 'metadata'>) {
  return { subject: maskForExport(row.subject), text: maskForExport(row.text), metadata: row.metadata }
}

function messagesOf(row: LabelledRow, prompt: PromptFormat, taxonomy: Taxonomy) {
  const { system, user } = renderParts(prompt, taxonomy, maskedTicket(row))
  const asked = { role: 'user' as const, content: user }
  return system ? [{ role: 'system' as const, content: system }, asked] : [asked]
}

const answerOf = (row: LabelledRow, prompt: PromptFormat, taxonomy: Taxonomy) =>
  renderAnswer(prompt, taxonomy, row.labels, 'omit')

const assistant = (content: string) => ({ role: 'assistant' as const, content })

/** `provenance` as text: an object whose keys differ from row to row cannot be loaded by `datasets`. */
function about({ id, source, language, at, provenance }: LabelledRow) {
  return { id, source, language, at, provenance: JSON.stringify(provenance) }
}

const json = (value: object) => `${JSON.stringify(value)}\n`

function csv(text: string) {
  return `"${text.replaceAll('"', '""')}"`
}
