/** What the sandbox stores in a custom field, by its kind, and the tags that go with it. */
import type { Account, Field } from './seed.ts'

/** Refused with the field's id beside the description, as Zendesk does. */
export type Refuse = (field: Pick<Field, 'id' | 'title'>, description: string) => Error

export function emptyOf({ type }: Field): unknown {
  if (type === 'checkbox') return false
  return type === 'multiselect' ? [] : null
}

const FORMS: Record<string, RegExp> = {
  integer: /^-?\d+$/,
  decimal: /^-?\d+(\.\d+)?$/,
  date: /^\d{4}-\d\d-\d\d$/,
  lookup: /^\d+$/,
  regexp: /^[A-Z]{2}-\d{4}$/,
}

/** An unknown option is not stored, and nobody says so. */
export function stored(field: Field, value: unknown, refuse: Refuse): unknown {
  const options = field.options.map((option) => option.value)
  if (field.type === 'checkbox') return value === true || value === 'true'
  if (field.type === 'multiselect') return Array.isArray(value) ? value.filter((one) => options.includes(one)) : []
  if (value === null || value === undefined || value === '') return null
  if (field.type === 'tagger') return options.includes(String(value)) ? value : null
  if (FORMS[field.type]?.test(String(value)) === false) throw refuse(field, `${field.title}: is invalid`)
  return value
}

/** Every tag that the field sets or clears. */
export function tagsOf({ type, tag, options }: Field): string[] {
  return type === 'checkbox' ? (tag === null ? [] : [tag]) : options.map(({ value }) => value)
}

export function tagsFor(field: Field, value: unknown): string[] {
  if (field.type === 'checkbox') return value === true && field.tag !== null ? [field.tag] : []
  return tagsOf(field).filter((tag) => [value].flat().includes(tag))
}

/** The value that the tags of a ticket give to a field: the present one where its tag is still there. */
export function fromTags(field: Field, tags: string[], present: unknown): unknown {
  const own = tagsOf(field).filter((tag) => tags.includes(tag))
  if (field.type === 'multiselect') return own
  if (field.type === 'checkbox') return field.tag === null ? present : own.length > 0
  if (field.type !== 'tagger') return present
  return own.includes(String(present)) ? present : (own[0] ?? null)
}

/** Assumed: Zendesk enforces a condition of the form on every update, in the statuses that it names. */
export function refuseIncomplete(
  { forms, fields }: Account,
  { custom, status, form }: { custom: Record<string, unknown>; status: string; form: string },
  refuse: Refuse,
): void {
  for (const { parent, value, child, statuses } of forms.find(({ id }) => id === form)?.conditions ?? []) {
    if (custom[parent] !== value || (statuses !== 'ALL_STATUSES' && !statuses.includes(status))) continue
    const field = fields.find(({ id }) => id === child)
    if (field && [null, undefined, ''].includes(custom[child] as null))
      throw refuse(field, `${field.title}: is required`)
  }
}
