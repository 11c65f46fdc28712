/**
 * Calls to the helpdesks, each through its connection's lane: as many at once and a minute as the account allows, paused
 * as long as the vendor says, for all processes; with an access token that is still good.
 */
import { eq, sql } from 'drizzle-orm'
import PQueue from 'p-queue'
import { rows, type Tx } from '../db/index.ts'
import { connections } from '../db/schema.ts'
import { HelpdeskError } from '../errors.ts'
import type { Connection, Connector, Connectors } from '../ticket.ts'
import type { Vault } from '../vault.ts'
import { decrypt, findConnection } from './index.ts'

export type Helpdesks = {
  /**
   * Runs `work` with the adapter and the decrypted connection. Higher `priority` goes first. Throws what the adapter
   * throws, and HelpdeskError `busy` while the account is paused.
   */
  call<T>(
    connectionId: string,
    work: (connector: Connector, connection: Connection) => Promise<T>,
    priority?: number,
  ): Promise<T>
}

const TOKEN_MARGIN_MS = 60_000
const REFRESH_LEASE_SECONDS = 60

export function openHelpdesks({ db, vault, connectors }: { db: Tx; vault: Vault; connectors: Connectors }): Helpdesks {
  const lanes = new Map<string, PQueue>()

  function lane({ id, settings }: Connection): PQueue {
    const key = `${id}:${settings.concurrency}:${settings.perMinute}`
    let queue = lanes.get(key)
    if (!queue) {
      queue = new PQueue({
        concurrency: settings.concurrency,
        interval: 60_000,
        intervalCap: settings.perMinute,
        strict: true,
      })
      lanes.set(key, queue)
    }
    return queue
  }

  async function open(connectionId: string): Promise<Connection> {
    const [row] = await db.select().from(connections).where(eq(connections.id, connectionId))
    if (!row) return findConnection({ db, vault }, connectionId) // throws the 404
    const waitMs = row.pausedUntil ? row.pausedUntil.getTime() - Date.now() : 0
    if (waitMs > 0)
      throw new HelpdeskError('busy', `${row.name} asked us to wait`, {
        next: 'Nothing to do: the job comes back when the time is over.',
        retryAfterMs: waitMs,
      })
    return decrypt(vault, row)
  }

  // A refresh token works once. The process that sets the lease trades it; the others wait for its result.
  async function refreshed(stale: Connection): Promise<Connection> {
    const [leased] = await rows<{ id: string }>(
      db,
      sql`update connections set refreshing_until = now() + make_interval(secs => ${REFRESH_LEASE_SECONDS})
          where id = ${stale.id} and (refreshing_until is null or refreshing_until < now()) returning id`,
    )
    if (!leased) return awaitOthers(stale)
    try {
      // Perhaps another process traded it between our reading and our lease.
      const current = await findConnection({ db, vault }, stale.id)
      if (accessToken(current) !== accessToken(stale) && !isExpiring(current)) return current
      const tokens = await connectors[current.kind].refresh(current)
      const credentials = { ...current.credentials, ...tokens } as Connection['credentials']
      await db
        .update(connections)
        .set({ credentials: vault.seal(credentials) })
        .where(eq(connections.id, current.id))
      return { ...current, credentials }
    } finally {
      await db.update(connections).set({ refreshingUntil: null }).where(eq(connections.id, stale.id))
    }
  }

  async function awaitOthers(stale: Connection): Promise<Connection> {
    for (let waited = 0; waited < REFRESH_LEASE_SECONDS * 1000; waited += 250) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      const current = await findConnection({ db, vault }, stale.id)
      if (accessToken(current) !== accessToken(stale)) return current
      const [row] = await db
        .select({ until: connections.refreshingUntil })
        .from(connections)
        .where(eq(connections.id, stale.id))
      if (!row?.until || row.until.getTime() < Date.now()) break
    }
    throw new HelpdeskError('busy', `${stale.name}: another process is renewing the access token`, {
      next: 'Nothing to do: the job comes back by itself.',
      retryAfterMs: 1_000,
    })
  }

  return {
    async call(connectionId, work, priority = 0) {
      let connection = await open(connectionId)
      if (isExpiring(connection)) connection = await refreshed(connection)
      const connector = connectors[connection.kind]
      const attempt = (c: Connection) => lane(c).add(() => work(connector, c), { priority })
      try {
        return await attempt(connection)
      } catch (error) {
        if (!(error instanceof HelpdeskError)) throw error
        if (error.fault === 'auth' && connection.credentials.kind === 'oauth')
          return attempt(await refreshed(connection))
        if (error.fault === 'busy' && error.pause === 'account')
          await db
            .update(connections)
            .set({ pausedUntil: new Date(Date.now() + (error.retryAfterMs ?? 2_000)) })
            .where(eq(connections.id, connection.id))
        throw error
      }
    },
  }
}

function accessToken({ credentials }: Connection) {
  return credentials.kind === 'oauth' ? credentials.accessToken : undefined
}

function isExpiring({ credentials }: Connection) {
  if (credentials.kind !== 'oauth') return false
  if (!credentials.accessToken) return true
  return credentials.expiresAt !== undefined && Date.parse(credentials.expiresAt) - Date.now() < TOKEN_MARGIN_MS
}
