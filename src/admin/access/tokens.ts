/** Bearer tokens: only their SHA-256 is kept, so the text is shown once. */
import { and, asc, eq, getTableColumns, isNull, ne, sql } from 'drizzle-orm'
import type { Config } from '../../config.ts'
import type { Role } from '../../contract/index.ts'
import type { Database, Tx } from '../../db/index.ts'
import { recordAudit, tokens, uuidv7 } from '../../db/index.ts'
import { ConfigError, Rejected } from '../../errors.ts'
import { randomSecret, sha256Hex } from '../../secrets.ts'
import { isNameTaken } from './names.ts'

/** The caller. Audit rows carry the `name`. */
export type Actor = { id: string; name: string; role: Role }

const USED_EVERY_MS = 60_000
// People and secret scanners recognise a token by it.
const PREFIX = 'pointsman_'

/** The holder of a token; null when it is unknown or revoked. Looked up by its hash, so that timing reveals nothing. */
export async function findToken(db: Tx, text: string): Promise<Actor | null> {
  const [row] = await db
    .select()
    .from(tokens)
    .where(and(eq(tokens.hash, await sha256Hex(text)), isNull(tokens.revokedAt)))
  if (!row) return null
  // Once a minute is enough to find unused tokens, and saves a write for each request.
  if (!row.lastUsedAt || Date.now() - row.lastUsedAt.getTime() > USED_EVERY_MS)
    await db.update(tokens).set({ lastUsedAt: sql`now()` }).where(eq(tokens.id, row.id))
  return { id: row.id, name: row.name, role: row.role }
}

export async function listTokens(db: Tx) {
  const { hash: _hash, ...shown } = getTableColumns(tokens)
  return db.select(shown).from(tokens).orderBy(asc(tokens.id))
}

/** Creates a token. Its text is only in the returned value. */
export async function createToken(db: Tx, { name, role }: { name: string; role: Role }, actor: string) {
  const token = PREFIX + randomSecret('hex')
  const hash = await sha256Hex(token)
  return db.transaction(async (tx) => {
    if (await isNameTaken(tx, name))
      throw new Rejected(409, `There is somebody named ${name} already`, {
        next: 'Choose another name, or revoke the token of this name first.',
      })
    const [row] = await tx.insert(tokens).values({ id: uuidv7(), name, role, hash }).returning()
    const { hash: _hash, ...made } = row!
    await recordAudit(tx, { actor, action: 'token.create', subject: `token ${name}`, after: { id: made.id, role } })
    return { ...made, token }
  })
}

/** Revokes a token permanently. The last admin token cannot be revoked: nobody could create another one. */
export async function revokeToken(db: Tx, id: string, actor: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx
      .select()
      .from(tokens)
      .where(and(eq(tokens.id, id), isNull(tokens.revokedAt)))
    if (!row) throw new Rejected(404, `There is no active token ${id}`, { next: 'GET /api/v1/tokens lists them.' })
    if (row.role === 'admin' && !(await hasAdmin(tx, id)))
      throw new Rejected(409, `${row.name} is the last admin token`, { next: 'Create another admin token first.' })
    await tx.update(tokens).set({ revokedAt: sql`now()` }).where(eq(tokens.id, id))
    await recordAudit(tx, {
      actor,
      action: 'token.revoke',
      subject: `token ${row.name}`,
      before: { id, role: row.role },
    })
  })
}

/**
 * Makes sure that there is an admin token. ADMIN_TOKEN is stored hashed and replaces an earlier one. Without it, an
 * embedded database without an admin gets a new token, which is returned so that the entry can print it once.
 */
export async function bootstrapToken({
  config,
  database,
}: {
  config: Pick<Config, 'adminToken' | 'oidc'>
  database: Pick<Database, 'db' | 'kind'>
}): Promise<string | null> {
  const { db, kind } = database
  if (config.adminToken) {
    await storeBootstrap(db, config.adminToken)
    return null
  }
  if (await hasAdmin(db)) return null
  if (config.oidc?.roles.some(({ role }) => role === 'admin')) return null
  if (kind === 'postgres')
    throw new ConfigError('There is no admin token, so nobody could use the API', {
      next: 'Set ADMIN_TOKEN (create one with: openssl rand -hex 32), let a group be admin in OIDC_ROLES, or run: npx pointsman token create --name NAME --role admin.',
    })
  const token = PREFIX + randomSecret('hex')
  await storeBootstrap(db, token)
  return token
}

async function storeBootstrap(db: Tx, token: string): Promise<void> {
  const hash = await sha256Hex(token)
  await db.transaction(async (tx) => {
    const retired = await tx
      .update(tokens)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(tokens.bootstrap, true), isNull(tokens.revokedAt), ne(tokens.hash, hash)))
      .returning({ id: tokens.id })
    // Several processes may start at once with the same token: it becomes one row.
    const stored = await tx
      .insert(tokens)
      .values({ id: uuidv7(), name: 'bootstrap', role: 'admin', hash, bootstrap: true })
      .onConflictDoUpdate({
        target: tokens.hash,
        set: { role: 'admin', bootstrap: true, revokedAt: null },
        setWhere: sql`${tokens.revokedAt} is not null or ${tokens.role} <> 'admin'`,
      })
      .returning({ id: tokens.id })
    if (stored.length > 0 || retired.length > 0)
      await recordAudit(tx, {
        actor: 'pointsman',
        action: 'token.bootstrap',
        subject: 'token bootstrap',
        after: { made: stored.length, revoked: retired.length },
      })
  })
}

async function hasAdmin(db: Tx, besides?: string): Promise<boolean> {
  const [row] = await db
    .select({ id: tokens.id })
    .from(tokens)
    .where(and(eq(tokens.role, 'admin'), isNull(tokens.revokedAt), besides ? ne(tokens.id, besides) : undefined))
    .limit(1)
  return row !== undefined
}
