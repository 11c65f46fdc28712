/** A PostgreSQL server, by postgres.js. */
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { causeOf, DatabaseError } from '../errors.ts'
import { bossOn } from './boss.ts'
import { isUnavailable, sqlState } from './faults.ts'
import { inTurn } from './in-turn.ts'
import { inspectServer, type Prepare } from './inspect-server.ts'
import type { Database, Server, Tx } from './types.ts'

/** How long one statement may take. Migrations may take longer. */
const STATEMENT_MS = 60_000
/** A server that owes an answer and has said nothing for so long is given up: behind a pooler, and when it is unreachable. */
const SILENCE_S = 75

type Options = { url: string; pool: number; migrations: string; prepare?: Prepare; silence?: number }

/** `pool`: the most connections, of both clients together. */
export async function openPostgres({
  url,
  pool,
  migrations,
  prepare = 'auto',
  silence = SILENCE_S,
}: Options): Promise<Database> {
  mustBePatched()
  const server = await inspect(url, prepare)
  const settings = {
    connect_timeout: 10,
    prepare: server.prepares,
    backoff,
    silence,
    onnotice: () => {},
    // PgBouncer takes the connection away after the first answer, and the answer to what was sent meanwhile is lost.
    ...(server.pooled ? { max_pipeline: 0 } : {}),
    connection: {
      application_name: 'pointsman',
      // A pooler refuses a setting that it does not know.
      ...(server.pooled ? {} : { statement_timeout: STATEMENT_MS }),
    },
  }
  // Two clients: drizzle changes the parsers of its client (dates come back as text), which raw SQL cannot use.
  const ormClient = postgres(url, { ...settings, max: Math.ceil(pool / 2) })
  const rawClient = postgres(url, { ...settings, types: { json }, max: Math.max(1, Math.floor(pool / 2)) })
  const db = drizzle(ormClient) as unknown as Tx
  return {
    kind: 'postgres',
    server,
    db,
    prepared: async (text, values) =>
      [...(await rawClient.unsafe(text, values as never[], { prepare: true }))] as never,
    boss: bossOn(rawClient),
    listen: server.pooled ? null : (channel, hear) => listenOn(url, settings, channel, hear),
    notify: async (channel, text) => void (await rawClient`select pg_notify(${channel}, ${text})`),
    // Several processes may start at once: the first one migrates, the others wait and find nothing to do.
    migrate: () => inTurn(db, 'pointsman migrations', () => migratePostgres(url, migrations)),
    async close() {
      await Promise.all([ormClient.end({ timeout: 5 }), rawClient.end({ timeout: 5 })])
    },
  }
}

// A client of its own: the driver keeps the connection of a channel open until its client ends.
async function listenOn(url: string, settings: postgres.Options<never>, channel: string, hear: (text: string) => void) {
  const client = postgres(url, { ...settings, max: 1 })
  try {
    await client.listen(channel, hear)
  } catch (error) {
    await client.end({ timeout: 1 })
    throw error
  }
  return () => client.end({ timeout: 1 })
}

async function inspect(url: string, prepare: Prepare): Promise<Server> {
  try {
    return await inspectServer(url, prepare)
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(`The database does not answer: ${causeOf(error)}`, {
      next:
        sqlState(error) === '53300'
          ? 'Lower DATABASE_POOL of all processes, or raise max_connections; pointsman doctor counts them.'
          : 'Check DATABASE_URL, that PostgreSQL is running, and that it accepts this user.',
      retry: isUnavailable(error),
      cause: error,
    })
  }
}

// pg-boss passes JSON as text, which the driver would make a text inside JSON where a statement says `$1::json`.
const json = {
  to: 114,
  from: [114, 3802],
  serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
  parse: (text: string) => JSON.parse(text),
}

// Seconds until a connection is tried again after so many failures. The driver's own rule goes up to 20 seconds, for which
// a webhook would wait, and so would everything when the database is back.
function backoff(failures: number): number {
  return (0.5 + Math.random() / 2) * Math.min(3 ** failures / 100, 1)
}

// Version 3.4.9 ends the process when a connection is cut. patches/ cures it; the manual says when it can go.
function mustBePatched() {
  if ('survivesCuts' in postgres) return
  throw new DatabaseError('The database driver lacks our patch: npm was told to run no scripts', {
    next: 'Run: npx patch-package',
  })
}

async function migratePostgres(url: string, migrations: string) {
  const { migrate } = await import('drizzle-orm/postgres-js/migrator')
  const client = postgres(url, { max: 1, prepare: false, onnotice: () => {} })
  try {
    await migrate(drizzle(client), { migrationsFolder: migrations })
  } finally {
    await client.end({ timeout: 5 })
  }
}
