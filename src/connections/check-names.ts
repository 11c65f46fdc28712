/** Names in a connection that the taxonomy must have, and names of connections. */
import { inArray } from 'drizzle-orm'
import {
  allNames,
  type Connection,
  didYouMean,
  partsOf,
  ROUTE_FIELDS,
  type Taxonomy,
  unknownName,
} from '../contract/index.ts'
import { connections, type Tx } from '../db/index.ts'
import { type Fault, Rejected } from '../errors.ts'

type Parts = Partial<Pick<Connection, 'settings' | 'mapping'>>

/**
 * Throws Rejected 422 for a field or value that the taxonomy does not have, in precisions, thresholds, modes and mapping: it would
 * have no effect, and the real field would silently go without. What `current` already holds is not refused again: a
 * taxonomy that changed must not stand in the way of another change. Pure.
 */
export function checkNames(given: Parts, taxonomy: Taxonomy, current?: Parts): void {
  const known = new Set(current ? unknownNames(current, taxonomy).map(({ path }) => path) : [])
  const faults = unknownNames(given, taxonomy).filter(({ path }) => !known.has(path))
  if (faults.length === 0) return
  throw new Rejected(422, faults.map(({ message }) => message).join('; '), {
    next: 'Correct the names; GET /api/v1/taxonomy lists fields and values.',
    faults,
  })
}

/** The names in precisions, thresholds, modes and mapping that the taxonomy does not have, each with its place. Pure. */
export function unknownNames({ settings, mapping }: Parts, taxonomy: Pick<Taxonomy, 'fields'>): Fault[] {
  const fields = taxonomy.fields.map(({ id }) => id)
  const names = [...fields, ...allNames(taxonomy)]
  const bars = (['precisions', 'thresholds'] as const).flatMap((setting) =>
    Object.keys(settings?.[setting] ?? {})
      .filter((name) => !names.includes(name))
      .map((name) => ({
        path: `settings.${setting}.${name}`,
        message: `the taxonomy has no ${name.includes('/') ? 'value' : 'field'} ${name}${didYouMean(name, names)}`,
      })),
  )
  const moded = [...fields, ...ROUTE_FIELDS]
  const modes = Object.keys(settings?.modes ?? {})
    .filter((name) => !moded.includes(name))
    .map((name) => ({
      path: `settings.modes.${name}`,
      message: `the taxonomy has no field ${name}${didYouMean(name, moded)}`,
    }))
  const mapped = Object.entries(mapping?.fields ?? {}).flatMap(([field, target]): Fault[] => {
    const message = unknownName(taxonomy, field)
    if (message) return [{ path: `mapping.fields.${field}`, message }]
    const values = new Set(partsOf(target).flatMap((part) => Object.keys(part.values)))
    return [...values].flatMap((value) => {
      const unknown = unknownName(taxonomy, field, value)
      return unknown ? { path: `mapping.fields.${field}.values.${value}`, message: unknown } : []
    })
  })
  return [...bars, ...modes, ...mapped]
}

/**
 * Throws Rejected for names that no connection has or had, each with the nearest one. `path`: where they were given, in
 * a query (400) or a body (422).
 */
export async function checkConnectionNames(
  db: Tx,
  names: string[],
  { path, status }: { path: string; status: 400 | 422 },
): Promise<void> {
  if (names.length === 0) return
  const found = await db.select({ name: connections.name }).from(connections).where(inArray(connections.name, names))
  const unknown = names.filter((name) => !found.some((row) => row.name === name))
  if (unknown.length === 0) return
  const known = await namesOfConnections(db)
  const faults = unknown.map((name) => ({ path, message: `there is no connection ${name}${didYouMean(name, known)}` }))
  throw new Rejected(status, faults.map(({ message }) => message).join('; '), {
    next: known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'Create a connection first.',
    faults,
  })
}

export async function namesOfConnections(db: Tx): Promise<string[]> {
  const found = await db.select({ name: connections.name }).from(connections).orderBy(connections.name).limit(1000)
  return found.map(({ name }) => name)
}
