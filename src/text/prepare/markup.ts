import type { Ticket } from '../../contract/index.ts'
import { adfToText } from './adf.ts'
import type { Dropped } from './dropped.ts'
import { htmlToText } from './html.ts'
import { wikiToText } from './wiki.ts'

/** Of a very long body only the beginning and the end are read. */
const MAX_HEAD = 160_000
const MAX_TAIL = 40_000
const LONGEST_WORD = 4000

/** The body as plain text, in whatever format the helpdesk sent it. Never throws. */
export function toText(body: unknown, format: Ticket['format'], dropped: Dropped): string {
  if (typeof body === 'object' && body !== null) return within(adfToText(body, dropped), dropped)
  const source = typeof body === 'string' ? body : body === undefined || body === null ? '' : String(body)
  const text = within(source, dropped)
  switch (format) {
    case 'adf':
      return adfInText(text, dropped) ?? text
    case 'html':
      return htmlToText(text, dropped)
    case 'wiki':
      return wikiToText(text, dropped)
    case 'plain':
      if (/^\s*\{[^{}]{0,60}"type" ?: ?"doc"/.test(text)) return adfInText(text, dropped) ?? text
      // Mail gateways put HTML into plain-text fields.
      return /^\s*<(?:!doctype html|html|body|div|p|table)\b/i.test(text) ? htmlToText(text, dropped) : text
    default:
      return format satisfies never
  }
}

function adfInText(text: string, dropped: Dropped): string | null {
  if (!text.trimStart().startsWith('{')) return null
  try {
    return adfToText(JSON.parse(text), dropped)
  } catch {
    return null
  }
}

/** Cuts at the end of a line: half a secret would not be recognised and masked. */
function within(text: string, dropped: Dropped): string {
  if (text.length <= MAX_HEAD + MAX_TAIL) return text
  const head = text.slice(0, MAX_HEAD)
  const tail = text.slice(-MAX_TAIL)
  const headEnd = head.lastIndexOf('\n')
  const tailStart = tail.indexOf('\n')
  const first =
    headEnd > MAX_HEAD / 2
      ? head.slice(0, headEnd)
      : head.slice(0, -LONGEST_WORD) + head.slice(-LONGEST_WORD).replace(/\S*$/, '')
  const last = tailStart >= 0 && tailStart < MAX_TAIL / 2 ? tail.slice(tailStart + 1) : tail.replace(/^\S{0,4000}/, '')
  // The rest of a key whose beginning was cut off would not be recognised, so it goes too.
  const keyEnd = /^[\s\S]{0,20000}?-----END [A-Z ]{3,40}-----/.exec(last)
  const safe = keyEnd && !keyEnd[0].includes('-----BEGIN') ? last.slice(keyEnd[0].length) : last
  dropped.add('overlong', text.length - first.length - safe.length)
  return `${first}\n${safe}`
}
