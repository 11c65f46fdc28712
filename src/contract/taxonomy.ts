/** What is decided for a ticket: fields with the values each of them can have. */
import { z } from 'zod'

const Slug = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and _, starting with a letter')

export type TaxonomyValue = z.infer<typeof TaxonomyValue>
export const TaxonomyValue = z.strictObject({
  id: Slug,
  title: z.string().max(120).optional(),
  /** One line that tells a newcomer, or a model, when this value is right. */
  description: z.string().max(500).default(''),
  /** Other words people use for it, in any language. */
  synonyms: z.array(z.string().min(1).max(120)).max(100).default([]),
  /** False: never decided without a person, however sure the model is. */
  automatic: z.boolean().default(true),
})

const anyField = {
  id: Slug,
  title: z.string().max(120).optional(),
  description: z.string().max(500).default(''),
  /** Who decides it. Only `model` fields are asked of a classifier; a rule may decide any field. */
  source: z.enum(['model', 'rule', 'metadata']).default('model'),
  /** With `source: 'metadata'`: the name of the ticket's metadata that holds the value. */
  metadata: z.string().min(1).max(120).optional(),
  /** A required field in doubt holds the ticket; another one is merely left out. */
  required: z.boolean().default(true),
}

/** Documents from before there were other kinds name none. */
const choiceKind = z
  .literal('choice')
  .optional()
  .transform(() => 'choice' as const)

/**
 * One thing to decide. Values are strings in every kind, as they stand in labels, mappings and routing rows: a value's id,
 * `true` or `false`, `73`, `12.5`, or the text of an entity.
 */
export const TaxonomyField = z.discriminatedUnion('kind', [
  z.strictObject({ ...anyField, kind: choiceKind, values: z.array(TaxonomyValue).min(1).max(500) }),
  z.strictObject({ ...anyField, kind: z.literal('flag') }),
  /** A whole number from 0 to 100. */
  z.strictObject({ ...anyField, kind: z.literal('score') }),
  z.strictObject({
    ...anyField,
    kind: z.literal('number'),
    unit: z.string().max(40).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  /** A span of the ticket, word for word. Personal data in it stays masked until it is written back. */
  z.strictObject({
    ...anyField,
    kind: z.literal('entity'),
    /** What it looks like (see triage/pattern). With `source: 'rule'` the first match decides the field. */
    pattern: z.string().min(1).max(1000).optional(),
    /** How the quoted span becomes the value: as it is, in capitals without spaces and dashes, or its digits only. */
    normal: z.enum(['text', 'code', 'digits']).default('text'),
  }),
])

/** The fields we decide and their allowed values. `version` grows by one with each saved change. */
export const TaxonomyDocument = z
  .strictObject({ fields: z.array(TaxonomyField).min(1).max(30) })
  .superRefine((taxonomy, ctx) => {
    const fieldIds = new Set<string>()
    for (const [f, field] of taxonomy.fields.entries()) {
      if (fieldIds.has(field.id))
        ctx.addIssue({ code: 'custom', path: ['fields', f, 'id'], message: `field ${field.id} is there twice` })
      if (field.id === 'group' || field.id === 'assignee')
        ctx.addIssue({
          code: 'custom',
          path: ['fields', f, 'id'],
          message: `${field.id} is decided by the routing map, not by the taxonomy`,
        })
      fieldIds.add(field.id)
      if (field.source === 'metadata' && field.metadata === undefined)
        ctx.addIssue({
          code: 'custom',
          path: ['fields', f, 'metadata'],
          message: `name the metadata that holds ${field.id}`,
        })
      if (field.kind === 'number' && (field.min ?? -Infinity) > (field.max ?? Infinity))
        ctx.addIssue({ code: 'custom', path: ['fields', f, 'min'], message: 'min is above max' })
      if (field.kind !== 'choice') continue
      const valueIds = new Set<string>()
      for (const [v, value] of field.values.entries()) {
        if (valueIds.has(value.id))
          ctx.addIssue({
            code: 'custom',
            path: ['fields', f, 'values', v, 'id'],
            message: `value ${value.id} is there twice`,
          })
        valueIds.add(value.id)
      }
    }
  })
export type TaxonomyDocument = z.infer<typeof TaxonomyDocument>
export type TaxonomyField = z.infer<typeof TaxonomyField>
export type Taxonomy = TaxonomyDocument & { version: number }

const FLAG = ['false', 'true'].map((id) => TaxonomyValue.parse({ id }))

/** The values a field can have, in order; none for those that cannot be listed (score, number, entity). */
export function valuesOf(field: TaxonomyField): TaxonomyValue[] {
  if (field.kind === 'choice') return field.values
  return field.kind === 'flag' ? FLAG : []
}

/** Can the field have this value? */
export function accepts(field: TaxonomyField, value: string): boolean {
  switch (field.kind) {
    case 'choice':
    case 'flag':
      return valuesOf(field).some(({ id }) => id === value)
    case 'score':
      return /^(\d|[1-9]\d|100)$/.test(value)
    case 'number':
      return (
        /^-?\d{1,15}(\.\d{1,10})?$/.test(value) &&
        Number(value) >= (field.min ?? Number.NEGATIVE_INFINITY) &&
        Number(value) <= (field.max ?? Number.POSITIVE_INFINITY)
      )
    case 'entity':
      return value.trim() !== '' && value.length <= ENTITY_LENGTH
    default:
      return field satisfies never
  }
}

export const ENTITY_LENGTH = 200

/** Place of a value in the field's order, for guards; null where it has none. */
export function rankOf(field: TaxonomyField, value: string): number | null {
  if (field.kind === 'entity' || !accepts(field, value)) return null
  const place = valuesOf(field).findIndex(({ id }) => id === value)
  return place < 0 ? Number(value) : place
}

/** What the field can have, for people. */
export function sayValues(field: TaxonomyField): string {
  switch (field.kind) {
    case 'choice':
    case 'flag':
      return `one of ${valuesOf(field)
        .map(({ id }) => id)
        .join(', ')}`
    case 'score':
      return 'a whole number from 0 to 100'
    case 'number':
      return `a number${field.min === undefined ? '' : ` from ${field.min}`}${field.max === undefined ? '' : ` to ${field.max}`}`
    case 'entity':
      return `a text of at most ${ENTITY_LENGTH} characters`
    default:
      return field satisfies never
  }
}
