/** Encrypts stored secrets: AES-256-GCM, with the id of the key beside the ciphertext, so that keys can be changed. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { Sealed } from '../db/index.ts'
import { ConfigError } from '../errors.ts'

export type Vault = {
  seal(secret: unknown): Sealed
  /** Throws ConfigError when the key is missing or the row was changed. */
  open<T>(sealed: Sealed): T
  /** Was it encrypted with a key other than the current one? */
  isOld(sealed: Sealed): boolean
}

const TAG_BYTES = 16

/** `keys` are 32 bytes in base64. The first one encrypts; all of them decrypt. */
export function openVault(keys: string[]): Vault {
  const ring = new Map<string, Buffer>()
  for (const text of keys) {
    const key = Buffer.from(text, 'base64')
    ring.set(createHash('sha256').update(key).digest('base64').slice(0, 12), key)
  }
  const [current] = ring.keys()
  if (current === undefined) throw new ConfigError('There is no encryption key', { next: 'Set ENCRYPTION_KEY.' })
  return {
    seal(secret) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', ring.get(current)!, iv)
      const data = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final(), cipher.getAuthTag()])
      return { kid: current, iv: iv.toString('base64'), data: data.toString('base64') }
    },
    open<T>(sealed: Sealed) {
      const key = ring.get(sealed.kid)
      if (!key)
        throw new ConfigError(`A secret was encrypted with a key that is not set (${sealed.kid})`, {
          next: 'Add the old key to ENCRYPTION_KEY after the new one, separated by a comma.',
        })
      try {
        const data = Buffer.from(sealed.data, 'base64')
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), {
          authTagLength: TAG_BYTES,
        })
        decipher.setAuthTag(data.subarray(-TAG_BYTES))
        const plain = Buffer.concat([decipher.update(data.subarray(0, -TAG_BYTES)), decipher.final()])
        return JSON.parse(plain.toString('utf8')) as T
      } catch (error) {
        throw new ConfigError('A stored secret cannot be decrypted: its row was changed outside Pointsman', {
          next: 'Save the connection again with its credentials and secrets.',
          cause: error,
        })
      }
    },
    isOld: (sealed) => sealed.kid !== current,
  }
}
