/** Answers of the endpoint, kept for the next ticket with the same text. Bounded: by rows, by age, and by what is in force. */
import { eq, lt, notInArray, or, sql } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'
import { decisionCache } from '../db/index.ts'
import type { AnswerCache } from './endpoint/index.ts'

/** About 1 KiB a row. */
const ROWS = 50_000
const DAYS = 30
/** Between two runs of the job a flood of new texts must not outgrow the limit by much. */
const TRIM_EVERY = 1000

export function openAnswerCache(db: Tx, looked: (hit: boolean) => void, limit = ROWS): AnswerCache {
  let kept = 0
  return {
    async find(key) {
      const [row] = await db
        .select({ answer: decisionCache.answer })
        .from(decisionCache)
        .where(eq(decisionCache.key, key))
      looked(row !== undefined)
      return row?.answer ?? null
    },
    async keep(key, taxonomyVersion, answer) {
      const { model } = answer
      // two tickets with the same text may be asked at the same time
      await db.insert(decisionCache).values({ key, model, taxonomyVersion, answer }).onConflictDoNothing()
      if (++kept % TRIM_EVERY === 0) await trim(db, limit)
    },
  }
}

/** Drops what is too old, too much, or of a model or taxonomy that is no longer in force. Returns how many rows went. */
export async function tidyAnswerCache(
  db: Tx,
  inForce: { models: string[]; taxonomyVersion: number },
  limit = ROWS,
): Promise<number> {
  const { model, taxonomyVersion, createdAt } = decisionCache
  const gone = await db
    .delete(decisionCache)
    .where(
      or(
        inForce.models.length > 0 ? notInArray(model, inForce.models) : sql`true`,
        lt(taxonomyVersion, inForce.taxonomyVersion),
        lt(createdAt, sql`now() - make_interval(days => ${DAYS})`),
      ),
    )
    .returning({ key: decisionCache.key })
  return gone.length + (await trim(db, limit))
}

async function trim(db: Tx, limit: number): Promise<number> {
  const gone = await db
    .delete(decisionCache)
    .where(sql`key in (select key from decision_cache order by created_at desc, key offset ${limit})`)
    .returning({ key: decisionCache.key })
  return gone.length
}
