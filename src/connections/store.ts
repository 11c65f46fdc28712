/** Writes connections: credentials and secrets encrypted, and each change with its audit row. */
import { eq, sql } from 'drizzle-orm'
import type { Connection } from '../contract/index.ts'
import { connections, recordAudit, type Sealed, type Tx, uuidv7 } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import { decrypt, findConnection, findRow, forgetConnections, type Needs } from './find.ts'
import type { ConnectionChange, ConnectionInput } from './input.ts'
import { redact } from './redact.ts'
import { refuseChanged } from './tag.ts'
import type { Vault } from './vault.ts'

/** Creates or replaces a connection, with its audit row. `selfId` is our account, from `inspect`; `id` is for a new one. */
export async function saveConnection(
  { db, vault }: Needs,
  input: ConnectionInput,
  selfId: string | null,
  actor: string,
  id = uuidv7(),
): Promise<Connection> {
  const saved = await db.transaction(async (tx) => {
    const before = await findRow(tx, input.name)
    if (before && before.kind !== input.kind)
      throw new Rejected(409, `Connection ${input.name} is a ${before.kind} connection`, {
        next: 'Choose another name: the kind of a connection cannot change.',
      })
    const connection = await decrypt(vault, await upsert(tx, vault, before?.id ?? id, { ...input, selfId }))
    await recordAudit(tx, {
      actor,
      action: 'connection.save',
      subject: `connection ${input.name}`,
      before: before ? redact(await decrypt(vault, before)) : undefined,
      after: redact(connection),
    })
    return connection
  })
  forgetConnections()
  return saved
}

async function upsert(tx: Tx, vault: Vault, id: string, input: ConnectionInput & { selfId: string | null }) {
  const row = { ...input, ...sealed(vault, id, input), deletedAt: null }
  const [saved] = await tx
    .insert(connections)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: connections.name, set: { ...row, updatedAt: sql`now()` } })
    .returning()
  if (saved!.id === id) return saved!
  // Another process has just made a connection of this name: what was encrypted is bound to a row that is not there.
  const [bound] = await tx
    .update(connections)
    .set(sealed(vault, saved!.id, input))
    .where(eq(connections.id, saved!.id))
    .returning()
  return bound!
}

/** The credentials and secrets, encrypted for this row. */
export function sealed(
  vault: Vault,
  row: string,
  { credentials, secrets }: Pick<Connection, 'credentials' | 'secrets'>,
) {
  return {
    credentials: vault.seal(credentials, { row, column: 'credentials' }),
    secrets: vault.seal(secrets, { row, column: 'secrets' }),
  }
}

/**
 * Changes the given parts of a connection, with its audit row. Other parts are not touched: a token may rotate meanwhile.
 * `change` may be made from the connection as it is while nobody else can change it.
 */
export async function changeConnection(
  { db, vault }: Needs,
  name: string,
  change: ConnectionChange | ((current: Connection) => ConnectionChange),
  selfId: string | null,
  actor: string,
  /** The tag that an editor started from; Rejected 412 when the connection has another one by now. */
  expected?: string,
): Promise<Connection> {
  const changed = await db.transaction(async (tx) => {
    await tx.execute(sql`select id from connections where name = ${name} for update`)
    const before = await findConnection({ db: tx, vault }, name)
    await refuseChanged(before, expected)
    const { credentials, secrets, ...plain } = typeof change === 'function' ? change(before) : change
    const { id: row } = before
    const replaced = {
      ...(credentials ? { credentials: vault.seal(credentials, { row, column: 'credentials' }) } : {}),
      ...(secrets ? { secrets: vault.seal(secrets, { row, column: 'secrets' }) } : {}),
    }
    const [saved] = await tx
      .update(connections)
      .set({ ...plain, ...replaced, selfId, updatedAt: sql`now()` })
      .where(eq(connections.id, before.id))
      .returning()
    const connection = await decrypt(vault, saved!)
    await recordAudit(tx, {
      actor,
      action: 'connection.save',
      subject: `connection ${before.name}`,
      before: redact(before),
      // The audit says that they changed, not what they are.
      after: { ...redact(connection), replaced: Object.keys(replaced) },
    })
    return connection
  })
  forgetConnections()
  return changed
}

/** Stores our own account in the helpdesk, which a test of the connection found. */
export async function keepSelf(db: Tx, id: string, selfId: string): Promise<void> {
  await db.update(connections).set({ selfId }).where(eq(connections.id, id))
}

/**
 * Encrypts with the current key what an old key protects, bound to its row. With `unbound`, also what an earlier release
 * stored unbound, which that release could no longer read. Returns how many connections changed.
 */
export async function reseal({ db, vault }: Needs, { unbound = false } = {}): Promise<number> {
  const isOld = (one: Sealed) => vault.isOld(one) || (unbound && !one.bound)
  let changed = 0
  for (const row of await db.select().from(connections)) {
    if (!isOld(row.credentials) && !isOld(row.secrets)) continue
    const opened = await decrypt(vault, row)
    // Only if nobody saved it meanwhile: a used refresh token or a withdrawn secret must not come back.
    const done = await db
      .update(connections)
      .set(sealed(vault, row.id, opened))
      .where(
        sql`${connections.id} = ${row.id} and ${connections.credentials}->>'iv' = ${row.credentials.iv}
            and ${connections.secrets}->>'iv' = ${row.secrets.iv}`,
      )
      .returning({ id: connections.id })
    changed += done.length
  }
  return changed
}
