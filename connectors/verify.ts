/** Checks of signatures and tokens that both vendors use. WebCrypto only, so that the edge can use the same code. */
import type { WebhookSecret } from '../src/contract/index.ts'

const utf8 = new TextEncoder()
const keys = new Map<string, Promise<CryptoKey>>()

/** Does `signature` equal HMAC-SHA256(secret, data) for one of the secrets? Constant time for each secret. */
export async function signedBy(secrets: WebhookSecret[], data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  let matched = false
  for (const { kind, secret } of secrets) {
    if (kind !== 'signature') continue
    const key = await hmacKey(secret)
    if (await crypto.subtle.verify('HMAC', key, signature as BufferSource, data as BufferSource)) matched = true
  }
  return matched
}

/** Does a header carry one of the shared tokens? Digests are compared: the time reveals nothing about the token. */
export async function carriesToken(secrets: WebhookSecret[], headers: Record<string, string>): Promise<boolean> {
  let matched = false
  for (const secret of secrets) {
    if (secret.kind !== 'token') continue
    const given = headers[secret.header.toLowerCase()]
    if (given === undefined) continue
    const key = await hmacKey(secret.secret)
    const expected = await crypto.subtle.sign('HMAC', key, utf8.encode(secret.secret))
    if (await crypto.subtle.verify('HMAC', key, expected, utf8.encode(given))) matched = true
  }
  return matched
}

// Importing a key costs as much as a signature. The map stays small: a few secrets for each connection.
function hmacKey(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret)
  if (!key) {
    if (keys.size > 1000) keys.clear()
    key = crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
      'verify',
    ])
    keys.set(secret, key)
  }
  return key
}
