/** Sessions of browsers: a row with an end, which a person or the end of its token can bring forward. */
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { recordAudit, sessions, signInLinks, type Tx, tokens, uuidv7 } from '../../db/index.ts'
import { Rejected } from '../../errors.ts'
import { randomSecret, sha256Hex } from '../../secrets.ts'
import { type Actor, findToken } from './tokens.ts'

/** A working day. */
const SESSION_HOURS = 12
const LINK_HOURS = 12
/** Rows of sessions that ended are kept for so long. */
const KEPT_DAYS = 30

const SIGN_IN_AGAIN = 'Sign in with an access token; an admin creates one with POST /api/v1/tokens.'

/** What a new session is opened with. */
export type Proof = { token: string } | { link: string }
/** The secret is for the cookie, and nowhere else. */
export type OpenedSession = { actor: Actor; secret: string; maxAge: number }

/** Opens a session for the holder of a token, or of a link that has not been used. */
export async function openSession(db: Tx, proof: Proof): Promise<OpenedSession> {
  const secret = randomSecret('hex')
  const hash = await sha256Hex(secret)
  const expiresAt = sql`now() + make_interval(hours => ${SESSION_HOURS})`
  return db.transaction(async (tx) => {
    const actor = 'token' in proof ? await findToken(tx, proof.token.trim()) : await useLink(tx, proof.link)
    if (!actor && 'token' in proof)
      throw new Rejected(401, 'The token is unknown or revoked', { next: 'Check it, or ask an admin for a new one.' })
    if (!actor) throw new Rejected(401, 'The link was used before, or it has expired', { next: SIGN_IN_AGAIN })
    const id = uuidv7()
    await tx.insert(sessions).values({ id, tokenId: actor.id, hash, expiresAt })
    await tx.delete(sessions).where(lt(sessions.expiresAt, sql`now() - make_interval(days => ${KEPT_DAYS})`))
    const by = 'token' in proof ? 'token' : 'link'
    await recordAudit(tx, { actor: actor.name, action: 'session.open', subject: `session ${id}`, after: { by } })
    return { actor, secret, maxAge: SESSION_HOURS * 3600 }
  })
}

/** The owner of a session; null when it has ended: by time, by sign-out, or because its token was revoked. */
export async function findSession(db: Tx, secret: string): Promise<Actor | null> {
  const [row] = await db
    .select({ id: tokens.id, name: tokens.name, role: tokens.role })
    .from(sessions)
    .innerJoin(tokens, eq(tokens.id, sessions.tokenId))
    .where(
      and(
        eq(sessions.hash, await sha256Hex(secret)),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, sql`now()`),
        isNull(tokens.revokedAt),
      ),
    )
  return row ?? null
}

/** Ends the session of this secret, or all sessions of the actor; tells how many. */
export async function endSessions(db: Tx, actor: Actor, which: { secret: string } | 'all'): Promise<number> {
  const chosen = which === 'all' ? undefined : eq(sessions.hash, await sha256Hex(which.secret))
  return db.transaction(async (tx) => {
    const ended = await tx
      .update(sessions)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(sessions.tokenId, actor.id), isNull(sessions.revokedAt), chosen))
      .returning({ id: sessions.id })
    for (const { id } of ended)
      await recordAudit(tx, { actor: actor.name, action: 'session.end', subject: `session ${id}` })
    return ended.length
  })
}

/** The address of a link that signs in the holder of the first admin token, once. */
export async function createSignInLink(db: Tx, origin: string): Promise<string | null> {
  const [token] = await db
    .select({ id: tokens.id })
    .from(tokens)
    .where(and(eq(tokens.role, 'admin'), isNull(tokens.revokedAt)))
    .orderBy(tokens.id)
    .limit(1)
  if (!token) return null
  const secret = randomSecret('hex')
  await db.insert(signInLinks).values({
    hash: await sha256Hex(secret),
    tokenId: token.id,
    expiresAt: sql`now() + make_interval(hours => ${LINK_HOURS})`,
  })
  // After the #, so that it is in no log of a server.
  return `${origin}/sign-in#${secret}`
}

async function useLink(db: Tx, secret: string): Promise<Actor | null> {
  const [used] = await db
    .delete(signInLinks)
    .where(eq(signInLinks.hash, await sha256Hex(secret)))
    .returning({ tokenId: signInLinks.tokenId, live: sql<boolean>`${signInLinks.expiresAt} > now()` })
  if (!used?.live) return null
  const [row] = await db
    .select({ id: tokens.id, name: tokens.name, role: tokens.role })
    .from(tokens)
    .where(and(eq(tokens.id, used.tokenId), isNull(tokens.revokedAt)))
  return row ?? null
}
