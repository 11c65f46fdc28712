import { inArray } from 'drizzle-orm'
import { overrides, type Tx } from '../db/index.ts'

/** How many overrides these tickets have. */
export const countOverrides = (db: Tx, tickets: string[]): Promise<number> =>
  db.$count(overrides, inArray(overrides.ticketId, tickets))

/** Deletes the overrides of these tickets; returns how many. */
export async function eraseOverrides(tx: Tx, tickets: string[]): Promise<number> {
  return (await tx.delete(overrides).where(inArray(overrides.ticketId, tickets)).returning({ id: overrides.id })).length
}
