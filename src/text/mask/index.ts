/**
 * Reversible masking of personal data and secrets: the model, logs, traces, caches and exports only get `<EMAIL_1>`. The
 * original stays in memory and is put back only in an entity that is written into the ticket.
 */
import type { Actor, ConnectionSettings } from '../../contract/index.ts'
import { findAll, openWork, type Work } from '../pattern/index.ts'
import { cards, ibans } from './bank-numbers.ts'
import { emails } from './emails.ts'
import { type Folded, folded } from './folded.ts'
import { identityNumbers } from './identity-numbers.ts'
import { ipAddresses } from './ip-addresses.ts'
import { keys } from './keys.ts'
import { isName, names } from './names.ts'
import { phones } from './phones.ts'
import { PLACEHOLDER } from './placeholder.ts'
import { secretUrls } from './secret-urls.ts'
import { type Detector, escaped, Taken } from './span.ts'
import { spreadCards } from './spread-cards.ts'

export { CLOSINGS, GREETINGS } from './name-patterns.ts'
export { holdsPlaceholder, PLACEHOLDER, withoutNumbers } from './placeholder.ts'

/** Placeholder -> original. */
export type Masked = Record<string, string>

/** What to mask in addition to what the detectors find. */
export type MaskOptions = {
  /** The helpdesk's own patterns: `{ name: 'CONTRACT', pattern: 'K-\\d{6}' }`, in the syntax of `text/pattern`. */
  patterns?: { name: string; pattern: string }[]
  /** Names that the helpdesk gives, such as the requester's. */
  names?: string[]
}

/** What to mask in the tickets of one connection: its own patterns, and the requester's name unless a robot asks. */
export function deskMask({ mask }: Pick<ConnectionSettings, 'mask'>, requester?: Actor): MaskOptions {
  return { patterns: mask, names: requester?.name && requester.kind !== 'robot' ? [requester.name] : [] }
}

/**
 * Order matters: text that one detector has claimed is closed to the next ones. A URL can contain an address and digits, a key
 * can contain digits, and cards and identity numbers look like phones.
 */
const DETECTORS: Detector[] = [
  secretUrls,
  keys,
  emails,
  ibans,
  cards,
  spreadCards,
  ipAddresses,
  identityNumbers,
  phones,
  names,
]

/** Masks one text. Values in `known`, an earlier result's `masked`, keep their placeholders; new values get the next numbers. */
export function mask(text: string, known: Masked = {}, options: MaskOptions = {}): { text: string; masked: Masked } {
  const { texts, masked } = maskAll([text], known, options)
  return { text: texts[0]!, masked }
}

/** Masks several texts of one ticket; the same value gets the same placeholder in all of them. */
export function maskAll(
  texts: string[],
  known: Masked = {},
  options: MaskOptions = {},
): { texts: string[]; masked: Masked } {
  const masked: Masked = { ...known }
  // A customer may write "<EMAIL_1>": it stands for itself, and its number is not used for another value.
  for (const text of texts) for (const [literal] of text.matchAll(PLACEHOLDER)) masked[literal] ??= literal
  const placeholders = new Map(
    Object.entries(masked).map(([placeholder, original]) => [`${kindOf(placeholder)} ${original}`, placeholder]),
  )
  const counters = new Map<string, number>()
  const nameOf = (kind: string, original: string) => {
    const key = `${kind} ${original}`
    const existing = placeholders.get(key)
    if (existing) return existing
    let number = counters.get(kind) ?? 0
    let placeholder: string
    do placeholder = `<${kind}_${++number}>`
    while (Object.hasOwn(masked, placeholder))
    counters.set(kind, number)
    masked[placeholder] = original
    placeholders.set(key, placeholder)
    return placeholder
  }
  // One allowance for all patterns and texts, so that the helpdesk's patterns cannot delay a ticket.
  const work = openWork()
  return { texts: texts.map((text) => replace(text, nameOf, options, work)), masked }
}

/** Replaces placeholders by their originals; unknown placeholders stay. */
export function unmask(text: string, masked: Masked): string {
  return text.replace(PLACEHOLDER, (placeholder) =>
    Object.hasOwn(masked, placeholder) ? masked[placeholder]! : placeholder,
  )
}

/** Masks a text for data that is kept or exported, and drops the originals. */
export function maskForExport(text: string, options: MaskOptions = {}): string {
  return mask(text, {}, options).text
}

function replace(
  text: string,
  nameOf: (kind: string, original: string) => string,
  options: MaskOptions,
  work: Work,
): string {
  const copy = folded(text)
  const taken = new Taken(copy.text.length)
  const found: { start: number; end: number; kind: string }[] = []
  for (const { 0: literal, index } of copy.text.matchAll(PLACEHOLDER))
    taken.claim(copy.text, { start: index, end: index + literal.length, kind: '' })
  const givenNames: Detector = (where) => (options.names ?? []).flatMap((name) => occurrences(where, name))
  const custom = (options.patterns ?? []).map(({ name, pattern }) =>
    deskPattern(kindName(name), pattern, text, copy, work),
  )
  for (const detect of [...custom, ...DETECTORS, givenNames])
    for (const span of detect(copy.text, taken))
      for (const part of taken.claim(copy.text, span)) found.push({ ...copy.inText(part), kind: part.kind })
  found.sort((a, b) => a.start - b.start)
  const parts: string[] = []
  let from = 0
  for (const { start, end, kind } of found) {
    parts.push(text.slice(from, start), nameOf(kind, text.slice(start, end)))
    from = end
  }
  parts.push(text.slice(from))
  return parts.join('')
}

/** A helpdesk's own pattern may name characters that folding replaces, so it is also tried on the text as it is. */
function deskPattern(kind: string, pattern: string, text: string, copy: Folded, work: Work): Detector {
  return (where) => [
    ...findAll(pattern, where, work).map((span) => ({ ...span, kind })),
    ...(copy.text === text ? [] : findAll(pattern, text, work).map((span) => ({ ...copy.inCopy(span), kind }))),
  ]
}

function occurrences(text: string, name: string): { start: number; end: number; kind: string }[] {
  if (!isName(name.trim())) return []
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(folded(name.trim()).text)}(?![\\p{L}\\p{N}_])`, 'giu')
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: 'NAME',
  }))
}

function kindOf(placeholder: string): string {
  return placeholder.slice(1, placeholder.lastIndexOf('_'))
}

function kindName(name: string): string {
  const kind = name
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 20)
  return /^[A-Z]/.test(kind) ? kind : `X${kind}`.slice(0, 20)
}
