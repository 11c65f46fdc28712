/** Which exports contained what, and what was erased since they were made. */
import { inArray, sql } from 'drizzle-orm'
import { exportItems, exports_, type Tx } from '../db/index.ts'
import { type Item, textHash } from './frozen.ts'

/** Notes that an export contains these tickets and examples. */
export async function noteExported(db: Tx, exportId: string, items: Item[]): Promise<void> {
  if (items.length === 0) return
  await db.insert(exportItems).values(items.map((item) => ({ exportId, item: item.id, textHash: textHash(item) })))
}

/** The exports that contain one of these tickets or examples, with the ids of those, also exports that broke off. */
export async function exportsWith(db: Tx, items: string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  if (items.length === 0) return found
  for (const { exportId, item } of await db.select().from(exportItems).where(inArray(exportItems.item, items)))
    found.set(exportId, [...(found.get(exportId) ?? []), item])
  return found
}

/** Marks the exports that contained what is erased now: their files must lose these lines too. */
export async function markExports(tx: Tx, erasure: string, held: Map<string, string[]>): Promise<void> {
  for (const [exportId, ids] of held) {
    const mark = JSON.stringify([{ erasure, at: new Date().toISOString(), ids }])
    await tx
      .update(exports_)
      .set({ erased: sql`${exports_.erased} || ${mark}::jsonb` })
      .where(inArray(exports_.id, [exportId]))
  }
  const items = [...held.values()].flat()
  if (items.length > 0) await tx.delete(exportItems).where(inArray(exportItems.item, items))
}

/** Deletes the notes about tickets and examples that were deleted because their time was over. */
export async function dropExported(tx: Tx, items: string[]): Promise<void> {
  if (items.length > 0) await tx.delete(exportItems).where(inArray(exportItems.item, items))
}
