import { sql } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'

/** One transaction at a time judges the automation of a value; there may be no row to lock yet. */
export async function lockValue(tx: Tx, place: { connectionId: string; field: string; value: string }): Promise<void> {
  const name = `trust:${place.connectionId}/${place.field}/${place.value}`
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${name}::text))`)
}
