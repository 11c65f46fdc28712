/** Claims: a person looks at a decision, so that others take another one. A claim is a hint; the database settles a race. */
import { and, eq, gt, inArray, lt, ne, or, sql } from 'drizzle-orm'
import { claims, type Tx } from '../db/index.ts'
import { loadNewest } from './load.ts'

/** It ends by itself unless it is renewed. */
const SECONDS = 60

type Claim = { who: string; until: Date }

/**
 * Claims a decision for this person, or renews the claim; a person looks at one decision at a time. Returns whose it is:
 * somebody else's stays theirs until it ends. `isNew`: others may want to hear of it.
 */
export async function claim(db: Tx, decisionId: string, who: string): Promise<Claim & { isNew: boolean }> {
  return db.transaction(async (tx) => {
    await loadNewest(tx, decisionId)
    const over = or(lt(claims.until, sql`now()`), and(eq(claims.who, who), ne(claims.decisionId, decisionId)))
    await tx.delete(claims).where(over)
    const [before] = await tx.select().from(claims).where(eq(claims.decisionId, decisionId))
    await tx
      .insert(claims)
      .values({ decisionId, who, until: sql`now() + make_interval(secs => ${SECONDS})` })
      .onConflictDoUpdate({
        target: claims.decisionId,
        set: { until: sql`excluded.until` },
        setWhere: eq(claims.who, who),
      })
    const [now] = await tx.select().from(claims).where(eq(claims.decisionId, decisionId))
    return { who: now!.who, until: now!.until, isNew: before?.who !== now!.who }
  })
}

/** Who looks at these decisions now. */
export async function claimsOf(db: Tx, ids: string[]): Promise<Map<string, Claim>> {
  if (ids.length === 0) return new Map()
  const found = await db
    .select()
    .from(claims)
    .where(and(inArray(claims.decisionId, ids), gt(claims.until, sql`now()`)))
  return new Map(found.map(({ decisionId, who, until }) => [decisionId, { who, until }]))
}

/** It is settled: nobody needs to look any more. */
export async function endClaim(tx: Tx, decisionId: string): Promise<void> {
  await tx.delete(claims).where(eq(claims.decisionId, decisionId))
}
