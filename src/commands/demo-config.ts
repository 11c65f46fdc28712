import { createHash } from 'node:crypto'
import { type Config, readConfig } from '../config.ts'
import { randomSecret } from '../secrets.ts'

/**
 * The settings of the demo, which needs none. On a PostgreSQL its key is derived from the address, so that it can read
 * what the last demo left there, and its admin token is made for this run and shown; the embedded database makes both
 * for itself.
 */
export function demoConfig(env: Record<string, string | undefined>): Config {
  const url = env.DATABASE_URL
  // its helpdesks are on this machine
  const given = { PORT: '0', ...env, ALLOW_HOSTS: [env.ALLOW_HOSTS, '127.0.0.1'].filter(Boolean).join(',') }
  if (!url) return readConfig(given)
  const key = createHash('sha256').update(`pointsman demo ${url}`).digest('base64')
  const token = env.ADMIN_TOKEN || `pointsman_${randomSecret('hex')}`
  if (!env.ADMIN_TOKEN) process.stderr.write(`\n  Admin token of this run: ${token}\n\n`)
  return readConfig({ ...given, ENCRYPTION_KEY: env.ENCRYPTION_KEY || key, ADMIN_TOKEN: token })
}
