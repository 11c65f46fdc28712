import { CARD_WORD, ISSUERS, luhn } from './bank-numbers.ts'
import type { Detector, Span } from './span.ts'
import { before } from './span.ts'

/** Bank cards as they are printed, in groups, with something else than one space or hyphen between the groups. */

/** Between two groups: spaces, a sign with spaces around it, or the end of a line, also of a quoted one. */
const GAP = '[ \\u00a0]{0,2}(?:[._/\\\\|,*·•:\\u2010-\\u2015-]|[ \\u00a0])[ \\u00a0]{0,2}'
const LINE_END = '[ \\u00a0]{0,2}[._/\\\\|,*·•:-]?[ \\u00a0]{0,2}\\n[> \\u00a0]{0,4}'
const NOT_BEFORE = '(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{N}+]|\\d[._/\\\\|,*·•:-])'
const NOT_AFTER = '(?![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{N}]|[._/\\\\|,*·•:-]\\d)'
const GROUPED = new RegExp(
  `${NOT_BEFORE}(?:\\d{4}(?:${GAP}|${LINE_END})\\d{4}(?:${GAP}|${LINE_END})\\d{4}(?:${GAP}|${LINE_END})\\d{4}|\\d{4}(?:${GAP}|${LINE_END})\\d{6}(?:${GAP}|${LINE_END})\\d{4,5})${NOT_AFTER}`,
  'gu',
)
/** A number without groups that a mail program broke in two. */
const BROKEN = new RegExp(
  `${NOT_BEFORE}\\d(?:[ \\u00a0-]?\\d){2,15}${LINE_END}\\d(?:[ \\u00a0-]?\\d){2,15}${NOT_AFTER}`,
  'gu',
)

/** Cards in printed groups, or broken at the end of a line. Lines of numbers are cards only after a word that says so. */
export const spreadCards: Detector = (text, taken) => {
  const spans: Span[] = []
  for (const pattern of [GROUPED, BROKEN])
    for (const { 0: found, index } of text.matchAll(pattern)) {
      const end = index + found.length
      const digits = found.replace(/\D/g, '')
      if (!ISSUERS.test(digits) || !luhn(digits) || taken.busy(index, end)) continue
      const lines = found.split('\n').length
      const named = CARD_WORD.test(before(text, index))
      if ((lines > 2 || pattern === BROKEN) && !named) continue
      if (!named && lines === 1 && new Set(found.match(/[^\d\s\u00a0]/g)).size > 1) continue
      spans.push({ start: index, end, kind: 'CARD' })
    }
  return spans
}
