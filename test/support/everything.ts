/** Everything that the database holds, as text: for tests that look for what must not be there. */
import { execFileSync } from 'node:child_process'
import { sql } from 'drizzle-orm'
import { rows } from '../../src/db/index.ts'
import type { Service } from './service.ts'

/** Every row of every table of ours and of the queue; and, where pg_dump is installed, a dump of the database. */
export async function everythingIn({ deps }: Service): Promise<string> {
  const { db } = deps.database
  const tables = await rows<{ schema: string; name: string }>(
    db,
    sql`select table_schema as schema, table_name as name from information_schema.tables
        where table_schema in ('public', 'queue') and table_type = 'BASE TABLE'`,
  )
  const parts: string[] = []
  for (const { schema, name } of tables) {
    const found = await rows<{ row: string }>(
      db,
      sql`select t::text as row from ${sql.identifier(schema)}.${sql.identifier(name)} t`,
    )
    parts.push(...found.map(({ row }) => `${schema}.${name}: ${row}`))
  }
  return [...parts, dumpOf(deps.config.databaseUrl)].join('\n')
}

function dumpOf(url: string | null): string {
  if (url === null) return ''
  try {
    return execFileSync('pg_dump', [url], { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    // Not installed, or older than the server: the rows above are the same data.
    const { code, status } = error as { code?: string; status?: number }
    if (code === 'ENOENT' || status === 1) return ''
    throw error
  }
}
