/** Which answers are allowed: the JSON schema that the server enforces, and our own check in case it does not. */
import { z } from 'zod'
import { type Labels, type Taxonomy, valuesOf } from '../../contract/index.ts'
import { ModelError } from '../../errors.ts'
import { askedFields, asksRationale, code, fromCodes, RATIONALE } from './codes.ts'
import type { PromptFormat } from './format.ts'
import { fromJson, type JsonSchema, schemaOf } from './values.ts'

/** Byte-identical for the same taxonomy: vLLM caches the compiled grammar by the text of the schema. */
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
      // first, because only reasoning before the answer can improve it; optional, so that a trained model can omit it
      ...(asksRationale(format, taxonomy) ? { [RATIONALE]: { type: 'string', maxLength: format.rationale } } : {}),
      ...Object.fromEntries(fields.map((field) => [field.id, schemaOf(field)])),
    },
    // llama-server lets a model omit any key that is not listed here
    required: fields.map((field) => field.id),
    additionalProperties: false,
  }
}

/** The nesting must be exactly this: llama-server accepts similar ones with 200 and then allows any JSON. vLLM needs the name. */
export function responseFormat(format: PromptFormat, taxonomy: Taxonomy) {
  const schema = answerSchema(format, taxonomy)
  return { type: 'json_schema' as const, json_schema: { name: 'ticket', strict: true, schema } }
}

/** The labels of a reply; throws ModelError `format` (not JSON) or `schema` (outside the taxonomy). */
export function parseAnswer(format: PromptFormat, taxonomy: Taxonomy, content: string): Labels {
  return readAnswer(format, taxonomy, content).labels
}

/** Like `parseAnswer`, with the rationale and the fields whose values are refused; the other fields stay valid. */
export function readAnswer(
  format: PromptFormat,
  taxonomy: Taxonomy,
  content: string,
): { labels: Labels; refused: Record<string, string>; rationale?: string } {
  const value = parseJson(content)
  if (format.answer === 'codes') {
    const labels = typeof value === 'string' ? fromCodes(taxonomy, value) : null
    if (!labels) throw outsideTaxonomy('it is not one known code for each field')
    return { labels, refused: {} }
  }
  const fields = askedFields(format, taxonomy)
  const keys = [...(asksRationale(format, taxonomy) ? [RATIONALE] : []), ...fields.map(({ id }) => id)]
  const parsed = z.strictObject(Object.fromEntries(keys.map((key) => [key, z.unknown().optional()]))).safeParse(value)
  if (!parsed.success) throw outsideTaxonomy(describeIssues(parsed.error))
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
  if (wrong.length > 0) throw outsideTaxonomy(wrong.join(', '))
  const why = asksRationale(format, taxonomy) ? parsed.data[RATIONALE] : undefined
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

function outsideTaxonomy(why: string): ModelError {
  return new ModelError('schema', `The model's answer is outside the taxonomy: ${why}`, {
    next: 'Check that the server enforces response_format (json_schema); some versions ignore it silently.',
  })
}

/** Field names and codes only: a reply can quote the ticket, and messages are logged. */
function describeIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'top level'} (${issue.code})`).join(', ')
}
