import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomSecret } from '../secrets.ts'

/** The keys that encrypt secrets: those of the settings, or one in a file beside the embedded database. */
export function openKeys(config: { encryptionKeys: string[] | null; dataDir: string }): string[] {
  return config.encryptionKeys ?? [embeddedKey(config.dataDir)]
}

/** Created on first use, readable by its owner only. */
function embeddedKey(dataDir: string): string {
  const path = `${dataDir}/encryption.key`
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const key = randomSecret('base64')
  writeFileSync(path, `${key}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(path, 0o600)
  return key
}
