/**
 * Calls to the helpdesks, each through its connection's lane: as many at once and a minute as the account allows, paused
 * as long as the vendor says, for all processes; with an access token that is still good.
 */
import { eq, sql } from 'drizzle-orm'
import PQueue from 'p-queue'
import type { Connection, Connector, Connectors, Credentials, Tokens } from '../contract/index.ts'
import { connections, rows, type Tx } from '../db/index.ts'
import { HelpdeskError } from '../errors.ts'
import { deskMask, maskForExport } from '../text/index.ts'
import { decrypt, findConnection, forgetConnections } from './find.ts'
import type { Vault } from './vault.ts'

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
/** Above the time that the token endpoint may take: the lease must outlive the exchange. */
const LEASE_MARGIN_MS = 30_000

type OAuth = Extract<Credentials, { kind: 'oauth' }>

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

  async function noteWait(connectionId: string, error: HelpdeskError): Promise<void> {
    const until = new Date(Date.now() + (error.retryAfterMs ?? 2_000)).toISOString()
    await db
      .update(connections)
      .set({ pausedUntil: sql`greatest(${connections.pausedUntil}, ${until}::timestamptz)` })
      .where(eq(connections.id, connectionId))
  }

  // A refresh token works once. The process that sets the lease trades it; the others wait for its result.
  async function refreshed(stale: Connection): Promise<Connection> {
    const leaseMs = stale.settings.timeoutMs + LEASE_MARGIN_MS
    const [leased] = await rows<{ lease: string }>(
      db,
      sql`update connections set refreshing_until = now() + make_interval(secs => ${leaseMs / 1000})
          where id = ${stale.id} and (refreshing_until is null or refreshing_until < now())
          returning extract(epoch from refreshing_until)::text as lease`,
    )
    if (!leased) return awaitOthers(stale, leaseMs)
    try {
      // Perhaps another process traded it between our reading and our lease.
      const current = await findConnection({ db, vault }, stale.id)
      if (accessToken(current) !== accessToken(stale) && !isExpiring(current)) return current
      const tokens = await connectors[current.kind].refresh(current)
      await keepTokens(current, tokens)
      return await findConnection({ db, vault }, stale.id)
    } finally {
      await db.execute(
        sql`update connections set refreshing_until = null
            where id = ${stale.id} and extract(epoch from refreshing_until)::text = ${leased.lease}`,
      )
    }
  }

  // Under a lock: whoever encrypts again meanwhile must not bring the used token back, nor we replace what an admin saved.
  async function keepTokens({ id, credentials: traded }: Connection, tokens: Tokens): Promise<void> {
    await db.transaction(async (tx) => {
      const [row] = await tx.select().from(connections).where(eq(connections.id, id)).for('update')
      const held = row && vault.open<Credentials>(row.credentials)
      if (traded.kind !== 'oauth' || held?.kind !== 'oauth' || !isSameGrant(held, traded)) return
      const { expiresAt: _ended, ...grant } = held
      await tx
        .update(connections)
        .set({ credentials: vault.seal({ ...grant, ...tokens }) })
        .where(eq(connections.id, id))
    })
    forgetConnections()
  }

  async function awaitOthers(stale: Connection, leaseMs: number): Promise<Connection> {
    for (let waited = 0; waited < leaseMs; waited += 250) {
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

  async function attempt<T>(given: Connection, work: (connector: Connector, connection: Connection) => Promise<T>) {
    const connection = isExpiring(given) ? await refreshed(given) : given
    const connector = connectors[connection.kind]
    try {
      return await work(connector, connection)
    } catch (error) {
      const mayRenew =
        error instanceof HelpdeskError && error.fault === 'auth' && connection.credentials.kind === 'oauth'
      if (!mayRenew) throw error
      return work(connector, await refreshed(connection))
    }
  }

  return {
    async call(connectionId, work, priority = 0) {
      const first = await open(connectionId)
      const queue = lane(first)
      const waits = queue.size > 0 || queue.isRateLimited || queue.pending >= queue.concurrency
      const inLane = async () => {
        try {
          // While it stood in line, others may have been told to wait, or the token renewed.
          return await attempt(waits ? await open(connectionId) : first, work)
        } catch (error) {
          if (error instanceof HelpdeskError && error.fault === 'busy' && error.pause === 'account')
            await noteWait(connectionId, error)
          throw error instanceof HelpdeskError ? hushed(error, first) : error
        }
      }
      return queue.add(inLane, { priority })
    },
  }
}

/** Helpdesks quote what they refuse, and errors are logged and kept: what they quote is masked at this door. */
function hushed(error: HelpdeskError, { settings }: Connection): HelpdeskError {
  const hide = (words: string) => maskForExport(words, deskMask(settings))
  const fields = Object.fromEntries(Object.entries(error.fields).map(([field, words]) => [field, hide(words)]))
  const { fault, next, status, retryAfterMs, pause, cause } = error
  return new HelpdeskError(fault, hide(error.message), { next: hide(next), status, retryAfterMs, fields, pause, cause })
}

function accessToken({ credentials }: Connection) {
  return credentials.kind === 'oauth' ? credentials.accessToken : undefined
}

function isExpiring({ credentials }: Connection) {
  if (credentials.kind !== 'oauth') return false
  if (!credentials.accessToken) return true
  return credentials.expiresAt !== undefined && Date.parse(credentials.expiresAt) - Date.now() < TOKEN_MARGIN_MS
}

function isSameGrant(a: OAuth, b: OAuth): boolean {
  return a.clientId === b.clientId && a.clientSecret === b.clientSecret && a.refreshToken === b.refreshToken
}
