/** Receipts of erasures: what was erased is counted, and whom it concerned is only stored as a keyed hash. */
import { createHmac } from 'node:crypto'
import { desc, lt, or, sql } from 'drizzle-orm'
import { erasures, type Tx, uuidv7 } from '../db/index.ts'

export type Receipt = typeof erasures.$inferSelect

/** The keys that receipts are hashed with: the encryption keys, 32 bytes in base64, the current one first. */
export type Keys = string[]

/** Stores the receipt of an erasure. `concerned` is what was asked for, such as the account id of a person. */
export async function storeReceipt(
  tx: Tx,
  keys: Keys,
  receipt: { id?: string; actor: string; concerned: string[]; counts: Record<string, number>; exports: string[] },
): Promise<Receipt> {
  const { id = uuidv7(), actor, concerned, counts, exports } = receipt
  const hashes = concerned.map((name) => hashed(keys[0]!, name))
  const [row] = await tx.insert(erasures).values({ id, actor, hashes, counts, exports }).returning()
  return row!
}

/**
 * Receipts, newest first; `before` is the id of the last one of the page before. With `concerning`, only those of that
 * person or ticket, whichever of the known keys they were hashed with.
 */
export async function listErasures(
  db: Tx,
  keys: Keys,
  { concerning, limit, before }: { concerning?: string; limit: number; before?: string },
): Promise<Receipt[]> {
  const hashes = concerning === undefined ? null : keys.map((key) => JSON.stringify([hashed(key, concerning)]))
  return db
    .select()
    .from(erasures)
    .where(
      sql`${before === undefined ? sql`true` : lt(erasures.id, before)} and ${
        hashes === null ? sql`true` : or(...hashes.map((hash) => sql`${erasures.hashes} @> ${hash}::jsonb`))
      }`,
    )
    .orderBy(desc(erasures.id))
    .limit(limit)
}

/** A key of its own is derived from each encryption key: one key is never used for two purposes. */
function hashed(key: string, name: string): { kid: string; hash: string } {
  const own = createHmac('sha256', Buffer.from(key, 'base64')).update('pointsman receipt of an erasure').digest()
  const kid = createHmac('sha256', own).update('key id').digest('base64').slice(0, 12)
  return { kid, hash: createHmac('sha256', own).update(name.trim().toLowerCase()).digest('base64') }
}
