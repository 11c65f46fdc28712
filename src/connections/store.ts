/** Writes connections: credentials and secrets encrypted, and each change with its audit row. */
import { eq, sql } from 'drizzle-orm'
import type { Connection } from '../contract/index.ts'
import { connections, recordAudit, type Tx, uuidv7 } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import { decrypt, findConnection, findRow, forgetConnections, type Needs } from './find.ts'
import type { ConnectionChange, ConnectionInput } from './input.ts'
import { redact } from './redact.ts'

/** Creates or replaces a connection, with its audit row. `selfId` is our account, from `inspect`. */
export async function saveConnection(
  { db, vault }: Needs,
  input: ConnectionInput,
  selfId: string | null,
  actor: string,
): Promise<Connection> {
  const credentials = vault.seal(input.credentials)
  const secrets = vault.seal(input.secrets)
  const row = { ...input, credentials, secrets, selfId }
  const saved = await db.transaction(async (tx) => {
    const before = await findRow(tx, input.name)
    if (before && before.kind !== input.kind)
      throw new Rejected(409, `Connection ${input.name} is a ${before.kind} connection`, {
        next: 'Choose another name: the kind of a connection cannot change.',
      })
    const [saved] = await tx
      .insert(connections)
      .values({ id: uuidv7(), ...row })
      .onConflictDoUpdate({ target: connections.name, set: { ...row, updatedAt: sql`now()` } })
      .returning()
    const connection = await decrypt(vault, saved!)
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

/** Changes the given parts of a connection, with its audit row. Other parts are not touched: a token may rotate meanwhile. */
export async function changeConnection(
  { db, vault }: Needs,
  name: string,
  { credentials, secrets, ...plain }: ConnectionChange,
  selfId: string | null,
  actor: string,
): Promise<Connection> {
  const sealed = {
    ...(credentials ? { credentials: vault.seal(credentials) } : {}),
    ...(secrets ? { secrets: vault.seal(secrets) } : {}),
  }
  const changed = await db.transaction(async (tx) => {
    const before = await findConnection({ db: tx, vault }, name)
    const [saved] = await tx
      .update(connections)
      .set({ ...plain, ...sealed, selfId, updatedAt: sql`now()` })
      .where(eq(connections.id, before.id))
      .returning()
    const connection = await decrypt(vault, saved!)
    const replaced = Object.keys(sealed) // the audit says that they changed, not what they are
    await recordAudit(tx, {
      actor,
      action: 'connection.save',
      subject: `connection ${before.name}`,
      before: redact(before),
      after: { ...redact(connection), replaced },
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

/** Encrypts with the current key what an old key protects. Returns how many connections changed. */
export async function reseal({ db, vault }: Needs): Promise<number> {
  let changed = 0
  for (const row of await db.select().from(connections)) {
    if (!vault.isOld(row.credentials) && !vault.isOld(row.secrets)) continue
    const credentials = vault.seal(vault.open(row.credentials))
    const secrets = vault.seal(vault.open(row.secrets))
    // Only if nobody saved it meanwhile: a used refresh token or a withdrawn secret must not come back.
    const done = await db
      .update(connections)
      .set({ credentials, secrets })
      .where(
        sql`${connections.id} = ${row.id} and ${connections.credentials}->>'iv' = ${row.credentials.iv}
            and ${connections.secrets}->>'iv' = ${row.secrets.iv}`,
      )
      .returning({ id: connections.id })
    changed += done.length
  }
  return changed
}
