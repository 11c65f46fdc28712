/** The routing map after values were merged: rows that name them name the values that took their place. */
import { eq, sql } from 'drizzle-orm'
import { followAll, type Merge } from '../contract/index.ts'
import { recordAudit, routingMaps, type Tx } from '../db/index.ts'
import { MapDocument, type Row } from './map.ts'
import { forgetPublished, lockedDraft, newestPublished, nextVersion, readMap } from './versions.ts'

/** What becomes of a row; `gone`: another row has its conditions already. */
export type Followed = { row: Row; index: number; was: Row; gone: boolean }

/** The rows with the new names. Where a merge makes two rows alike, the one that had the conditions before stays. Pure. */
export function followInRows(rows: Row[], merges: Merge[]): { rows: Row[]; followed: Followed[] } {
  const moved = rows.map((was, index) => ({ was, index, row: { ...was, when: followAll(merges, was.when) } }))
  const untouched = new Set(rows.map(({ when }) => keyOf(when)))
  const taken = new Set<string>()
  const followed = moved.flatMap(({ was, index, row }): (Followed & { isOld: boolean })[] => {
    const [old, now] = [keyOf(was.when), keyOf(row.when)]
    if (old === now) return [{ was, index, row, gone: false, isOld: true }]
    const gone = untouched.has(now) || taken.has(now)
    taken.add(now)
    return [{ was, index, row, gone, isOld: false }]
  })
  return {
    rows: followed.filter(({ gone }) => !gone).map(({ row }) => row),
    followed: followed.filter(({ isOld }) => !isOld).map(({ isOld: _, ...rest }) => rest),
  }
}

const keyOf = (when: Row['when']) => JSON.stringify(Object.entries(when).sort())

/** Publishes the map with the new names, and changes the draft. Nothing happens where no row names a merged value. */
export async function followInMap(tx: Tx, merges: Merge[], author: string, comment: string): Promise<void> {
  const draft = await lockedDraft(tx)
  const newest = await newestPublished(tx)
  const published = newest === null ? null : await readMap(tx, newest)
  const before = published && MapDocument.parse(published.document)
  const now = before && followInRows(before.rows, merges)
  const isChanged = (now?.followed.length ?? 0) > 0
  const next = await nextVersion(tx)
  if (draft) {
    const document = MapDocument.parse(draft.document)
    const { rows, followed } = followInRows(document.rows, merges)
    // The draft is published later, so its number must be the higher one.
    if (followed.length > 0 || isChanged)
      await tx
        .update(routingMaps)
        .set({
          document: { ...document, rows },
          revision: draft.revision + 1,
          ...(isChanged ? { version: next, base: draft.version } : {}),
        })
        .where(eq(routingMaps.version, draft.version))
  }
  if (!now || !isChanged) return
  const version = draft?.version ?? next
  const document = { ...before, rows: now.rows }
  await tx.insert(routingMaps).values({
    version,
    state: 'published',
    document,
    author,
    comment,
    publishedAt: sql`now()`,
  })
  await recordAudit(tx, {
    actor: author,
    action: 'routing-map.publish',
    subject: `routing map ${version}`,
    before,
    after: document,
  })
  forgetPublished()
}
