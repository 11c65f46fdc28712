import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the SQL files are: beside the bundle in production, at the top of the tree otherwise. */
export function migrationsFolder(): string {
  const bundled = fileURLToPath(new URL('./migrations', import.meta.url))
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../../migrations', import.meta.url))
}
