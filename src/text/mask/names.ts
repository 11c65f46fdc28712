import { GIVEN_NAMES } from './given-names.ts'
import {
  CAPITALISED,
  FULL_NAME,
  GREETED,
  LAST_LINE,
  NEXT_NAMES,
  PLACE_BEFORE,
  PLACES,
  PREVIOUS_NAMES,
  SURNAME_AFTER,
  SURNAME_BEFORE,
} from './name-patterns.ts'
import { isNotName } from './not-names.ts'
import type { Detector, Span } from './span.ts'
import { escaped, spansOf } from './span.ts'

/** Names in the usual places: greetings, introductions, signatures, forms. Elsewhere only those with a known given name. */
export const names: Detector = (text) => {
  const spans = PLACES.flatMap((pattern) =>
    spansOf(text, pattern, 'NAME', 'name').filter((span) => canBeName(text, span)),
  )
  spans.push(...spansOf(text, GREETED, 'NAME', 'name').filter(({ start, end }) => isGivenName(text.slice(start, end))))
  spans.push(...signedLast(text), ...fullNames(text))
  spans.push(...listedNames(text, spans))
  // Of two spans that overlap, the longer one is the name.
  return [...spans, ...repeatedNames(text, spans)].sort((a, b) => b.end - b.start - (a.end - a.start))
}

/** Can a name that the helpdesk shows be masked everywhere in a text? For "Support" every such word would be masked. */
export function isName(shown: string): boolean {
  const words = shown.split(/[ \u00a0]+/)
  return (
    shown.length >= 3 &&
    (words.length > 1 || isGivenName(shown)) &&
    words.every((word) => !isNotName(word.toLowerCase()))
  )
}

function canBeName(text: string, { start, end }: Span): boolean {
  return text
    .slice(start, end)
    .toLowerCase()
    .split(/[ \u00a0]+/)
    .every((word) => !isNotName(word))
}

function isGivenName(word: string): boolean {
  const plain = word.toLowerCase().replace(/[’ʻʼ`]/g, "'")
  if (GIVEN_NAMES.has(plain) || GIVEN_NAMES.has(plain.split('-', 1)[0]!)) return true
  const [, stem, ending] = /^(\p{Script=Cyrillic}{2,}?)(ой|ою|ей|ею|ом|ем|ём|[аяуюыиеіїо])$/u.exec(plain) ?? []
  return stem !== undefined && CASES[ending!]!.some((nominative) => GIVEN_NAMES.has(stem + nominative))
}

/** Case endings of Russian and Ukrainian names (Олегу, Ольгой, Андрея) and the endings they can have in the nominative. */
const CASES: Record<string, string[]> = {
  а: [''],
  я: ['й', 'ь'],
  у: ['', 'а'],
  ю: ['й', 'я', 'ь'],
  ы: ['а'],
  и: ['а', 'я', 'ь'],
  і: ['а', 'я'],
  ї: ['я'],
  е: ['', 'а', 'я', 'й', 'ь'],
  о: ['а', ''],
  ой: ['а'],
  ою: ['а'],
  ей: ['я', 'а'],
  ею: ['я'],
  ом: [''],
  ем: ['й', 'ь', ''],
  ём: ['й', 'ь'],
}

/** A last line that has a known given name: a signature without a closing formula. */
function signedLast(text: string): Span[] {
  const tail = text.slice(-120)
  const match = LAST_LINE.exec(tail)
  const [start, end] = match?.indices?.groups?.name ?? [0, 0]
  if (end === 0) return []
  const span = { start: text.length - tail.length + start, end: text.length - tail.length + end, kind: 'NAME' }
  const words = tail.slice(start, end).split(/[ \u00a0]/)
  return words.some(isGivenName) && canBeName(text, span) ? [span] : []
}

/** "Kevin Brown cannot log in", "ask Olga": a known given name, with the capitalised words next to it. */
function fullNames(text: string): Span[] {
  const spans: Span[] = []
  for (const { 0: word, index } of text.matchAll(CAPITALISED)) {
    if (word.length < 3 || !isGivenName(word)) continue
    const end = index + word.length
    SURNAME_AFTER.lastIndex = end
    const after = SURNAME_AFTER.exec(text)?.[0] ?? ''
    const lead = text.slice(Math.max(0, index - 26), index)
    const before = SURNAME_BEFORE.exec(lead)?.[0] ?? ''
    const whole = {
      start: index - (/^\p{Lu}/u.test(before) ? before.length : 0),
      end: end + after.length,
      kind: 'NAME',
    }
    const alone = { start: index, end, kind: 'NAME' }
    const hasSurname = whole.end - whole.start > word.length
    if (hasSurname && canBeName(text, whole)) spans.push(whole)
    else if (!PLACE_BEFORE.test(lead) && !/^\s{1,3}\d/.test(text.slice(end, end + 4))) spans.push(alone)
  }
  return spans
}

/** "Anna Vogt, Ricardo Salgado and Wei Zhang": other full names in a list with a known one. */
function listedNames(text: string, spans: Span[]): Span[] {
  const more: Span[] = []
  for (const { start, end } of spans) {
    if (!/[ \u00a0]/.test(text.slice(start, end))) continue
    const next = NEXT_NAMES.exec(text.slice(end, end + 160))?.[0] ?? ''
    const lead = text.slice(Math.max(0, start - 160), start)
    const previous = PREVIOUS_NAMES.exec(lead)?.[0] ?? ''
    for (const [list, at] of [
      [next, end],
      [previous, start - previous.length],
    ] as const)
      for (const name of list.matchAll(new RegExp(FULL_NAME, 'gu'))) {
        const span = { start: at + name.index, end: at + name.index + name[0].length, kind: 'NAME' }
        if (canBeName(text, span)) more.push(span)
      }
  }
  return more
}

/** Other occurrences of the names that were found, as whole words. */
function repeatedNames(text: string, spans: Span[]): Span[] {
  const known = new Set<string>()
  for (const { start, end } of spans) {
    const name = text.slice(start, end)
    if (name.length >= 3) known.add(name)
    for (const word of name.split(/[ \u00a0]/))
      if (word.length >= 4 && !word.includes('.') && !isNotName(word.toLowerCase())) known.add(word)
    if (known.size > MAX_KNOWN) break
  }
  if (known.size === 0) return []
  const longestFirst = [...known].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${longestFirst.map(escaped).join('|')})(?![\\p{L}\\p{N}_])`, 'gu')
  return spansOf(text, pattern, 'NAME')
}

const MAX_KNOWN = 40
