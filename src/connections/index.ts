/** Connections: one Jira site or Zendesk account each, with credentials and webhook secrets encrypted at rest. */
import { asc, eq, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import {
  type Connection,
  ConnectionSettings,
  type Connectors,
  Credentials,
  Filters,
  Mapping,
  type MappingFault,
  type Metadata,
  Mode,
  type Taxonomy,
  WebhookSecret,
} from '../contract/index.ts'
import { recordAudit } from '../db/audit.ts'
import { uuidv7 } from '../db/id.ts'
import type { Tx } from '../db/index.ts'
import { connections } from '../db/schema.ts'
import { Rejected } from '../errors.ts'
import { checkPattern } from '../text/pattern/index.ts'
import type { Vault } from './vault.ts'

export { type Helpdesks, openHelpdesks } from './helpdesks.ts'

const Settings = ConnectionSettings.superRefine(({ mask }, context) => {
  for (const [i, { pattern }] of mask.entries()) {
    const fault = checkPattern(pattern)
    if (fault) context.addIssue({ code: 'custom', path: ['mask', i, 'pattern'], message: fault })
  }
})

/** What an admin sends to make or change a connection. Absent parts keep what they were. */
export const ConnectionInput = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and -: it is part of the webhook URL'),
  kind: z.enum(['jira', 'zendesk']),
  baseUrl: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  mode: Mode.default('observe'),
  credentials: Credentials,
  secrets: z.array(WebhookSecret).min(1, 'without a webhook secret every delivery is refused').max(4),
  mapping: Mapping.default({ fields: {}, groups: {}, people: {}, robots: [] }),
  filters: Filters.prefault({}),
  settings: Settings.prefault({}),
})
export type ConnectionInput = z.infer<typeof ConnectionInput>

/** What an admin sends to change one. A part that is absent stays, credentials and secrets above all: nobody can read them. */
export const ConnectionChange = z.strictObject({
  baseUrl: ConnectionInput.shape.baseUrl.optional(),
  mode: Mode.optional(),
  credentials: Credentials.optional(),
  secrets: ConnectionInput.shape.secrets.optional(),
  mapping: Mapping.optional(),
  filters: Filters.optional(),
  settings: Settings.optional(),
})
export type ConnectionChange = z.infer<typeof ConnectionChange>

type Row = typeof connections.$inferSelect
type Needs = { db: Tx; vault: Vault }

// By database, so that a test's second one has a memory of its own.
const known = new WeakMap<Tx, Map<string, { at: number; saves: number; connection: Connection }>>()
const KNOWN_FOR_MS = 1_000
let saves = 0

/**
 * As findConnection, but as it was up to a second ago: for what happens to every delivery and ticket. What this process
 * saves holds at once, what another one saves after that second.
 */
export async function knownConnection(needs: Needs, nameOrId: string): Promise<Connection> {
  const found = known.get(needs.db) ?? new Map<string, { at: number; saves: number; connection: Connection }>()
  known.set(needs.db, found)
  const hit = found.get(nameOrId)
  if (hit && hit.saves === saves && performance.now() - hit.at < KNOWN_FOR_MS) return hit.connection
  const before = saves
  const connection = await findConnection(needs, nameOrId)
  found.set(nameOrId, { at: performance.now(), saves: before, connection })
  return connection
}

/** Makes what is known of connections count as old; after every write to one. */
export function forgetConnections(): void {
  saves++
}

/** By name or id; Rejected 404 when there is none. */
export async function findConnection({ db, vault }: Needs, nameOrId: string): Promise<Connection> {
  const row = await findRow(db, nameOrId)
  if (!row)
    throw new Rejected(404, `There is no connection ${nameOrId}`, {
      next: 'GET /api/v1/connections lists their names.',
    })
  return decrypt(vault, row)
}

export async function listConnections({ db, vault }: Needs): Promise<Connection[]> {
  const found = await db.select().from(connections).orderBy(asc(connections.name))
  return Promise.all(found.map((row) => decrypt(vault, row)))
}

/** A connection as people may see it: no credential, no secret. */
export function redact(connection: Connection) {
  const { credentials, secrets, ...rest } = connection
  return {
    ...rest,
    credentials: { kind: credentials.kind, ...(credentials.kind === 'basic' ? { email: credentials.email } : {}) },
    secrets: secrets.map((secret) => ({
      kind: secret.kind,
      ...(secret.kind === 'token' ? { header: secret.header } : {}),
    })),
  }
}

/**
 * Checks a connection against the helpdesk itself: credentials, permissions, and the mapping against its metadata.
 * Throws HelpdeskError when it cannot be reached.
 */
export async function inspectConnection(
  connectors: Connectors,
  connection: Connection,
  taxonomy: Taxonomy,
): Promise<{ metadata: Metadata; faults: MappingFault[] }> {
  const connector = connectors[connection.kind]
  const metadata = await connector.inspect(connection)
  return { metadata, faults: connector.checkMapping(connection.mapping, metadata, taxonomy) }
}

/** Makes or replaces a connection, with its audit row. `selfId` is our account as `inspect` found it. */
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
    const before = await findRow(tx as Tx, input.name)
    if (before && before.kind !== input.kind)
      throw new Rejected(409, `Connection ${input.name} is a ${before.kind} connection`, {
        next: 'Choose another name: a kind cannot change.',
      })
    const [saved] = await tx
      .insert(connections)
      .values({ id: uuidv7(), ...row })
      .onConflictDoUpdate({ target: connections.name, set: { ...row, updatedAt: sql`now()` } })
      .returning()
    const connection = await decrypt(vault, saved!)
    await recordAudit(tx as Tx, {
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

/** Changes the given parts of a connection, with its audit row. What is not given is not even read: a token may rotate meanwhile. */
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
    const before = await findConnection({ db: tx as Tx, vault }, name)
    const [saved] = await tx
      .update(connections)
      .set({ ...plain, ...sealed, selfId, updatedAt: sql`now()` })
      .where(eq(connections.id, before.id))
      .returning()
    const connection = await decrypt(vault, saved!)
    const replaced = Object.keys(sealed) // that they changed is worth knowing, what they are is not
    await recordAudit(tx as Tx, {
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

/** Keeps our own account in the helpdesk, as a test of the connection found it. */
export async function keepSelf(db: Tx, id: string, selfId: string): Promise<void> {
  await db.update(connections).set({ selfId }).where(eq(connections.id, id))
}

/** Encrypts again what an old key protects. Returns how many connections changed. */
export async function reseal({ db, vault }: Needs): Promise<number> {
  let changed = 0
  for (const row of await db.select().from(connections)) {
    if (!vault.isOld(row.credentials) && !vault.isOld(row.secrets)) continue
    const credentials = vault.seal(vault.open(row.credentials))
    const secrets = vault.seal(vault.open(row.secrets))
    // Only if nobody saved it meanwhile: neither a used refresh token nor a withdrawn secret must come back.
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

async function findRow(db: Tx, nameOrId: string): Promise<Row | undefined> {
  if (!/^[a-z0-9-]{1,63}$/.test(nameOrId)) return undefined // neither: perhaps nothing that Postgres could look for
  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(nameOrId)
  const [row] = await db
    .select()
    .from(connections)
    .where(isId ? or(eq(connections.id, nameOrId), eq(connections.name, nameOrId)) : eq(connections.name, nameOrId))
  return row
}

/** Decrypts a row for the moment of use. Rows written by an older release get today's defaults. */
export async function decrypt(vault: Vault, row: Row): Promise<Connection> {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    baseUrl: row.baseUrl,
    mode: row.mode,
    credentials: vault.open<Credentials>(row.credentials),
    secrets: vault.open<WebhookSecret[]>(row.secrets),
    mapping: Mapping.parse(row.mapping),
    filters: Filters.parse(row.filters),
    settings: ConnectionSettings.parse(row.settings),
    selfId: row.selfId,
  }
}
