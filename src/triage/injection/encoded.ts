import type { Span } from './span.ts'

const BASE64 = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{24,4000}={0,2}(?![A-Za-z0-9+/=])/g

/** Finds text encoded as base64: a language model can read it, a person cannot. */
export function findEncoded(text: string): (Span & { decoded: string })[] {
  const found: (Span & { decoded: string })[] = []
  for (const { index, 0: blob } of text.matchAll(BASE64)) {
    const decoded = decode(blob)
    if (decoded) found.push({ at: index, end: index + blob.length, decoded })
  }
  return found
}

/** Null for keys, pictures and anything else that is not a text of several words. */
function decode(blob: string): string | null {
  try {
    const bytes = Uint8Array.from(
      atob(blob.slice(0, blob.length - (blob.replace(/=+$/, '').length % 4 === 1 ? 1 : 0))),
      (c) => c.charCodeAt(0),
    )
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /^[\p{L}\p{N}\p{P}\p{S}\s]*$/u.test(text) && /\p{L}{2,}\s+\p{L}{2,}/u.test(text) ? text : null
  } catch {
    return null
  }
}
