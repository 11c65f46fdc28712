/** Renews OAuth access tokens: a refresh token works once, so one process exchanges it and the others use its result. */
import { eq, sql } from 'drizzle-orm'
import {
  type Connection,
  type Connectors,
  connectorOf,
  isSafeTokenUrl,
  type OAuthCredentials,
  oauthOf,
  type Tokens,
} from '../contract/index.ts'
import { connections, rows } from '../db/index.ts'
import { HelpdeskError } from '../errors.ts'
import { findConnection, forgetConnections, type Needs as Stored } from './find.ts'

type Needs = Stored & { connectors: Connectors }

/** A token that expires within this time is renewed before the call. */
const TOKEN_MARGIN_MS = 60_000
/** Added to the time that the token endpoint may take: the lease must outlive the exchange. */
const LEASE_MARGIN_MS = 30_000
const POLL_MS = 250

/** Is there no access token, or one that is about to expire? False for credentials that are not OAuth. */
export function needsToken({ credentials }: Connection): boolean {
  const oauth = oauthOf(credentials)
  if (!oauth) return false
  if (!oauth.accessToken) return true
  return oauth.expiresAt !== undefined && Date.parse(oauth.expiresAt) - Date.now() < TOKEN_MARGIN_MS
}

/** The connection with a new access token. Throws HelpdeskError `busy` while another process takes long to renew it. */
export async function renewed(needs: Needs, stale: Connection): Promise<Connection> {
  refuseOpenTokenUrl(stale)
  const leaseMs = stale.settings.timeoutMs + LEASE_MARGIN_MS
  const lease = await takeLease(needs, stale.id, leaseMs)
  if (lease === null) return awaitOther(needs, stale, leaseMs)
  try {
    // Another process may have renewed it between our read and our lease.
    const current = await findConnection(needs, stale.id)
    if (accessToken(current) !== accessToken(stale) && !needsToken(current)) return current
    const tokens = await connectorOf(needs.connectors, current.kind).refresh(current)
    await storeTokens(needs, current, tokens)
    return await findConnection(needs, stale.id)
  } finally {
    await endLease(needs, stale.id, lease)
  }
}

/** It may have been stored by a release that did not check it. */
function refuseOpenTokenUrl({ name, credentials }: Connection) {
  const url = oauthOf(credentials)?.tokenUrl
  if (url === undefined || isSafeTokenUrl(url)) return
  throw new HelpdeskError('auth', `${name}: the token URL does not begin with https://`, {
    next: 'Save its credentials again with an https token URL: a client secret is not sent in the clear.',
  })
}

/** The lease as Postgres wrote it; null while another process holds it. */
async function takeLease({ db }: Needs, id: string, leaseMs: number): Promise<string | null> {
  const [leased] = await rows<{ lease: string }>(
    db,
    sql`update connections set refreshing_until = now() + make_interval(secs => ${leaseMs / 1000})
        where id = ${id} and (refreshing_until is null or refreshing_until < now())
        returning extract(epoch from refreshing_until)::text as lease`,
  )
  return leased?.lease ?? null
}

async function endLease({ db }: Needs, id: string, lease: string): Promise<void> {
  await db.execute(
    sql`update connections set refreshing_until = null
        where id = ${id} and extract(epoch from refreshing_until)::text = ${lease}`,
  )
}

// Under a row lock: re-encryption must not restore the used token, and we must not replace what an admin saved meanwhile.
async function storeTokens({ db, vault }: Needs, used: Connection, tokens: Tokens): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.select().from(connections).where(eq(connections.id, used.id)).for('update')
    const place = { row: used.id, column: 'credentials' } as const
    const stored = row && oauthOf(vault.open(row.credentials, place))
    const exchanged = oauthOf(used.credentials)
    if (!stored || !exchanged || !isSameGrant(stored, exchanged)) return
    const { expiresAt: _old, ...grant } = stored
    await tx
      .update(connections)
      // What an earlier release stored unbound stays so until the key is replaced: that release may still run.
      .set({ credentials: vault.seal({ ...grant, ...tokens }, row.credentials.bound ? place : undefined) })
      .where(eq(connections.id, used.id))
  })
  forgetConnections()
}

async function awaitOther(needs: Needs, stale: Connection, leaseMs: number): Promise<Connection> {
  for (let waited = 0; waited < leaseMs; waited += POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    const current = await findConnection(needs, stale.id)
    if (accessToken(current) !== accessToken(stale)) return current
    const [row] = await needs.db
      .select({ until: connections.refreshingUntil })
      .from(connections)
      .where(eq(connections.id, stale.id))
    if (!row?.until || row.until.getTime() < Date.now()) break
  }
  throw new HelpdeskError('busy', `${stale.name}: another process is renewing the access token`, {
    next: 'Nothing to do: the job runs again by itself.',
    retryAfterMs: 1_000,
  })
}

function accessToken({ credentials }: Connection): string | undefined {
  return oauthOf(credentials)?.accessToken
}

function isSameGrant(a: OAuthCredentials, b: OAuthCredentials): boolean {
  return a.clientId === b.clientId && a.clientSecret === b.clientSecret && a.refreshToken === b.refreshToken
}
