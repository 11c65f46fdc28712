/** Opens the database: PostgreSQL by URL, or the embedded one. Both speak the same schema through the same code. */
import type { SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import type { Db as BossDb } from 'pg-boss'
import postgres from 'postgres'
import { DatabaseError } from '../errors.ts'

/** A connection or a transaction: what every query takes. */
export type Tx = PgDatabase<PgQueryResultHKT, Record<string, never>>

/** Runs one statement and gives its rows; named by its text, so that the server plans it once. */
export type Run = <Row = Record<string, unknown>>(text: string, values: unknown[]) => Promise<Row[]>

export type Database = {
  kind: 'postgres' | 'embedded'
  db: Tx
  /** One statement, planned once and kept: for the intake, where planning is most of the cost. */
  prepared: Run
  /** What pg-boss runs its own statements on. */
  boss: BossDb
  migrate(): Promise<void>
  close(): Promise<void>
}

export async function openDatabase(options: {
  url: string | null
  dataDir: string
  pool: number
  migrations: string
}): Promise<Database> {
  if (options.url) return openPostgres(options.url, options.pool, options.migrations)
  const { openEmbedded } = await import('./embedded.ts')
  return openEmbedded(options.dataDir, options.migrations)
}

/** The rows of a raw query, whichever driver ran it. */
export async function rows<Row>(db: Tx, query: SQL): Promise<Row[]> {
  const result = (await db.execute(query)) as unknown as Row[] | { rows: Row[] }
  return Array.isArray(result) ? result : result.rows
}

/** The SQLSTATE of a failed query, however deep drizzle wrapped it. */
export function sqlState(error: unknown): string | undefined {
  for (let e = error as { code?: unknown; cause?: unknown } | undefined, depth = 0; e && depth < 5; depth++) {
    // With a digit: EPIPE is no SQLSTATE.
    if (typeof e.code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(e.code)) return e.code
    e = e.cause as typeof e
  }
  return undefined
}

// Connection lost, read-only after a failover, conflict between transactions, out of resources, shutting down, broken disk.
const AWAY = /^(08|25006|40|53|57|58)/

/** Is the database away, so that the same call may work later? */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error)
  if (state) return AWAY.test(state)
  for (
    let e = error as { code?: unknown; message?: unknown; cause?: unknown } | undefined, depth = 0;
    e && depth < 5;
    depth++
  ) {
    if (e.message === 'PGlite is closed') return true
    if (typeof e.code === 'string' && /^(CONNECT|CONNECTION|ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|EAI_)/.test(e.code))
      return true
    e = e.cause as typeof e
  }
  return false
}

async function openPostgres(url: string, pool: number, migrations: string): Promise<Database> {
  const settings = { connect_timeout: 10, onnotice: () => {}, connection: { application_name: 'pointsman' } }
  // Two clients: drizzle changes the parsers of the one it is given (dates come back as text), which raw SQL cannot use.
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
      next: 'Check DATABASE_URL and that PostgreSQL runs and lets this user in.',
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

/** pg-boss on postgres.js, so that one driver and one pool serve the whole process. */
function bossOn(client: postgres.Sql): BossDb {
  return {
    async executeSql(text, values = []) {
      // Its set-up scripts are several statements in one transaction: one connection, simple protocol, no parameters.
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

// Several processes may start at once: the first one in migrates, the others wait and find nothing to do.
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
