/** Secrets at rest: AES-256-GCM, with the id of the key beside the ciphertext so that keys can be changed. */
import type { Sealed } from './db/schema.ts'
import { ConfigError } from './errors.ts'

export type Vault = {
  seal(secret: unknown): Promise<Sealed>
  /** Throws ConfigError when the key that sealed it is not among ours. */
  open<T>(sealed: Sealed): Promise<T>
  /** Was it sealed with a key that is on its way out? */
  isOld(sealed: Sealed): boolean
}

/** `keys` are 32 bytes in base64. The first one seals; each of them opens. */
export async function openVault(keys: string[]): Promise<Vault> {
  const ring = new Map<string, CryptoKey>()
  for (const key of keys) {
    const raw = fromBase64(key)
    const kid = toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', raw))).slice(0, 12)
    ring.set(kid, await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']))
  }
  const [current] = ring.keys()
  if (current === undefined) throw new ConfigError('There is no encryption key', { next: 'Set ENCRYPTION_KEY.' })
  return {
    async seal(secret) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const plain = new TextEncoder().encode(JSON.stringify(secret))
      const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, ring.get(current)!, plain)
      return { kid: current, iv: toBase64(iv), data: toBase64(new Uint8Array(data)) }
    },
    async open<T>(sealed: Sealed) {
      const key = ring.get(sealed.kid)
      if (!key)
        throw new ConfigError(`A secret was encrypted with a key that is not here (${sealed.kid})`, {
          next: 'Add the old key to ENCRYPTION_KEY after the new one, separated by a comma.',
        })
      const plain = await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv: fromBase64(sealed.iv) },
        key,
        fromBase64(sealed.data),
      )
      return JSON.parse(new TextDecoder().decode(plain)) as T
    },
    isOld: (sealed) => sealed.kid !== current,
  }
}

/** A random secret of 32 bytes: `hex` for tokens, `base64` for keys. */
export function randomSecret(form: 'hex' | 'base64'): string {
  const raw = crypto.getRandomValues(new Uint8Array(32))
  return form === 'base64' ? toBase64(raw) : toHex(raw)
}

export async function sha256Hex(data: string | Uint8Array): Promise<string> {
  const raw = typeof data === 'string' ? new TextEncoder().encode(data) : data
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', raw as BufferSource)))
}

function toHex(raw: Uint8Array): string {
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function toBase64(raw: Uint8Array): string {
  return btoa(String.fromCharCode(...raw))
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
}
