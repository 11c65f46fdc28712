/** A PostgreSQL server, by postgres.js. */
import { drizzle } from 'drizzle-orm/postgres-js'
import type { Db as BossDb } from 'pg-boss'
import postgres from 'postgres'
import { DatabaseError } from '../errors.ts'
import { isUnavailable, sqlState } from './faults.ts'
import type { Database, Tx } from './types.ts'

export async function openPostgres(url: string, pool: number, migrations: string): Promise<Database> {
  mustBePatched()
  const settings = { connect_timeout: 10, backoff, onnotice: () => {}, connection: { application_name: 'pointsman' } }
  // Two clients: drizzle changes the parsers of its client (dates come back as text), which raw SQL cannot use.
  const ormClient = postgres(url, { ...settings, max: pool })
  const rawClient = postgres(url, { ...settings, max: pool })
  try {
    const [version] = await rawClient<{ server_version_num: string }[]>`show server_version_num`
    if (Number(version?.server_version_num) < 150_000)
      throw new DatabaseError(`PostgreSQL is too old (${version?.server_version_num})`, {
        next: 'Use PostgreSQL 15 or newer.',
      })
  } catch (error) {
    await Promise.all([ormClient.end({ timeout: 1 }), rawClient.end({ timeout: 1 })])
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(`The database does not answer: ${(error as Error).message || sqlState(error)}`, {
      next: 'Check DATABASE_URL, that PostgreSQL is running, and that it accepts this user.',
      retry: isUnavailable(error),
      cause: error,
    })
  }
  return {
    kind: 'postgres',
    db: drizzle(ormClient) as unknown as Tx,
    prepared: async (text, values) =>
      [...(await rawClient.unsafe(text, values as never[], { prepare: true }))] as never,
    boss: bossOn(rawClient),
    migrate: () => migratePostgres(url, migrations),
    async close() {
      await Promise.all([ormClient.end({ timeout: 5 }), rawClient.end({ timeout: 5 })])
    },
  }
}

// Seconds until a connection is tried again after so many failures. The driver's own rule goes up to 20 seconds, for which
// a webhook would wait, and so would everything when the database is back.
function backoff(failures: number): number {
  return (0.5 + Math.random() / 2) * Math.min(3 ** failures / 100, 1)
}

// Version 3.4.9 ends the process when a connection is cut. patches/ cures it; deploy/README.md says when it can go.
function mustBePatched() {
  if ('survivesCuts' in postgres) return
  throw new DatabaseError('The database driver lacks our patch: npm was told to run no scripts', {
    next: 'Run: npx patch-package',
  })
}

/** pg-boss on postgres.js, so that one driver and one pool serve the whole process. */
function bossOn(client: postgres.Sql): BossDb {
  return {
    async executeSql(text, values = []) {
      // Set-up scripts are several statements in one transaction: they need one connection and the simple protocol.
      if (values.length === 0) {
        const connection = await client.reserve()
        try {
          const result = (await connection.unsafe(text)) as unknown as unknown[]
          return { rows: result.some(Array.isArray) ? result.flat() : [...result] }
        } catch (error) {
          await connection.unsafe('rollback').catch(() => {}) // it may have failed after its own begin
          throw error
        } finally {
          connection.release()
        }
      }
      return { rows: [...(await client.unsafe(text, values as never[], { prepare: true }))] }
    },
  }
}

// Several processes may start at once: the first one migrates, the others wait and find nothing to do.
async function migratePostgres(url: string, migrations: string) {
  const { migrate } = await import('drizzle-orm/postgres-js/migrator')
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await client`select pg_advisory_lock(hashtext('pointsman migrations'))`
    await migrate(drizzle(client), { migrationsFolder: migrations })
  } finally {
    await client.end({ timeout: 5 })
  }
}
