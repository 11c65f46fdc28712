/** Random secrets and digests, on WebCrypto: the edge uses them too. */

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
