/** What may come back: the JSON schema that the server enforces, and the check that does not believe it did. */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import type { Labels, Taxonomy } from '../../ticket.ts'
import { code, fromCodes, modelFields } from './codes.ts'
import type { PromptFormat } from './format.ts'

export type JsonSchema = Record<string, unknown>

/** Byte-identical for the same taxonomy: vLLM keeps the compiled grammar by the schema's text. */
export function answerSchema(format: PromptFormat, taxonomy: Taxonomy): JsonSchema {
  const fields = modelFields(taxonomy)
  if (format.answer === 'codes') {
    const codes = fields.map((field) => `(${field.values.map((_, v) => code(v, field.values.length)).join('|')})`)
    // llama-server enforces a pattern only with both anchors
    return { type: 'string', pattern: `^${codes.join(' ')}$` }
  }
  return {
    type: 'object',
    // the grammar follows the order of properties
    properties: Object.fromEntries(
      fields.map((field) => [field.id, { type: 'string', enum: field.values.map((value) => value.id) }]),
    ),
    // llama-server lets a model skip any key that is not listed here
    required: fields.map((field) => field.id),
    additionalProperties: false,
  }
}

/** Exactly this nesting: llama-server takes near misses with 200 and then lets any JSON through. vLLM needs the name. */
export function responseFormat(format: PromptFormat, taxonomy: Taxonomy) {
  const schema = answerSchema(format, taxonomy)
  return { type: 'json_schema' as const, json_schema: { name: 'ticket', strict: true, schema } }
}

/** The labels of a reply, or ModelError `format` (no JSON) or `schema` (outside the taxonomy). */
export function parseAnswer(format: PromptFormat, taxonomy: Taxonomy, content: string): Labels {
  const value = parseJson(content)
  if (format.answer === 'codes') {
    const labels = typeof value === 'string' ? fromCodes(taxonomy, value) : null
    if (!labels) throw outside('it is not one known code for each field')
    return labels
  }
  const fields = modelFields(taxonomy)
  const Answer = z.strictObject(
    Object.fromEntries(fields.map((field) => [field.id, z.enum(field.values.map((known) => known.id))])),
  )
  const parsed = Answer.safeParse(value)
  if (!parsed.success) throw outside(faults(parsed.error))
  return parsed.data
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch (cause) {
    throw new ModelError('format', `The model's answer is not JSON (${content.length} characters)`, {
      next: 'Check that the server enforces response_format, and that the model was trained on this prompt format.',
      cause,
    })
  }
}

function outside(why: string): ModelError {
  return new ModelError('schema', `The model's answer is outside the taxonomy: ${why}`, {
    next: 'Check that the server enforces response_format (json_schema); some versions ignore it silently.',
  })
}

/** Our own field names only: a reply can quote the ticket, and messages are logged. */
function faults(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'the whole'} (${issue.code})`).join(', ')
}
