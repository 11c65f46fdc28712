/** Checks of signatures and tokens that both vendors use. WebCrypto only, so that the edge can use the same code. */
import type { WebhookSecret, WholeBody } from '../src/contract/index.ts'

const utf8 = new TextEncoder()
const keys = new Map<string, Promise<CryptoKey>>()

/** Does `signature` equal HMAC-SHA256(secret, data) for one of the secrets? Constant time for each secret. */
export async function signedBy(
  secrets: WebhookSecret[],
  data: Uint8Array | WholeBody,
  signature: Uint8Array,
): Promise<boolean> {
  let matched = false
  for (const { kind, secret } of secrets) {
    if (kind !== 'signature') continue
    const key = await hmacKey(secret)
    const same = data instanceof Uint8Array ? macIs(key, signature, data) : equal(key, signature, data.mac(secret))
    if (await same) matched = true
  }
  return matched
}

const macIs = (key: CryptoKey, mac: Uint8Array, data: Uint8Array) =>
  crypto.subtle.verify('HMAC', key, mac as BufferSource, data as BufferSource)

/** Compares by a MAC of each: the time reveals nothing about the expected bytes. */
async function equal(key: CryptoKey, given: Uint8Array, expected: Uint8Array | null): Promise<boolean> {
  if (!expected) return false
  return macIs(key, new Uint8Array(await crypto.subtle.sign('HMAC', key, given as BufferSource)), expected)
}

/** Does a header carry one of the shared tokens? Digests are compared: the time reveals nothing about the token. */
export async function carriesToken(secrets: WebhookSecret[], headers: Record<string, string>): Promise<boolean> {
  let matched = false
  for (const secret of secrets) {
    if (secret.kind !== 'token') continue
    const given = headers[secret.header.toLowerCase()]
    if (given === undefined) continue
    const key = await hmacKey(secret.secret)
    if (await equal(key, utf8.encode(given), utf8.encode(secret.secret))) matched = true
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
