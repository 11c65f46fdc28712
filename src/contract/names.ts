/** Names that a person typed: whether they exist, and the one that was probably meant. */
import { closest, distance } from 'fastest-levenshtein'
import { accepts, describeValues, type Taxonomy, valuesOf } from './taxonomy.ts'

/** Ends the message about a name that does not exist: `; did you mean priority?`. Empty when there is no name at all. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0) return ''
  const nearest = closest(name, known)
  const isTypo = distance(name, nearest) <= Math.max(1, nearest.length / 2)
  return isTypo ? `; did you mean ${nearest}?` : `; the nearest is ${nearest}`
}

/** Why the taxonomy has no such field, or the field no such value, with the nearest name; null: it has. */
export function unknownName(taxonomy: Pick<Taxonomy, 'fields'>, fieldId: string, valueId?: string): string | null {
  const { fields } = taxonomy
  const field = fields.find(({ id }) => id === fieldId)
  if (!field) {
    const ids = fields.map(({ id }) => id)
    return `there is no field ${fieldId}${didYouMean(fieldId, ids)}`
  }
  if (valueId === undefined || accepts(field, valueId)) return null
  const values = valuesOf(field).map(({ id }) => id)
  return `${fieldId} has no value ${valueId}${didYouMean(valueId, values) || `: it takes ${describeValues(field)}`}`
}

/** The names of all fields, and of all values as `field/value`. */
export function allNames({ fields }: Pick<Taxonomy, 'fields'>): string[] {
  return fields.flatMap((field) => [field.id, ...valuesOf(field).map(({ id }) => `${field.id}/${id}`)])
}
