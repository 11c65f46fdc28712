/** What stands behind DATABASE_URL: PostgreSQL itself, or a pooler, and whether statements stay prepared there. */
import postgres from 'postgres'
import { DatabaseError } from '../errors.ts'
import type { Server } from './types.ts'

export type Prepare = 'auto' | 'on' | 'off'

const PATIENCE_MS = 2_000
const ROUNDS = 5

/** Throws DatabaseError when the server is too old, or loses prepared statements that were asked for. */
export async function inspectServer(url: string, wanted: Prepare): Promise<Server> {
  const { version, pooled } = await firstLook(url)
  if (version < 150_000)
    throw new DatabaseError(`PostgreSQL is too old (${version})`, { next: 'Use PostgreSQL 15 or newer.' })
  if (!pooled) return { version, pooled, prepares: wanted !== 'off' }
  const fate = wanted === 'off' ? 'unknown' : await fateOfStatements(url)
  if (wanted === 'on' && fate === 'lost')
    throw new DatabaseError('Prepared statements do not survive at the pooler behind DATABASE_URL', {
      next: 'Set DATABASE_PREPARE=auto, or make the pooler keep them (PgBouncer 1.21 or newer: max_prepared_statements).',
    })
  return { version, pooled, prepares: wanted === 'on' || fate === 'kept' }
}

async function firstLook(url: string) {
  const client = open(url)
  try {
    const found = await client<{ version: number; pid: number }[]>`
      select current_setting('server_version_num')::int as version, pg_backend_pid() as pid`
    const [row] = found
    // A pooler introduces itself with a number of its own, not with that of the process that runs the statement.
    return { version: row!.version, pooled: found.state.pid !== row!.pid }
  } finally {
    await client.end({ timeout: 1 })
  }
}

/**
 * Prepares a statement, keeps the server connection that knows it busy, and runs it again, now on another one. Only what
 * was seen counts: a pooler that gives each client a connection of its own, or has only one, stays unknown.
 */
async function fateOfStatements(url: string): Promise<'kept' | 'lost' | 'unknown'> {
  let sent = 0
  const client = open(url, { prepare: true, debug: () => sent++ }) // the driver sends a statement again that was lost
  const busy = open(url)
  const whoRuns = async () => (await client<{ pid: number }[]>`select pg_backend_pid() as pid, ${1}::int as n`)[0]!.pid
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const before = await whoRuns()
      const sentBefore = sent
      const after = await busy.begin(async (tx) => {
        await tx`select 1`
        return Promise.race([whoRuns(), new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MS, null))])
      })
      if (sent > sentBefore + 1) return 'lost'
      if (after !== null && after !== before) return 'kept'
    }
    return 'unknown'
  } catch {
    return 'lost'
  } finally {
    await Promise.all([client.end({ timeout: 1 }), busy.end({ timeout: 1 })])
  }
}

function open(url: string, options: { prepare?: boolean; debug?: () => void } = {}) {
  return postgres(url, {
    max: 1,
    prepare: false,
    fetch_types: false,
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: 'pointsman' },
    ...options,
  })
}
