/** How the model answers each kind of field: the JSON schema, the JSON value, and back to the label. */
import { accepts, ENTITY_LENGTH, type TaxonomyField, valuesOf } from '../../contract/index.ts'

export type JsonSchema = Record<string, unknown>

export function schemaOf(field: TaxonomyField): JsonSchema {
  switch (field.kind) {
    case 'choice':
      return { type: 'string', enum: valuesOf(field).map(({ id }) => id) }
    case 'flag':
      return { type: 'boolean' }
    case 'score':
      return { type: 'integer', minimum: 0, maximum: 100 }
    // llama-server does not enforce the limits of a number: `fromJson` checks them
    case 'number':
      return { type: ['number', 'null'] }
    case 'entity':
      return { type: ['string', 'null'], maxLength: ENTITY_LENGTH }
    default:
      return field satisfies never
  }
}

/** A label as the model should write it; null when the ticket has no such number or entity. */
export function toJson(field: TaxonomyField, label: string | undefined): string | number | boolean | null {
  switch (field.kind) {
    case 'choice':
      return label ?? null
    case 'flag':
      return label === 'true'
    case 'score':
      return Number(label ?? 0)
    case 'number':
      return label === undefined ? null : Number(label)
    case 'entity':
      return label ?? null
    default:
      return field satisfies never
  }
}

/** `fault`: outside the schema, so the whole answer is rejected. `refused`: only this field is. */
export type ReadValue = { label: string } | { refused: string } | { fault: string } | null

export function fromJson(field: TaxonomyField, value: unknown): ReadValue {
  switch (field.kind) {
    case 'choice':
      return typeof value === 'string' && accepts(field, value) ? { label: value } : { fault: 'invalid_value' }
    case 'flag':
      return typeof value === 'boolean' ? { label: String(value) } : { fault: 'invalid_type' }
    case 'score':
      return typeof value === 'number' && accepts(field, String(value))
        ? { label: String(value) }
        : { fault: 'invalid_value' }
    case 'number': {
      if (value === null || value === undefined) return null
      if (typeof value !== 'number') return { fault: 'invalid_type' }
      return accepts(field, String(value))
        ? { label: String(value) }
        : { refused: 'the number from the model is out of range' }
    }
    // the caller, who has the ticket, checks that the ticket contains it
    case 'entity': {
      if (value === null || value === undefined || value === '') return null
      return typeof value === 'string' ? { label: value } : { fault: 'invalid_type' }
    }
    default:
      return field satisfies never
  }
}
