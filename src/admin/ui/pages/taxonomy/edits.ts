/** Changes of the fields and their values. Pure: each is applied again to what somebody else has saved meanwhile. */
import type { Edit } from '../../parts/draft/use-draft.ts'
import type { Field, Value } from './use-draft.ts'

type FieldsEdit = Edit<Field[]>

/** Puts the field in the place of the one called `was`, or at the end. Its values stay as they are. */
export const setField =
  (field: Field, was?: string): FieldsEdit =>
  (fields) =>
    was === undefined ? [...fields, field] : fields.map((each) => (each.id === was ? keepValues(field, each) : each))

const keepValues = (field: Field, old: Field): Field =>
  field.kind === 'choice' && old.kind === 'choice' ? { ...field, values: old.values } : field

export const removeField =
  (id: string): FieldsEdit =>
  (fields) =>
    fields.filter((each) => each.id !== id)

/** Puts the value in the place of the one called `was`, or at the end. */
export const setValue = (field: string, value: Value, was?: string): FieldsEdit =>
  ofField(field, (values) =>
    was !== undefined && values.some(({ id }) => id === was)
      ? values.map((each) => (each.id === was ? value : each))
      : [...values, value],
  )

/** Takes the value away. `into`: what it is called is from now on said of that one. */
export const retireValue = (field: string, id: string, into: string | null): FieldsEdit =>
  ofField(field, (values) => {
    const gone = values.find((value) => value.id === id)
    const rest = values.filter((value) => value.id !== id)
    if (!gone || into === null) return rest
    return rest.map((value) => (value.id === into ? taking(gone, value) : value))
  })

function taking(gone: Value, value: Value): Value {
  const names = [gone.title ?? gone.id, ...gone.synonyms]
  const known = new Set([value.id, value.title, ...value.synonyms].map((name) => name?.toLowerCase()))
  const added = names.filter((name) => !known.has(name.toLowerCase()))
  return {
    ...value,
    synonyms: [...value.synonyms, ...added].slice(0, 100),
    replaces: [...(value.replaces ?? []), gone.id, ...(gone.replaces ?? [])],
  }
}

export const moveValue = (field: string, id: string, by: 1 | -1): FieldsEdit =>
  ofField(field, (values) => {
    const from = values.findIndex((value) => value.id === id)
    const to = from + by
    if (from < 0 || to < 0 || to >= values.length) return values
    return values.with(from, values[to]!).with(to, values[from]!)
  })

function ofField(id: string, change: (values: Value[]) => Value[]): FieldsEdit {
  return (fields) =>
    fields.map((field) =>
      field.id === id && field.kind === 'choice' ? { ...field, values: change(field.values) } : field,
    )
}

/** `Wi-Fi calls` makes `wi_fi_calls`. Empty where nothing of it can stand in a name. */
export const nameFrom = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 60)

/** A value for an option of a helpdesk. */
export const valueFrom = (name: string, option: string): Value => ({
  id: nameFrom(name) || `option_${option.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`.slice(0, 60),
  title: name.slice(0, 120),
  description: '',
  synonyms: [],
  automatic: true,
})
