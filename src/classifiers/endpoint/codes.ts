/** Letter codes for values, by their position in the taxonomy: a few tokens for each field instead of its name. */
import { type Labels, type Taxonomy, type TaxonomyField, valuesOf } from '../../contract/index.ts'
import type { PromptFormat } from './format.ts'

/** The fields that a model is asked for, in this order. */
export function modelFields(taxonomy: Taxonomy): TaxonomyField[] {
  return taxonomy.fields.filter((field) => field.source === 'model')
}

/** Fields with a list of values; only these can be answered with codes. */
function listedFields(taxonomy: Taxonomy): TaxonomyField[] {
  return modelFields(taxonomy).filter((field) => valuesOf(field).length > 0)
}

/** The fields that a model is asked for in this format. */
export function askedFields({ answer }: Pick<PromptFormat, 'answer'>, taxonomy: Taxonomy): TaxonomyField[] {
  return answer === 'codes' ? listedFields(taxonomy) : modelFields(taxonomy)
}

/** The key of the rationale; a field with this name switches the rationale off. */
export const RATIONALE = 'rationale'

export function asksRationale(
  { answer, rationale }: Pick<PromptFormat, 'answer' | 'rationale'>,
  taxonomy: Taxonomy,
): boolean {
  return answer === 'json' && rationale !== undefined && taxonomy.fields.every(({ id }) => id !== RATIONALE)
}

/** All codes of a field have the same length, so that no code is the beginning of another. */
export function codeOf(field: TaxonomyField, valueId: string): string {
  const index = valuesOf(field).findIndex((value) => value.id === valueId)
  if (index < 0) throw new RangeError(`${field.id} has no value ${valueId}`)
  return code(index, valuesOf(field).length)
}

export function code(index: number, count: number): string {
  const letter = (i: number) => String.fromCharCode(65 + i)
  return count <= 26 ? letter(index) : letter(Math.floor(index / 26)) + letter(index % 26)
}

export function toCodes(taxonomy: Taxonomy, labels: Labels): string {
  return listedFields(taxonomy)
    .map((field) => codeOf(field, labels[field.id]!))
    .join(' ')
}

/** Null when the text is not exactly one known code for each field. */
export function fromCodes(taxonomy: Taxonomy, text: string): Labels | null {
  const fields = listedFields(taxonomy)
  const codes = text.split(' ')
  if (codes.length !== fields.length) return null
  const labels: Labels = {}
  for (const [f, field] of fields.entries()) {
    const values = valuesOf(field)
    const value = values.find((_, v) => code(v, values.length) === codes[f])
    if (!value) return null
    labels[field.id] = value.id
  }
  return labels
}
