import { closest } from 'fastest-levenshtein'
import { type ConnectionSettings, type Taxonomy, valuesOf } from '../contract/index.ts'
import { type Fault, Rejected } from '../errors.ts'

/**
 * Throws Rejected 422 for a threshold of a field or value that the taxonomy does not have: it would have no effect, and
 * the real field would silently use the general threshold. Pure.
 */
export function checkThresholds(settings: ConnectionSettings | undefined, taxonomy: Taxonomy): void {
  const names = taxonomy.fields.flatMap((field) => [field.id, ...valuesOf(field).map(({ id }) => `${field.id}/${id}`)])
  const unknown = Object.keys(settings?.thresholds ?? {}).filter((name) => !names.includes(name))
  if (unknown.length === 0) return
  const faults: Fault[] = unknown.map((name) => ({
    path: `settings.thresholds.${name}`,
    message: `the taxonomy has no ${name.includes('/') ? 'value' : 'field'} ${name}; did you mean ${closest(name, names)}?`,
  }))
  throw new Rejected(422, faults.map(({ message }) => message).join('; '), {
    next: 'Correct the names; GET /api/v1/taxonomy lists fields and values.',
    faults,
  })
}
