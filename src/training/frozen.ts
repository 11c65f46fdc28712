/**
 * The frozen test set. A ticket is in it or in training data, never in both. Each side first writes and then looks what the
 * other wrote: of two exports that run at once, at least one sees the other.
 */
import { createHash } from 'node:crypto'
import { and, eq, inArray, or, sql } from 'drizzle-orm'
import { fold } from '../contract/index.ts'
import { exportItems, frozenItems, rows, type Tx } from '../db/index.ts'

export type Item = { id: string; subject: string; text: string }

/** Of the text without case, accents and punctuation: copies and near copies have the same. */
export function textHash({ subject, text }: Pick<Item, 'subject' | 'text'>): string {
  return createHash('sha256')
    .update(fold(`${subject} ${text}`))
    .digest('hex')
    .slice(0, 32)
}

/** Freezes what no training data ever had; returns the ids that are frozen now. */
export async function freeze(db: Tx, exportId: string, items: Item[]): Promise<Set<string>> {
  if (items.length === 0) return new Set()
  const values = items.map((item) => ({ item: item.id, textHash: textHash(item), exportId }))
  const fresh = await db
    .insert(frozenItems)
    .values(values)
    .onConflictDoNothing()
    .returning({ item: frozenItems.item, textHash: frozenItems.textHash })
  // An export that broke off says nothing of its purpose: its reader may have kept what it got.
  const trained =
    fresh.length === 0
      ? []
      : await rows<{ item: string; textHash: string | null }>(
          db,
          sql`select i.item, i.text_hash as "textHash" from export_items i left join exports e on e.id = i.export_id
              where (i.item in ${fresh.map(({ item }) => item)} or i.text_hash in ${fresh.map((one) => one.textHash)})
                and i.export_id <> ${exportId}
                and coalesce(e.manifest->>'purpose', 'train') = 'train'`,
        )
  const [ids, texts] = [new Set(trained.map(({ item }) => item)), new Set(trained.map((one) => one.textHash))]
  const known = new Set(fresh.filter((one) => ids.has(one.item) || texts.has(one.textHash)).map(({ item }) => item))
  if (known.size > 0) await db.delete(frozenItems).where(inArray(frozenItems.item, [...known]))
  return new Set(items.map(({ id }) => id).filter((id) => !known.has(id)))
}

/** Of these, which may be training data: neither they nor copies of them are frozen. Call it after they were noted. */
export async function unfrozen(db: Tx, exportId: string, items: Item[]): Promise<Set<string>> {
  if (items.length === 0) return new Set()
  const hashes = items.map(textHash)
  const found = await db
    .select({ item: frozenItems.item, textHash: frozenItems.textHash })
    .from(frozenItems)
    .where(
      or(
        inArray(
          frozenItems.item,
          items.map(({ id }) => id),
        ),
        inArray(frozenItems.textHash, hashes),
      ),
    )
  const [ids, texts] = [new Set(found.map(({ item }) => item)), new Set(found.map((one) => one.textHash))]
  const frozen = items.filter((item, n) => ids.has(item.id) || texts.has(hashes[n]!)).map(({ id }) => id)
  if (frozen.length > 0)
    await db.delete(exportItems).where(and(eq(exportItems.exportId, exportId), inArray(exportItems.item, frozen)))
  return new Set(items.map(({ id }) => id).filter((id) => !frozen.includes(id)))
}

/** Whether a ticket is frozen, or has the text of one that is: for training here. */
export async function readFrozen(db: Tx): Promise<(item: Item) => boolean> {
  const found = await db.select({ item: frozenItems.item, textHash: frozenItems.textHash }).from(frozenItems)
  const [ids, texts] = [new Set(found.map(({ item }) => item)), new Set(found.map((one) => one.textHash))]
  return (item) => ids.has(item.id) || (texts.size > 0 && texts.has(textHash(item)))
}
