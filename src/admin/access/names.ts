import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { people, type Tx, tokens } from '../../db/index.ts'

/**
 * Does another token or person have this name? Audit rows name the actor, so two of a name could not be told apart. Until
 * the transaction ends, nobody else takes it.
 */
export async function isNameTaken(tx: Tx, name: string, besides?: { person: string }): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`pointsman actor ${name}`}))`)
  const [token] = await tx
    .select({ id: tokens.id })
    .from(tokens)
    .where(and(eq(tokens.name, name), isNull(tokens.revokedAt)))
    .limit(1)
  if (token) return true
  const [person] = await tx
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.name, name), besides && ne(people.id, besides.person)))
  return person !== undefined
}
