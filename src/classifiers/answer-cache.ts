/** Answers of the endpoint, stored for the next ticket with the same text. Limited by rows, by age, and to current models. */
import { and, eq, gte, lt, lte, notInArray, or, sql } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'
import { decisionCache } from '../db/index.ts'
import type { AnswerCache } from './endpoint/index.ts'

/** About 1 KiB each. */
const ROWS = 50_000
const DAYS = 30
/** Also trims here, because between two runs of the job many new texts could exceed the limit by far. */
const TRIM_EVERY = 1000

/** Opens the cache; `onLookup` is called for each lookup. */
export function openAnswerCache(db: Tx, onLookup: (hit: boolean) => void, limit = ROWS): AnswerCache {
  let kept = 0
  return {
    async find(key) {
      const [row] = await db
        .select({ answer: decisionCache.answer })
        .from(decisionCache)
        .where(eq(decisionCache.key, key))
      onLookup(row !== undefined)
      return row?.answer ?? null
    },
    async keep(key, taxonomyVersion, answer) {
      const { model } = answer
      // two tickets with the same text may be classified at the same time
      await db.insert(decisionCache).values({ key, model, taxonomyVersion, answer }).onConflictDoNothing()
      if (++kept % TRIM_EVERY === 0) await trim(db, limit)
    },
  }
}

/** Deletes rows that are too old, over the limit, or of a model or taxonomy no longer in use; returns how many. */
export async function tidyAnswerCache(
  db: Tx,
  inForce: { models: string[]; taxonomyVersion: number },
  limit = ROWS,
): Promise<number> {
  const { model, taxonomyVersion, createdAt } = decisionCache
  const deleted = await db
    .delete(decisionCache)
    .where(
      or(
        inForce.models.length > 0 ? notInArray(model, inForce.models) : sql`true`,
        lt(taxonomyVersion, inForce.taxonomyVersion),
        lt(createdAt, sql`now() - make_interval(days => ${DAYS})`),
      ),
    )
    .returning({ key: decisionCache.key })
  return deleted.length + (await trim(db, limit))
}

async function trim(db: Tx, limit: number): Promise<number> {
  const deleted = await db
    .delete(decisionCache)
    .where(sql`key in (select key from decision_cache order by created_at desc, key offset ${limit})`)
    .returning({ key: decisionCache.key })
  return deleted.length
}

/** The longest time from a question to the decision that it is for. */
const ANSWERED_WITHIN_MS = 15 * 60_000

/** Which answers belong to an erased decision: when it was made, and the explanation that came with its answer. */
export type AnswerOf = { at: Date; rationale: string | null }

const isAnswerOf = ({ at, rationale }: AnswerOf) =>
  or(
    and(
      gte(decisionCache.createdAt, new Date(at.getTime() - ANSWERED_WITHIN_MS)),
      lte(decisionCache.createdAt, new Date(at.getTime() + 60_000)),
    ),
    rationale === null ? undefined : sql`${decisionCache.answer}->>'rationale' = ${rationale}`,
  )

/** How many answers `eraseAnswers` would delete. */
export async function countAnswers(db: Tx, of: AnswerOf[]): Promise<number> {
  return of.length === 0 ? 0 : db.$count(decisionCache, or(...of.map(isAnswerOf)))
}

/**
 * Deletes the answers that these decisions may have come from; returns how many. A row does not say for which ticket it
 * was made, so every answer stored in the minutes before goes: it is asked for again when it is needed.
 */
export async function eraseAnswers(tx: Tx, of: AnswerOf[]): Promise<number> {
  if (of.length === 0) return 0
  const gone = await tx
    .delete(decisionCache)
    .where(or(...of.map(isAnswerOf)))
    .returning({ key: decisionCache.key })
  return gone.length
}
