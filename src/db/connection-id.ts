import { eq } from 'drizzle-orm'
import { connections } from './schema.ts'
import type { Tx } from './types.ts'

/** The id of the connection with this name; there may be none, then it is an id that no row has. */
export async function connectionIdOf(db: Tx, name: string): Promise<string> {
  const [row] = await db.select({ id: connections.id }).from(connections).where(eq(connections.name, name))
  return row?.id ?? '00000000-0000-0000-0000-000000000000'
}
