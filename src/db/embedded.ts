/** The embedded Postgres: for demo, tests and evaluation. It survives a killed process, not a power loss. */
import { mkdirSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { fromPglite } from 'pg-boss'
import { lockDirectory } from './lock.ts'
import type { Database, Tx } from './types.ts'

export async function openEmbedded(dataDir: string, migrations: string): Promise<Database> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  // PGlite does not lock its directory: two processes on one directory lose committed rows without an error.
  const unlock = lockDirectory(dataDir)
  try {
    const pg = await PGlite.create(`${dataDir}/postgres`)
    return {
      kind: 'embedded',
      server: null,
      db: drizzle(pg) as unknown as Tx,
      prepared: async (text, values) => (await pg.query(text, values)).rows as never,
      boss: fromPglite(pg),
      listen: null,
      notify: null,
      migrate: () => migrate(drizzle(pg), { migrationsFolder: migrations }),
      async close() {
        await pg.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}
