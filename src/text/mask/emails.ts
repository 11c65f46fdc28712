import type { Detector, Span } from './span.ts'
import { spansOf } from './span.ts'

const LOCAL = /[\p{L}\p{N}._%+'&*=?^`{|}~!#$/-]/u
const DOMAIN = /[\p{L}\p{N}.-]/u
const MAX_LOCAL = 64
const MAX_DOMAIN = 253

/** Addresses spelled out to hide them from robots: `name (at) host (dot) com`, `name собака host.ru`. */
const SPELLED = [
  /(?<![\w.+-])[\p{L}\p{N}_.+-]{1,64} ?[([{<] ?(?:at|собака|сабака|ät|arroba|arobase|kukac|małpa|chiocciola|@) ?[)\]}>] ?[\p{L}\p{N}_-]{1,63}(?:(?: ?[([{<] ?(?:dot|точка|крапка|punkt|punto|ponto|point|kropka|\.) ?[)\]}>] ?| (?:dot|точка|крапка|punkt|punto|ponto|point|kropka) |\.)[\p{L}\p{N}_-]{2,63}){1,4}/giu,
  // Without brackets the word for @ must have no other meaning there, or a word for the dot must follow.
  /(?<![\w.+-])[\w.+-]{2,64} (?:собака|сабака|песик|arroba|arobase|chiocciola|małpa) [\p{L}\p{N}_-]{1,63}(?:(?:\.| ?(?:dot|точка|крапка|punto|ponto|point|kropka) ?)[\p{L}\p{N}_-]{2,63}){1,3}/giu,
  /(?<![\w.+-])[\w.+-]{2,64} (?:at|ät) [\w-]{1,63}(?: (?:dot|punkt) [\w-]{2,63}){1,3}/giu,
  /(?<![\w.+-])[\w.+-]{2,64} AT [\w-]{1,63}(?:(?:\.| DOT )[\w-]{2,63}){1,3}/gu,
]

/** E-mail addresses. Searches outwards from each @, so that the time is linear in the length of the text. */
export const emails: Detector = (text) => {
  const spans: Span[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at)
    const end = domainEnd(text, at)
    if (start < at && /\.[\p{L}][\p{L}\p{N}-]{1,62}$/u.test(text.slice(at + 1, end)))
      spans.push({ start, end, kind: 'EMAIL' })
  }
  return [...spans, ...SPELLED.flatMap((pattern) => spansOf(text, pattern, 'EMAIL'))]
}

function localStart(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start < MAX_LOCAL && LOCAL.test(text[start - 1]!)) start--
  // The character before the address may be part of the text around it: `mail:'a@b.cc`, `/a@b.cc`.
  while (start < at && /[.'/=?&#!*|`{}~^$%-]/.test(text[start]!)) start++
  return start
}

function domainEnd(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && end - at <= MAX_DOMAIN && DOMAIN.test(text[end]!)) end++
  while (end > at + 1 && /[.-]/.test(text[end - 1]!)) end--
  return end
}
