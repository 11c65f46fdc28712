import type { Detector, Span } from './span.ts'
import { spansOf } from './span.ts'

const LOCAL = /[\p{L}\p{N}._%+'&*=?^`{|}~!#$/-]/u
const DOMAIN = /[\p{L}\p{N}.-]/u
const MAX_LOCAL = 64
const MAX_DOMAIN = 253

/** `name (at) host (dot) com`: written so that robots do not read it, and still somebody's address. */
const SPELLED =
  /(?<![\w.+-])[\w.+-]{1,64} ?[([{] ?(?:at|собака|ät) ?[)\]}] ?[\w-]{1,63}(?:(?: ?[([{] ?(?:dot|точка|punkt) ?[)\]}] ?|\.)[\w-]{2,63}){1,4}/giu

/** Walks outwards from each @, so that a megabyte of letters costs one pass and not its square. */
export const emails: Detector = (text) => {
  const spans: Span[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at)
    const end = domainEnd(text, at)
    if (start < at && /\.[\p{L}][\p{L}\p{N}-]{1,62}$/u.test(text.slice(at + 1, end)))
      spans.push({ start, end, kind: 'EMAIL' })
  }
  return text.includes('(') || text.includes('[') || text.includes('{')
    ? [...spans, ...spansOf(text, SPELLED, 'EMAIL')]
    : spans
}

function localStart(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start < MAX_LOCAL && LOCAL.test(text[start - 1]!)) start--
  // A word may touch the address: `mail:'a@b.cc`, `/a@b.cc`.
  while (start < at && /[.'/=?&#!*|`{}~^$%-]/.test(text[start]!)) start++
  return start
}

function domainEnd(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && end - at <= MAX_DOMAIN && DOMAIN.test(text[end]!)) end++
  while (end > at + 1 && /[.-]/.test(text[end - 1]!)) end--
  return end
}
