/** Reads connections and decrypts them for the moment of use. */
import { asc, eq, isNull, or } from 'drizzle-orm'
import {
  type Connection,
  ConnectionSettings,
  type Credentials,
  didYouMean,
  Filters,
  Mapping,
  type WebhookSecret,
} from '../contract/index.ts'
import { connections, type Tx } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import { namesOfConnections } from './check-names.ts'
import type { Vault } from './vault.ts'

type Row = typeof connections.$inferSelect
export type Needs = { db: Tx; vault: Vault }

// One memory for each database: a test may have two.
const known = new WeakMap<Tx, Map<string, { at: number; saves: number; connection: Connection }>>()
const KNOWN_FOR_MS = 1_000
let saves = 0

/**
 * Like findConnection, but up to one second old: for code that runs for every delivery and ticket. What this process
 * saves is seen at once, what another process saves within that second.
 */
export async function knownConnection(needs: Needs, nameOrId: string): Promise<Connection> {
  const found = known.get(needs.db) ?? new Map<string, { at: number; saves: number; connection: Connection }>()
  known.set(needs.db, found)
  const hit = found.get(nameOrId)
  if (hit && hit.saves === saves && performance.now() - hit.at < KNOWN_FOR_MS) return hit.connection
  const before = saves
  // Anybody may send a webhook, so that the names of the connections are not told here.
  const connection = await find(needs, nameOrId, async () => '')
  found.set(nameOrId, { at: performance.now(), saves: before, connection })
  return connection
}

/** Call after every write to a connection: what `knownConnection` remembers is read again. */
export function forgetConnections(): void {
  saves++
}

/** The connection with this name or id; Rejected 404 when there is none. */
export function findConnection(needs: Needs, nameOrId: string): Promise<Connection> {
  return find(needs, nameOrId, async () => didYouMean(nameOrId, await namesOfConnections(needs.db)))
}

async function find({ db, vault }: Needs, nameOrId: string, hint: () => Promise<string>): Promise<Connection> {
  const row = await findRow(db, nameOrId)
  if (!row)
    throw new Rejected(404, `There is no connection ${nameOrId}${await hint()}`, {
      next: 'GET /api/v1/connections lists their names.',
    })
  if (row.deletedAt) throw wasDeleted(row.name)
  return decrypt(vault, row)
}

/** The connection was deleted: what was meant for it has no place to go. */
function wasDeleted(name: string): Rejected {
  return new Rejected(410, `The connection ${name} was deleted`, {
    next: 'Remove its webhook in the helpdesk, or create the connection again.',
  })
}

export async function listConnections({ db, vault }: Needs): Promise<Connection[]> {
  const found = await db.select().from(connections).where(isNull(connections.deletedAt)).orderBy(asc(connections.name))
  return Promise.all(found.map((row) => decrypt(vault, row)))
}

export async function findRow(db: Tx, nameOrId: string): Promise<Row | undefined> {
  if (!/^[a-z0-9-]{1,63}$/.test(nameOrId)) return undefined // neither a name nor an id; Postgres may not accept such a text
  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(nameOrId)
  const [row] = await db
    .select()
    .from(connections)
    .where(isId ? or(eq(connections.id, nameOrId), eq(connections.name, nameOrId)) : eq(connections.name, nameOrId))
  return row
}

/** Decrypts a row. Rows of older releases get today's defaults. */
export async function decrypt(vault: Vault, row: Row): Promise<Connection> {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    baseUrl: row.baseUrl,
    mode: row.mode,
    credentials: vault.open<Credentials>(row.credentials, { row: row.id, column: 'credentials' }),
    secrets: vault.open<WebhookSecret[]>(row.secrets, { row: row.id, column: 'secrets' }),
    mapping: Mapping.parse(row.mapping),
    filters: Filters.parse(row.filters),
    settings: ConnectionSettings.parse(row.settings),
    selfId: row.selfId,
  }
}
