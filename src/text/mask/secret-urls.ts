import type { Span, Taken } from './span.ts'

const URL_START = /(?<![\p{L}\p{N}])[a-z][a-z0-9+.-]{1,15}:\/\/[^\s<>"'`«»]{1,2048}/giu

/** Names of query or fragment parameters whose value gives access to something. */
const SECRET_NAME =
  /[?&#;/](?:[\w-]{0,20}[_-])?(?:token|access_?token|refresh_?token|id_?token|authorization|api_?key|apikey|secret|client_?secret|password|passwd|pwd|pass|signature|sessionid|sid|jwt|otp|magic|credential|x-amz-signature|x-amz-credential|x-amz-security-token)=[^&#\s]{4,}/i
/** These names are also used for errors and issues (`code=404`, `key=SUP-12`), so the value must look like a secret. */
const PERHAPS_SECRET_NAME =
  /[?&#;/](?:[\w-]{0,20}[_-])?(?:auth|key|sig|session|code|ticket|hash|invite|invitation|confirm|confirmation|verify|verification|nonce|state|t|k|p)=(?=[^&#\s]{0,200}[A-Za-z])(?=[^&#\s]{0,200}\d)(?![A-Z]{2,10}-\d+(?:[&#]|$))[^&#\s]{10,}/i
/** Parts of a path that are followed by a random token: links to reset a password, to confirm or to invite, and webhooks. */
const SECRET_PART =
  /^(?:reset|confirm|verif|activat|invit|magic|unsubscribe|login|signin|token|auth|password|services$|webhooks?$|hooks?$|bot\d)[\w-]{0,16}/i

/** URLs with credentials or tokens. Other URLs are shielded, so that their digits are not taken for phones. */
export function secretUrls(text: string, taken: Taken): Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(URL_START)) {
    const url = match[0].replace(/[).,;:!?\]}]+$/, '')
    const start = match.index
    const end = start + url.length
    if (isSecret(url)) spans.push({ start, end, kind: 'URL' })
    else if (!/^https?:\/\/(?:wa\.me|api\.whatsapp|t\.me\/\+)/i.test(url)) taken.shield(start, end)
  }
  return spans
}

function isSecret(url: string): boolean {
  const rest = url.slice(url.indexOf('://') + 3)
  const authority = rest.split(/[/?#]/, 1)[0] ?? ''
  if (/^[^@]*:[^@]+@/.test(authority) || /^[\w.~%+-]{16,}@/.test(authority)) return true
  // A password with / or # is not allowed in a URL, but people write it.
  if (/^[^\s/@:]{1,64}:[^\s@]{1,64}@[\w.-]+/.test(rest)) return true
  return SECRET_NAME.test(url) || PERHAPS_SECRET_NAME.test(url) || hasSecretPath(rest.split(/[?#]/, 1)[0] ?? '')
}

function hasSecretPath(path: string): boolean {
  const parts = path.split('/').slice(1, 40)
  const word = parts.findIndex((part) => SECRET_PART.test(part))
  if (word < 0) return false
  return parts.slice(word).some((part) => /^[\w~:-]{16,}$/.test(part) && /\d/.test(part) && /[A-Za-z]/.test(part))
}
