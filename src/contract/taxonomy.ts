/** The fields that are decided for a ticket, and the values that each of them can have. */
import { z } from 'zod'

const Slug = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and _, starting with a letter')

export type TaxonomyValue = z.infer<typeof TaxonomyValue>
export const TaxonomyValue = z.strictObject({
  id: Slug,
  title: z.string().max(120).optional(),
  /** One line that explains to a new agent, or a model, when this value is right. */
  description: z.string().max(500).default(''),
  /** Other words people use for it, in any language. */
  synonyms: z.array(z.string().min(1).max(120)).max(100).default([]),
  /** False: never set without a person, however confident the model is. */
  automatic: z.boolean().default(true),
  /** True: a single wrong ticket ends its automation. */
  guarded: z.boolean().optional(),
  /** Ids of values that were merged into this one. What names them, such as an old label, is read as this value. */
  replaces: z.array(Slug).max(100).optional(),
})

const anyField = {
  id: Slug,
  title: z.string().max(120).optional(),
  description: z.string().max(500).default(''),
  /** What decides the field. A classifier answers only `model` fields; a rule may decide any field. */
  source: z.enum(['model', 'rule', 'metadata']).default('model'),
  /** With `source: 'metadata'`: the name of the ticket's metadata that holds the value. */
  metadata: z.string().min(1).max(120).optional(),
  /** A ticket is held when a required field is in doubt; an optional field in doubt is left out. */
  required: z.boolean().default(true),
}

/** Documents saved before there were other kinds have no `kind`. */
const choiceKind = z
  .literal('choice')
  .optional()
  .transform(() => 'choice' as const)

/**
 * One field to decide. Values of every kind are strings, as in labels, mappings and routing rows: the id of a value,
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
  /** A span of the ticket, copied word for word. Personal data in it stays masked until the write-back. */
  z.strictObject({
    ...anyField,
    kind: z.literal('entity'),
    /** A pattern that the span matches (see text/pattern). With `source: 'rule'` the first match decides the field. */
    pattern: z.string().min(1).max(1000).optional(),
    /** How the span becomes the value. text: unchanged; code: capitals without spaces and dashes; digits: digits only. */
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
        ctx.addIssue({ code: 'custom', path: ['fields', f, 'id'], message: `field ${field.id} occurs twice` })
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
          message: `set "metadata" to the name of the ticket's metadata that holds ${field.id}`,
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
            message: `value ${value.id} occurs twice`,
          })
        valueIds.add(value.id)
      }
      for (const [v, { id, replaces = [] }] of field.values.entries())
        for (const replaced of replaces)
          if (valueIds.has(replaced))
            ctx.addIssue({
              code: 'custom',
              path: ['fields', f, 'values', v, 'replaces'],
              message: `${id} stands for ${replaced}, which is a value itself`,
            })
    }
  })
export type TaxonomyDocument = z.infer<typeof TaxonomyDocument>
export type TaxonomyField = z.infer<typeof TaxonomyField>
export type Taxonomy = TaxonomyDocument & { version: number }

const FLAG = ['false', 'true'].map((id) => TaxonomyValue.parse({ id }))

/** The values that a field can have, in order; empty for kinds without a list (score, number, entity). */
export function valuesOf(field: TaxonomyField): TaxonomyValue[] {
  if (field.kind === 'choice') return field.values
  return field.kind === 'flag' ? FLAG : []
}

/** Whether the field can have this value. */
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

/** The rank of a value in the field's order, for guards; null where it has none. */
export function rankOf(field: TaxonomyField, value: string): number | null {
  if (field.kind === 'entity' || !accepts(field, value)) return null
  const place = valuesOf(field).findIndex(({ id }) => id === value)
  return place < 0 ? Number(value) : place
}

/** The values that the field accepts, in words for people. */
export function describeValues(field: TaxonomyField): string {
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
