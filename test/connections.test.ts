/** Connections: encrypted secrets, and calls to a helpdesk that limits requests and expires tokens. */
import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectors } from '../connectors/index.ts'
import {
  ConnectionInput,
  changeConnection,
  findConnection,
  type Helpdesks,
  listConnections,
  openHelpdesks,
  redact,
  reseal,
  saveConnection,
} from '../src/connections/index.ts'
import { openVault, type Vault } from '../src/connections/vault.ts'
import type { Connection, Credentials, OAuthCredentials } from '../src/contract/index.ts'
import { openDatabase, rows, type Tx } from '../src/db/index.ts'
import { audit, connections } from '../src/db/schema.ts'
import { HelpdeskError } from '../src/errors.ts'
import { freshDatabase } from './support/database.ts'
import { openService, SECRET, type Service } from './support/service.ts'

const kinds = ['jira', 'zendesk'] as const
type Kind = (typeof kinds)[number]

let service: Service
beforeEach(async () => {
  service = await openService()
})
afterEach(() => service?.close())

const needs = () => ({ db: service.deps.database.db, vault: service.deps.vault })
const newKey = () => randomBytes(32).toString('base64')

describe('secrets at rest', () => {
  test('are in no column of any table, and not in the audit, however they were saved', async () => {
    const secret = `whsec-${newKey()}`
    const apiToken = `token-${newKey()}`
    const clientSecret = `client-${newKey()}`
    const refreshToken = `refresh-${newKey()}`
    for (const kind of kinds) {
      const { id: _id, selfId, ...connection } = await service.connection(kind)
      const credentials = { kind: 'basic' as const, email: 'bot@desk.test', apiToken }
      await saveConnection(needs(), ConnectionInput.parse({ ...connection, credentials }), selfId, 'test')
      const oauth = { kind: 'oauth' as const, clientId: 'id', clientSecret, refreshToken }
      const secrets = [{ kind: 'signature' as const, secret }]
      await changeConnection(needs(), kind, { credentials: oauth, secrets }, selfId, 'test')
    }
    const columns = await rows<{ schema: string; table: string; column: string }>(
      needs().db,
      sql`select table_schema as schema, table_name as "table", column_name as "column" from information_schema.columns
          where table_schema not in ('information_schema', 'pg_catalog')`,
    )
    expect(columns.length).toBeGreaterThan(100)
    for (const plain of [SECRET, secret, apiToken, clientSecret, refreshToken])
      for (const { schema, table, column } of columns) {
        const name = sql`${sql.identifier(schema)}.${sql.identifier(table)}`
        const text = sql`${sql.identifier(column)}::text`
        const found = await rows(
          needs().db,
          sql`select 1 from ${name} where ${text} like ${`%${plain}%`} or ${text} like ${`%${btoa(plain)}%`}`,
        )
        expect(found, `${schema}.${table}.${column}`).toEqual([])
      }
    const { credentials } = await service.connection('jira')
    expect(credentials).toMatchObject({ clientSecret, refreshToken })
  })

  test('the same secret looks different each time it is sealed', async () => {
    const vault = openVault([newKey()])
    const sealed = [vault.seal('same'), vault.seal('same')]
    expect(new Set(sealed.map(({ data }) => data)).size).toBe(2)
    expect(sealed.map((one) => vault.open(one))).toEqual(['same', 'same'])
  })

  test('people see a connection without them', async () => {
    const shown: Credentials[] = [
      { kind: 'basic', email: 'bot@desk.test', apiToken: 'hidden-1' },
      { kind: 'bearer', token: 'hidden-2' },
      { kind: 'oauth', clientId: 'i', clientSecret: 'hidden-3', refreshToken: 'hidden-4', accessToken: 'hidden-5' },
    ]
    const connection = await service.connection('jira')
    for (const credentials of shown) {
      const seen = JSON.stringify(redact({ ...connection, credentials }))
      expect(seen).not.toMatch(/hidden|a test secret/)
      expect(seen).toContain(credentials.kind)
    }
    expect(JSON.stringify(await needs().db.select().from(audit))).not.toMatch(/hidden|a test secret/)
  })

  test('are encrypted again with a new key, after which the old one can go', async () => {
    const [old, fresh] = [newKey(), newKey()]
    const { db } = needs()
    const before = await listConnections(needs())
    for (const { id, credentials, secrets } of before) {
      const vault = openVault([old])
      const sealed = { credentials: vault.seal(credentials), secrets: vault.seal(secrets) }
      await db.update(connections).set(sealed).where(eq(connections.id, id))
    }
    expect(await reseal({ db, vault: openVault([fresh, old]) })).toBe(2)
    expect(await reseal({ db, vault: openVault([fresh, old]) })).toBe(0)
    expect(await listConnections({ db, vault: openVault([fresh]) })).toEqual(before)
    await expect(listConnections({ db, vault: openVault([old]) })).rejects.toThrow(/key that is not set/)
  })

  test('a start with a wrong key fails, and the error says what to do', async () => {
    const vault = openVault([newKey()])
    await expect(reseal({ ...needs(), vault })).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/encrypted with a key that is not set/),
      next: expect.stringMatching(/ENCRYPTION_KEY/),
    })
  })

  test.each<[string, (sealed: { kid: string; iv: string; data: string }) => object]>([
    [
      'another ciphertext',
      ({ data, ...rest }) => ({ ...rest, data: `${data[0] === 'A' ? 'B' : 'A'}${data.slice(1)}` }),
    ],
    ['another nonce', ({ iv, ...rest }) => ({ ...rest, iv: btoa('twelve bytes') })],
    ['a truncated nonce', ({ iv, ...rest }) => ({ ...rest, iv: '' })],
    ['a truncated ciphertext', ({ data, ...rest }) => ({ ...rest, data: data.slice(0, 8) })],
    [
      'a tag cut off',
      ({ data, ...rest }) => ({ ...rest, data: Buffer.from(data, 'base64').subarray(0, -1).toString('base64') }),
    ],
    ['no ciphertext', (rest) => ({ ...rest, data: '' })],
  ])('a row with %s is refused, and says what to do', async (_, spoil) => {
    const [row] = await needs().db.select().from(connections).where(eq(connections.name, 'jira'))
    const credentials = spoil(row!.credentials) as typeof row & object
    await needs()
      .db.update(connections)
      .set({ credentials: credentials as never })
      .where(eq(connections.id, row!.id))
    await expect(service.connection('jira')).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/changed outside/),
      next: expect.stringMatching(/Save the connection again/),
    })
  })

  test('a secret that was replaced while the key changed stays replaced', async () => {
    const [old, fresh] = [newKey(), newKey()]
    const { db } = needs()
    const { id, credentials, secrets } = await service.connection('jira')
    await db.delete(connections).where(eq(connections.name, 'zendesk'))
    const vault = openVault([old])
    await db
      .update(connections)
      .set({ credentials: vault.seal(credentials), secrets: vault.seal(secrets) })
      .where(eq(connections.id, id))
    const saved = [{ kind: 'signature' as const, secret: 'the secret of the other admin' }]
    const both = openVault([fresh, old])
    // The other admin saves between our read and our write: when the first secret of the row is decrypted.
    const racing = {
      ...both,
      open: <T>(sealed: Parameters<typeof both.open>[0]) => {
        saving ??= changeConnection({ db, vault: both }, 'jira', { secrets: saved }, null, 'other')
        return both.open<T>(sealed)
      },
    }
    let saving: Promise<Connection> | undefined
    await Promise.all([reseal({ db, vault: racing }), new Promise((r) => setTimeout(r, 0)).then(() => saving)])
    await saving
    expect((await findConnection({ db, vault: both }, 'jira')).secrets).toEqual(saved)
  })
})

/** Two processes: both use the same database, with connections of their own where it is a server. */
async function twoProcesses(): Promise<{ mine: Helpdesks; theirs: Helpdesks; close(): Promise<void> }> {
  const { config, database, vault } = service.deps
  const mine = openHelpdesks({ db: database.db, vault, connectors })
  if (!config.databaseUrl)
    return { mine, theirs: openHelpdesks({ db: database.db, vault, connectors }), close: async () => {} }
  const other = await openDatabase({ url: config.databaseUrl, dataDir: '', pool: 4, migrations: '' })
  return { mine, theirs: openHelpdesks({ db: other.db, vault, connectors }), close: () => other.close() }
}

/** Gives the connection OAuth credentials, with `expiresAt` and `accessToken` as given. */
async function byOAuth(kind: Kind, more: Partial<OAuthCredentials> = {}): Promise<string> {
  const { selfId, id } = await service.connection(kind)
  const { oauth } = kind === 'jira' ? service.jira.site : service.zendesk.credentials
  const credentials = {
    ...oauth,
    kind: 'oauth' as const,
    ...(kind === 'jira' ? { tokenUrl: 'https://jira.test/oauth/token' } : {}),
    ...more,
  }
  await changeConnection(needs(), kind, { credentials }, selfId, 'test')
  return id
}

const grants = (kind: Kind) => service[kind].requests.filter(({ path }) => path.includes('oauth'))
const look = (helpdesks: Helpdesks, id: string) => helpdesks.call(id, (connector, c) => connector.inspect(c))
const oauthOf = async (kind: Kind) => (await service.connection(kind)).credentials as OAuthCredentials

describe.each(kinds)('%s by OAuth', (kind) => {
  test('the first call gets an access token, which the next calls use', async () => {
    const id = await byOAuth(kind)
    const { refreshToken } = await oauthOf(kind)
    for (let i = 0; i < 3; i++) await look(service.deps.helpdesks, id)
    expect(grants(kind)).toHaveLength(1)
    const now = await oauthOf(kind)
    expect(now.accessToken).toMatch(/\w/)
    expect(now.refreshToken).not.toBe(refreshToken)
    expect(Date.parse(now.expiresAt!)).toBeGreaterThan(Date.now())
  })

  test('a token that is about to expire is renewed once, for all calls of all processes', async () => {
    const id = await byOAuth(kind, { accessToken: 'stale', expiresAt: new Date(Date.now() + 30_000).toISOString() })
    const { mine, theirs, close } = await twoProcesses()
    await Promise.all([mine, theirs, mine, theirs, mine, theirs].map((helpdesks) => look(helpdesks, id)))
    expect(grants(kind).map(({ status }) => status)).toEqual([expect.toSatisfy((status: number) => status < 300)])
    await close()
  })

  test('a token that the helpdesk refuses is renewed, and the call is repeated once', async () => {
    const id = await byOAuth(kind, {
      accessToken: 'withdrawn',
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    })
    const { mine, theirs, close } = await twoProcesses()
    await Promise.all([mine, theirs, mine, theirs].map((helpdesks) => look(helpdesks, id)))
    expect(grants(kind)).toHaveLength(1)
    await look(mine, id)
    expect(grants(kind)).toHaveLength(1)
    await close()
  })

  test('a revoked grant is a permanent failure that says what to do', async () => {
    const id = await byOAuth(kind, { refreshToken: 'withdrawn' })
    await expect(look(service.deps.helpdesks, id)).rejects.toMatchObject({
      fault: 'auth',
      retry: false,
      next: expect.stringMatching(/uthorize/),
    })
    expect((await oauthOf(kind)).refreshToken).toBe('withdrawn')
    // The next process does not wait for the one that failed.
    await expect(look(service.deps.helpdesks, id)).rejects.toMatchObject({ fault: 'auth' })
    expect(grants(kind)).toHaveLength(2)
  })

  test('a client secret is not sent to a token URL without TLS that an earlier release stored', async () => {
    const id = await byOAuth(kind, { tokenUrl: `http://${kind}.test/oauth/token` })
    await expect(look(service.deps.helpdesks, id)).rejects.toMatchObject({
      fault: 'auth',
      message: expect.stringContaining('token URL'),
    })
    expect(grants(kind)).toHaveLength(0)
  })

  test('a process that died while it renewed a token delays the others only for a limited time', async () => {
    const id = await byOAuth(kind)
    await needs().db.execute(
      sql`update connections set refreshing_until = now() - interval '1 second' where id = ${id}`,
    )
    await look(service.deps.helpdesks, id)
    expect(grants(kind)).toHaveLength(1)
  })

  test('a token endpoint that does not say how long its token lives is asked once', async () => {
    const id = await byOAuth(kind, { accessToken: 'old', expiresAt: new Date(Date.now() - 1000).toISOString() })
    const token = kind === 'jira' ? 'sandbox-bearer-token' : service.zendesk.credentials.bearer.token
    service[kind].fail({ path: /oauth/, times: 1, status: 200, body: JSON.stringify({ access_token: token }) })
    for (let i = 0; i < 3; i++) await look(service.deps.helpdesks, id)
    expect(grants(kind)).toHaveLength(1)
  })

  test('credentials that an admin saves while we renew the old ones are kept', async () => {
    const id = await byOAuth(kind)
    const saved = {
      kind: 'bearer' as const,
      token: kind === 'jira' ? 'sandbox-bearer-token' : service.zendesk.credentials.bearer.token,
    }
    const slow = {
      ...connectors,
      [kind]: {
        ...connectors[kind],
        refresh: async (connection: Connection) => {
          const tokens = await connectors[kind].refresh(connection)
          await changeConnection(needs(), kind, { credentials: saved }, null, 'admin')
          return tokens
        },
      },
    }
    await look(openHelpdesks({ ...needs(), connectors: slow }), id)
    expect((await service.connection(kind)).credentials).toEqual(saved)
  })

  test('a rotated token survives a change of the key meanwhile', async () => {
    const id = await byOAuth(kind)
    const { refreshToken } = await oauthOf(kind)
    const slow = {
      ...connectors,
      [kind]: {
        ...connectors[kind],
        refresh: async (connection: Connection) => {
          const tokens = await connectors[kind].refresh(connection)
          const { vault } = service.deps
          await reseal({ ...needs(), vault: { ...vault, isOld: () => true } })
          return tokens
        },
      },
    }
    await look(openHelpdesks({ ...needs(), connectors: slow }), id)
    expect((await oauthOf(kind)).refreshToken).not.toBe(refreshToken)
    await look(service.deps.helpdesks, id)
    expect(grants(kind)).toHaveLength(1)
  })
})

const quota = { status: 429, headers: { 'Retry-After': '120' }, times: 1 }
/** The answer of a helpdesk when the limit of the whole account is reached. */
const refuseAccount = (kind: Kind, fault = {}) =>
  service[kind].fail(
    kind === 'jira'
      ? { ...quota, headers: { ...quota.headers, 'RateLimit-Reason': 'jira-quota-global-based' }, ...fault }
      : { ...quota, ...fault },
  )
const pausedFor = async (kind: Kind) => {
  const [row] = await needs().db.select().from(connections).where(eq(connections.name, kind))
  return row!.pausedUntil ? row!.pausedUntil.getTime() - Date.now() : 0
}

/** Helpdesks that report when this many calls have read their connection and wait: each call decrypts two secrets. */
function watchedHelpdesks() {
  let opened = 0
  const { vault } = service.deps
  const watched: Vault = {
    ...vault,
    open: (sealed, place) => {
      opened++
      return vault.open(sealed, place)
    },
  }
  const inLine = async (calls: number) => {
    while (opened < 2 * calls) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  return { helpdesks: openHelpdesks({ ...needs(), vault: watched, connectors }), inLine }
}

describe.each(kinds)('%s and its limits', (kind) => {
  test('while the account is paused, every process waits without a request', async () => {
    const { id } = await service.connection(kind)
    const { mine, theirs, close } = await twoProcesses()
    refuseAccount(kind)
    await expect(look(mine, id)).rejects.toMatchObject({ fault: 'busy', pause: 'account', retryAfterMs: 120_000 })
    const asked = service[kind].requests.length
    for (const helpdesks of [mine, theirs])
      await expect(look(helpdesks, id)).rejects.toMatchObject({ fault: 'busy', retry: true })
    expect(service[kind].requests).toHaveLength(asked)
    expect(await pausedFor(kind)).toBeGreaterThan(60_000)
    const other = kind === 'jira' ? 'zendesk' : 'jira'
    await look(mine, (await service.connection(other)).id)
    await needs()
      .db.update(connections)
      .set({ pausedUntil: new Date(Date.now() - 1) })
      .where(eq(connections.id, id))
    await look(theirs, id)
    await close()
  })

  test('a shorter wait does not end a longer one', async () => {
    const { id } = await service.connection(kind)
    refuseAccount(kind)
    const started = Promise.withResolvers<void>()
    const refused = Promise.withResolvers<void>()
    const late = service.deps.helpdesks.call(id, async () => {
      started.resolve()
      await refused.promise
      throw new HelpdeskError('busy', 'again', { next: 'Wait.', retryAfterMs: 1_000, pause: 'account' })
    })
    late.catch(() => {})
    // Under way before the account is paused, or it would be refused itself.
    await started.promise
    await expect(look(service.deps.helpdesks, id)).rejects.toMatchObject({ retryAfterMs: 120_000 })
    refused.resolve()
    await expect(late).rejects.toMatchObject({ retryAfterMs: 1_000 })
    expect(await pausedFor(kind)).toBeGreaterThan(60_000)
  })

  test('the second attempt, with a new token, can also pause the account', async () => {
    const id = await byOAuth(kind, {
      accessToken: 'withdrawn',
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    })
    let attempts = 0
    const call = service.deps.helpdesks.call(id, async () => {
      attempts++
      if (attempts === 1) throw new HelpdeskError('auth', 'expired', { next: 'Renew.' })
      throw new HelpdeskError('busy', 'enough', { next: 'Wait.', retryAfterMs: 120_000, pause: 'account' })
    })
    await expect(call).rejects.toMatchObject({ fault: 'busy' })
    expect(attempts).toBe(2)
    expect(await pausedFor(kind)).toBeGreaterThan(60_000)
  })

  test('calls that wait in the lane when the account is paused are not made', async () => {
    const { id, settings } = await service.connection(kind)
    await changeConnection(needs(), kind, { settings: { ...settings, concurrency: 1 } }, null, 'test')
    const { helpdesks, inLine } = watchedHelpdesks()
    const begun = Promise.withResolvers<void>()
    const running = Promise.withResolvers<void>()
    const first = helpdesks.call(id, async () => {
      running.resolve()
      await begun.promise
      throw new HelpdeskError('busy', 'enough', { next: 'Wait.', retryAfterMs: 120_000, pause: 'account' })
    })
    first.catch(() => {})
    await running.promise
    let made = 0
    const waiting = [1, 2, 3].map(() => helpdesks.call(id, async () => void made++))
    const ended = Promise.allSettled(waiting)
    await inLine(4)
    begun.resolve()
    await expect(first).rejects.toMatchObject({ fault: 'busy' })
    for (const one of await ended) expect(one).toMatchObject({ status: 'rejected', reason: { fault: 'busy' } })
    expect(made).toBe(0)
  })

  test('no more calls run at once than the connection allows, and the urgent one goes first', async () => {
    const { id, settings } = await service.connection(kind)
    await changeConnection(needs(), kind, { settings: { ...settings, concurrency: 2 } }, null, 'test')
    const { helpdesks, inLine } = watchedHelpdesks()
    let running = 0
    let most = 0
    const order: string[] = []
    const ends = new Map<string, () => void>()
    const call = (name: string, priority = 0) =>
      helpdesks.call(
        id,
        async () => {
          order.push(name)
          most = Math.max(most, ++running)
          await new Promise<void>((resolve) => ends.set(name, resolve))
          running--
        },
        priority,
      )
    const started = (count: number) => expect.poll(() => ends.size, { timeout: 30_000 }).toBe(count)
    const calls = ['a', 'b', 'c', 'd', 'e'].map((name) => call(name))
    await inLine(5)
    calls.push(call('urgent', 10))
    await inLine(6)
    await started(2)
    for (const name of order.slice()) ends.get(name)!()
    // Two start together, and nobody else while they run.
    await started(4)
    expect(order.slice(2, 4)).toContain('urgent')
    for (const name of order.slice(2)) ends.get(name)!()
    await started(6)
    for (const name of order.slice(4)) ends.get(name)!()
    await Promise.all(calls)
    expect(most).toBe(2)
    expect(order).toHaveLength(6)
  })

  test('no more calls are made in a minute than the connection allows', async () => {
    const { id, settings } = await service.connection(kind)
    await changeConnection(needs(), kind, { settings: { ...settings, perMinute: 3 } }, null, 'test')
    let made = 0
    for (let i = 0; i < 10; i++) service.deps.helpdesks.call(id, async () => void made++).catch(() => {})
    while (made < 3) await new Promise((resolve) => setTimeout(resolve, 10))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(made).toBe(3)
  })
})

test('a call for a deleted connection says that it does not exist', async () => {
  const nobody = '01890000-0000-7000-8000-000000000000'
  await expect(look(service.deps.helpdesks, nobody)).rejects.toMatchObject({ status: 404 })
  const fresh = await freshDatabase()
  const database = await openDatabase({ ...fresh, pool: 2, migrations: '' })
  await expect(findConnection({ db: database.db as Tx, vault: service.deps.vault }, nobody)).rejects.toThrow(nobody)
  await database.close()
  await fresh.drop()
})
