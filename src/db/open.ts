import type { Prepare } from './inspect-server.ts'
import { openPostgres } from './postgres.ts'
import type { Database } from './types.ts'

/** Opens the database: PostgreSQL by URL, or the embedded one. Both speak the same schema through the same code. */
export async function openDatabase(options: {
  url: string | null
  dataDir: string
  /** The most connections to a server. */
  pool: number
  migrations: string
  prepare?: Prepare
  /** A server that owes an answer and has said nothing for so many seconds is given up. Default: 75. */
  silence?: number
}): Promise<Database> {
  if (options.url) return openPostgres({ ...options, url: options.url })
  const { openEmbedded } = await import('./embedded.ts')
  return openEmbedded(options.dataDir, options.migrations)
}
