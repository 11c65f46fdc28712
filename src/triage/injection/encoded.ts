import type { Span } from './span.ts'

const BASE64 = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{24,4000}={0,2}(?![A-Za-z0-9+/=])/g

/** Words written as base64 in a text: a language model reads them, a person does not. */
export function encodedIn(text: string): (Span & { said: string })[] {
  const found: (Span & { said: string })[] = []
  for (const { index, 0: blob } of text.matchAll(BASE64)) {
    const said = decoded(blob)
    if (said) found.push({ at: index, end: index + blob.length, said })
  }
  return found
}

/** Null for keys, pictures and whatever else is no text of several words. */
function decoded(blob: string): string | null {
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
