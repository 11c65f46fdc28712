/** Encrypts stored secrets: AES-256-GCM, with the id of the key beside the ciphertext, so that keys can be changed. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { Sealed } from '../db/index.ts'
import { ConfigError } from '../errors.ts'

/** The row and the column that a secret belongs to. Elsewhere its ciphertext does not open. */
type Place = { row: string; column: 'credentials' | 'secrets' }

export type Vault = {
  seal(secret: unknown, place?: Place): Sealed
  /** Throws ConfigError when the key is missing (`retry`: it may be added) or the row was changed. */
  open<T>(sealed: Sealed, place?: Place): T
  /** Was it encrypted with a key other than the current one? */
  isOld(sealed: Sealed): boolean
  /** The ids of its keys: the one that encrypts, and all that decrypt. */
  keys: { seals: string; opens: string[] }
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
    keys: { seals: current, opens: [...ring.keys()] },
    seal(secret, place) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', ring.get(current)!, iv)
      if (place) cipher.setAAD(boundTo(place))
      const data = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final(), cipher.getAuthTag()])
      const sealed = { kid: current, iv: iv.toString('base64'), data: data.toString('base64') }
      return place ? { ...sealed, bound: true } : sealed
    },
    open<T>(sealed: Sealed, place?: Place) {
      const key = ring.get(sealed.kid)
      if (!key) throw keyMissing(sealed.kid)
      try {
        const data = Buffer.from(sealed.data, 'base64')
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), {
          authTagLength: TAG_BYTES,
        })
        // Ciphertexts of earlier releases are not bound.
        if (sealed.bound && place) decipher.setAAD(boundTo(place))
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

const boundTo = ({ row, column }: Place) => Buffer.from(`connections:${row}:${column}`)

/** Jobs wait for the key, as for a helpdesk that is unavailable: another process, or a restart, has it. */
function keyMissing(kid: string): ConfigError {
  return new ConfigError(`A secret was encrypted with a key that is not set (${kid})`, {
    next: 'Add that key to ENCRYPTION_KEY after the first one, separated by a comma; docs/operate.md shows how keys are replaced.',
    retry: true,
  })
}
