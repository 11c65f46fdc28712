/** People who sign in with an account of the company. */
import { and, eq, isNull, lt, notExists, sql } from 'drizzle-orm'
import type { Role } from '../../contract/index.ts'
import { people, recordAudit, sessions, type Tx, uuidv7 } from '../../db/index.ts'
import { isNameTaken } from './names.ts'
import type { Actor } from './tokens.ts'

/** An account at the provider; `role` null: no group of it has one. */
export type Account = { issuer: string; subject: string; name: string; role: Role | null }

/** People who have not come for so long are forgotten. */
const KEPT_DAYS = 730

/**
 * Remembers who came, with the name and the role of today. Null: the account has no role; sessions that it still has end
 * then. `groups` is what it was judged by, for who asks why.
 */
export async function welcome(tx: Tx, account: Account, groups: string[]): Promise<Actor | null> {
  const { issuer, subject, role } = account
  const known = await findPerson(tx, account)
  const name = await freeName(tx, account, known?.id)
  const [person] = await tx
    .insert(people)
    .values({ id: uuidv7(), issuer, subject, name, role })
    .onConflictDoUpdate({ target: [people.issuer, people.subject], set: { name, role, signedInAt: sql`now()` } })
    .returning()
  if (!known || known.name !== name || known.role !== role)
    await recordAudit(tx, {
      actor: 'pointsman',
      action: 'person.save',
      subject: `person ${name}`,
      ...(known && { before: { name: known.name, role: known.role } }),
      after: { name, role, issuer, subject },
    })
  await forget(tx)
  if (role !== null) return { id: person!.id, name, role }
  await tx
    .update(sessions)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(sessions.personId, person!.id), isNull(sessions.revokedAt)))
  await recordAudit(tx, {
    actor: name,
    action: 'session.refuse',
    subject: `person ${name}`,
    after: { groups: groups.slice(0, 100) },
  })
  return null
}

async function findPerson(tx: Tx, { issuer, subject }: Account) {
  const [row] = await tx
    .select()
    .from(people)
    .where(and(eq(people.issuer, issuer), eq(people.subject, subject)))
    .for('update')
  return row
}

/** A name that somebody else has is told apart by the account. */
async function freeName(tx: Tx, { name, subject }: Account, person?: string): Promise<string> {
  const taken = await isNameTaken(tx, name, person === undefined ? undefined : { person })
  return taken ? `${name} (${subject})` : name
}

async function forget(tx: Tx): Promise<void> {
  await tx
    .delete(people)
    .where(
      and(
        lt(people.signedInAt, sql`now() - make_interval(days => ${KEPT_DAYS})`),
        notExists(tx.select({ id: sessions.id }).from(sessions).where(eq(sessions.personId, people.id))),
      ),
    )
}
