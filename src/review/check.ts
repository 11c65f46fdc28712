import { describeValues, type Labels, type Taxonomy, unknownName } from '../contract/index.ts'
import { Rejected } from '../errors.ts'

/** Throws Rejected 422 for values outside the taxonomy, and for required fields without a value. */
export function checkReview(values: Labels, taxonomy: Taxonomy, kind: 'confirm' | 'correct'): void {
  for (const [fieldId, valueId] of Object.entries(values)) {
    const message = unknownName(taxonomy, fieldId, valueId)
    if (!message) continue
    const field = taxonomy.fields.find((f) => f.id === fieldId)
    const allowed = field ? describeValues(field) : `one of ${taxonomy.fields.map((f) => f.id).join(', ')}`
    throw new Rejected(422, message, { next: `Use ${allowed}.`, faults: [{ path: `values.${fieldId}`, message }] })
  }
  const missing = taxonomy.fields.filter((field) => field.required && !values[field.id]).map((field) => field.id)
  if (missing.length > 0)
    throw new Rejected(422, `${missing.join(', ')} ${missing.length > 1 ? 'have' : 'has'} no value`, {
      next: kind === 'confirm' ? 'Correct the decision and give the missing values.' : 'Give a value for each of them.',
    })
}
