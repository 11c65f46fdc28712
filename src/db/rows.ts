import type { SQL } from 'drizzle-orm'
import type { Tx } from './types.ts'

/** The rows of a raw query, whichever driver ran it. */
export async function rows<Row>(db: Tx, query: SQL): Promise<Row[]> {
  const result = (await db.execute(query)) as unknown as Row[] | { rows: Row[] }
  return Array.isArray(result) ? result : result.rows
}
