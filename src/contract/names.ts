/** Names that a person typed: whether they exist, and the one that was probably meant. */
import { closest, distance } from 'fastest-levenshtein'
import { fold } from './fold.ts'
import { accepts, describeValues, type Taxonomy, type TaxonomyField, type TaxonomyValue, valuesOf } from './taxonomy.ts'

/** Ends the message about a name that does not exist: `; did you mean priority?`. Empty when there is no name at all. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0) return ''
  const nearest = closest(name, known)
  const isTypo = distance(name, nearest) <= Math.max(1, nearest.length / 2)
  return isTypo ? `; did you mean ${nearest}?` : `; the nearest is ${nearest}`
}

/** The value of the field that has this id, title or synonym; null: none, or several. */
export function valueNamed(field: TaxonomyField, name: string): string | null {
  if (valuesOf(field).length === 0) return accepts(field, name) ? name : null
  const wanted = fold(name)
  const named = valuesOf(field).filter((value) => namesOf(value).some((one) => fold(one) === wanted))
  const [exact = named.length === 1 ? named[0] : undefined] = named.filter(({ id }) => id === name)
  return exact?.id ?? null
}

/** The value that was probably meant by a word that none is named by: for a person to confirm. */
export function nearestValue(field: TaxonomyField, name: string): string | null {
  const wanted = fold(name)
  const names = valuesOf(field).flatMap((value) => namesOf(value).map((one) => ({ id: value.id, name: fold(one) })))
  if (wanted === '' || names.length === 0) return null
  const within = names.filter((one) => ` ${wanted} `.includes(` ${one.name} `))
  const longest = within.toSorted((a, b) => b.name.length - a.name.length)[0]
  if (longest) return longest.id
  const nearest = closest(
    wanted,
    names.map((one) => one.name),
  )
  const isNear = distance(wanted, nearest) <= nearest.length / 3
  return isNear ? (names.find((one) => one.name === nearest)?.id ?? null) : null
}

const namesOf = ({ id, title, synonyms }: TaxonomyValue) => [id, ...(title ? [title] : []), ...synonyms]

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
