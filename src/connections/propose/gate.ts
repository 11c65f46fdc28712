/** Whether a field of the helpdesk may be proposed at all, and why not. Pure. */
import type { Metadata, MetadataField } from '../../contract/index.ts'

/** Null: the gate is open. */
export function closedBecause(field: MetadataField, places: Metadata['places']): string | null {
  if (field.never !== undefined) return `it is never written: ${field.never}`
  if (!field.active) return field.successor ? `it is deactivated; ${field.successor} replaces it` : 'it is deactivated'
  if (field.writeAs.length === 0) return `fields of type ${field.type} cannot be written`
  return offScreen(field.where, places)
}

/** Null: every place has it on its edit screen. */
export function offScreen(where: string[], places: Metadata['places']): string | null {
  const lacking = places.filter(({ id }) => !where.includes(id))
  return lacking.length === 0 ? null : `it is not on the edit screen of ${lacking.map(({ name }) => name).join(', ')}`
}
