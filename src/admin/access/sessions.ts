/** Sessions of browsers: a row with an end, which a person or the end of its token can bring forward. */
import { and, desc, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { Role } from '../../contract/index.ts'
import { people, recordAudit, sessions, signInLinks, type Tx, tokens, uuidv7 } from '../../db/index.ts'
import { Rejected } from '../../errors.ts'
import { randomSecret, sha256Hex } from '../../secrets.ts'
import { type Account, welcome } from './people.ts'
import { type Actor, findToken } from './tokens.ts'

/** A working day. */
const SESSION_HOURS = 12
const LINK_HOURS = 12
/** Rows of sessions that ended are kept for so long. */
const KEPT_DAYS = 30

const USED_EVERY_MS = 60_000

const SIGN_IN_AGAIN = 'Sign in with an access token; an admin creates one with POST /api/v1/tokens.'

/** What a new session is opened with. */
export type Proof = { token: string } | { link: string } | { account: Account; groups: string[] }
/** The secret is for the cookie, and nowhere else. */
export type OpenedSession = { actor: Actor; secret: string; maxAge: number }

/**
 * Opens a session for the holder of a token, of a link that has not been used, or of an account at the identity provider;
 * null: the account has no role.
 */
export async function openSession(db: Tx, proof: { token: string } | { link: string }): Promise<OpenedSession>
export async function openSession(db: Tx, proof: Proof): Promise<OpenedSession | null>
export async function openSession(db: Tx, proof: Proof): Promise<OpenedSession | null> {
  const secret = randomSecret('hex')
  const hash = await sha256Hex(secret)
  const expiresAt = sql`now() + make_interval(hours => ${SESSION_HOURS})`
  return db.transaction(async (tx) => {
    const actor = await actorOf(tx, proof)
    if (!actor) return null
    const [by, owner] =
      'account' in proof
        ? (['oidc', { personId: actor.id }] as const)
        : (['token' in proof ? 'token' : 'link', { tokenId: actor.id }] as const)
    const id = uuidv7()
    await tx.insert(sessions).values({ id, ...owner, by, hash, expiresAt })
    await tx.delete(sessions).where(lt(sessions.expiresAt, sql`now() - make_interval(days => ${KEPT_DAYS})`))
    await recordAudit(tx, { actor: actor.name, action: 'session.open', subject: `session ${id}`, after: { by } })
    return { actor, secret, maxAge: SESSION_HOURS * 3600 }
  })
}

async function actorOf(tx: Tx, proof: Proof): Promise<Actor | null> {
  if ('account' in proof) return welcome(tx, proof.account, proof.groups)
  const actor = 'token' in proof ? await findToken(tx, proof.token.trim()) : await useLink(tx, proof.link)
  if (!actor && 'token' in proof)
    throw new Rejected(401, 'The token is unknown or revoked', { next: 'Check it, or ask an admin for a new one.' })
  if (!actor) throw new Rejected(401, 'The link was used before, or it has expired', { next: SIGN_IN_AGAIN })
  return actor
}

/** The owner of a session; null when it has ended: by time, by sign-out, or because its token was revoked. */
export async function findSession(db: Tx, secret: string): Promise<Actor | null> {
  const [row] = await db
    .select({ ...OWNER, id: sessions.id, lastUsedAt: sessions.lastUsedAt })
    .from(sessions)
    .leftJoin(tokens, eq(tokens.id, sessions.tokenId))
    .leftJoin(people, eq(people.id, sessions.personId))
    .where(and(eq(sessions.hash, await sha256Hex(secret)), ...OPEN))
  if (!row) return null
  // As for tokens: once a minute is enough.
  if (!row.lastUsedAt || Date.now() - row.lastUsedAt.getTime() > USED_EVERY_MS)
    await db.update(sessions).set({ lastUsedAt: sql`now()` }).where(eq(sessions.id, row.id))
  return ownerOf(row)
}

const OWNER = {
  token: { id: tokens.id, name: tokens.name, role: tokens.role, revokedAt: tokens.revokedAt },
  person: { id: people.id, name: people.name, role: people.role },
}
const OPEN = [isNull(sessions.revokedAt), gt(sessions.expiresAt, sql`now()`)]

type Owner = {
  token: (Actor & { revokedAt: Date | null }) | null
  person: (Omit<Actor, 'role'> & { role: Role | null }) | null
}

function ownerOf({ token, person }: Owner): Actor | null {
  if (token && token.revokedAt === null) return { id: token.id, name: token.name, role: token.role }
  return person && person.role !== null ? { ...person, role: person.role } : null
}

/** The sessions that are open, newest first; `current` is the one of this secret. */
export async function listSessions(db: Tx, secret: string | undefined) {
  const current = secret === undefined ? null : await sha256Hex(secret)
  const { id, by, createdAt, lastUsedAt, expiresAt, hash } = sessions
  const found = await db
    .select({ ...OWNER, id, by, createdAt, lastUsedAt, expiresAt, hash })
    .from(sessions)
    .leftJoin(tokens, eq(tokens.id, sessions.tokenId))
    .leftJoin(people, eq(people.id, sessions.personId))
    .where(and(...OPEN))
    .orderBy(desc(sessions.id))
  return found.flatMap(({ hash, token, person, ...session }) => {
    const owner = ownerOf({ token, person })
    return owner ? [{ ...session, name: owner.name, role: owner.role, current: hash === current }] : []
  })
}

/** Ends the session of this secret, or all sessions of the actor; tells how many. */
export async function endSessions(db: Tx, actor: Actor, which: { secret: string } | 'all'): Promise<number> {
  const chosen = which === 'all' ? undefined : eq(sessions.hash, await sha256Hex(which.secret))
  const own = or(eq(sessions.tokenId, actor.id), eq(sessions.personId, actor.id))
  return db.transaction(async (tx) => (await end(tx, and(own, chosen), actor.name)).length)
}

/** Ends the session of somebody. */
export async function revokeSession(db: Tx, id: string, actor: string): Promise<void> {
  await db.transaction(async (tx) => {
    const ended = await end(tx, and(eq(sessions.id, id), ...OPEN), actor)
    if (ended.length === 0)
      throw new Rejected(404, `There is no open session ${id}`, { next: 'GET /api/v1/sessions lists them.' })
  })
}

async function end(tx: Tx, which: SQL | undefined, actor: string): Promise<{ id: string }[]> {
  const ended = await tx
    .update(sessions)
    .set({ revokedAt: sql`now()` })
    .where(and(which, isNull(sessions.revokedAt)))
    .returning({ id: sessions.id })
  for (const { id } of ended) await recordAudit(tx, { actor, action: 'session.end', subject: `session ${id}` })
  return ended
}

/** Has anybody ever signed in? Rows of ended sessions are kept for a while. */
export async function isFirstSignIn(db: Tx): Promise<boolean> {
  return (await db.select({ id: sessions.id }).from(sessions).limit(1)).length === 0
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
