/** What may come back: the JSON schema that the server enforces, and the check that does not believe it did. */
import { z } from 'zod'
import { type Labels, type Taxonomy, valuesOf } from '../../contract/index.ts'
import { ModelError } from '../../errors.ts'
import { askedFields, asksWhy, code, fromCodes, RATIONALE } from './codes.ts'
import type { PromptFormat } from './format.ts'
import { fromJson, type JsonSchema, schemaOf } from './values.ts'

/** Byte-identical for the same taxonomy: vLLM keeps the compiled grammar by the schema's text. */
export function answerSchema(format: PromptFormat, taxonomy: Taxonomy): JsonSchema {
  const fields = askedFields(format, taxonomy)
  if (format.answer === 'codes') {
    const codes = fields.map(valuesOf).map((values) => `(${values.map((_, v) => code(v, values.length)).join('|')})`)
    // llama-server enforces a pattern only with both anchors
    return { type: 'string', pattern: `^${codes.join(' ')}$` }
  }
  return {
    type: 'object',
    // the grammar follows the order of properties
    properties: {
      // first, for what is thought before the answer helps it; not required, so that a trained model can leave it out
      ...(asksWhy(format, taxonomy) ? { [RATIONALE]: { type: 'string', maxLength: format.rationale } } : {}),
      ...Object.fromEntries(fields.map((field) => [field.id, schemaOf(field)])),
    },
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
  return readAnswer(format, taxonomy, content).labels
}

/** The same, with the fields whose values we do not take: one of those is no reason to drop the others. */
export function readAnswer(
  format: PromptFormat,
  taxonomy: Taxonomy,
  content: string,
): { labels: Labels; refused: Record<string, string>; rationale?: string } {
  const value = parseJson(content)
  if (format.answer === 'codes') {
    const labels = typeof value === 'string' ? fromCodes(taxonomy, value) : null
    if (!labels) throw outside('it is not one known code for each field')
    return { labels, refused: {} }
  }
  const fields = askedFields(format, taxonomy)
  const keys = [...(asksWhy(format, taxonomy) ? [RATIONALE] : []), ...fields.map(({ id }) => id)]
  const parsed = z.strictObject(Object.fromEntries(keys.map((key) => [key, z.unknown().optional()]))).safeParse(value)
  if (!parsed.success) throw outside(faults(parsed.error))
  const labels: Labels = {}
  const refused: Record<string, string> = {}
  const wrong: string[] = []
  for (const field of fields) {
    const read = fromJson(field, parsed.data[field.id])
    if (read === null) continue
    if ('label' in read) labels[field.id] = read.label
    else if ('refused' in read) refused[field.id] = read.refused
    else wrong.push(`${field.id} (${read.fault})`)
  }
  if (wrong.length > 0) throw outside(wrong.join(', '))
  const why = asksWhy(format, taxonomy) ? parsed.data[RATIONALE] : undefined
  const rationale = typeof why === 'string' ? why.trim().slice(0, format.rationale) : ''
  return { labels, refused, ...(rationale ? { rationale } : {}) }
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
