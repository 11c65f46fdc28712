import type { Span, Taken } from './span.ts'

const URL_START = /(?<![\p{L}\p{N}])[a-z][a-z0-9+.-]{1,15}:\/\/[^\s<>"'`«»]{1,2048}/giu

/** Query or fragment names whose value opens something. */
const SECRET_NAME =
  /[?&#;/](?:[\w-]{0,20}[_-])?(?:token|access_?token|refresh_?token|id_?token|auth|authorization|api_?key|key|secret|client_?secret|password|passwd|pwd|pass|sig|signature|session|sessionid|sid|jwt|otp|code|ticket|hash|invite|magic|credential|x-amz-signature|x-amz-credential|x-amz-security-token)=[^&#\s]{4,}/i
/** A random token in the path of a link that resets a password, confirms or invites. */
const SECRET_PATH =
  /\/(?:reset|confirm|verify|activate|activation|invite|invitation|magic|unsubscribe|login|token|password|services|webhooks?|bot)[\w-]*\/(?:[^\s]*\/)?[\w.~:-]{16,}/i

/** URLs that carry credentials or tokens; the others are shielded, so that their digits are not taken for phones. */
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
  // A password with / or # in it is not legal in a URL, and people write it all the same.
  if (/^[^\s/@:]{1,64}:[^\s@]{1,64}@[\w.-]+/.test(rest)) return true
  return SECRET_NAME.test(url) || SECRET_PATH.test(url)
}
