import { openPostgres } from './postgres.ts'
import type { Database } from './types.ts'

/** Opens the database: PostgreSQL by URL, or the embedded one. Both speak the same schema through the same code. */
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
