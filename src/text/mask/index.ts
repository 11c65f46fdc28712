/**
 * Reversible masking of personal data and secrets: the model, logs, traces, caches and exports see `<EMAIL_1>`; the
 * original stays in memory and comes back only for an entity that is written into the ticket.
 */
import type { Actor, ConnectionSettings } from '../../contract/index.ts'
import { findAll, openWork, type Work } from '../pattern/index.ts'
import { cards, ibans } from './bank.ts'
import { documents } from './documents.ts'
import { emails } from './email.ts'
import { keys } from './keys.ts'
import { isName, names } from './names.ts'
import { addresses } from './network.ts'
import { phones } from './phone.ts'
import { PLACEHOLDER } from './placeholder.ts'
import { type Detector, escaped, Taken } from './span.ts'
import { secretUrls } from './url.ts'

export { holdsPlaceholder, PLACEHOLDER, withoutNumbers } from './placeholder.ts'

/** Placeholder -> original. */
export type Masked = Record<string, string>

export type MaskOptions = {
  /** What a desk calls personal beyond ours: `{ name: 'CONTRACT', pattern: 'K-\\d{6}' }`, in the words of `triage/pattern`. */
  patterns?: { name: string; pattern: string }[]
  /** Names that the helpdesk tells us (the requester's). */
  names?: string[]
}

/** What one desk wants masked in its tickets, and who asked. */
export function deskMask({ mask }: Pick<ConnectionSettings, 'mask'>, requester?: Actor): MaskOptions {
  return { patterns: mask, names: requester?.name && requester.kind !== 'robot' ? [requester.name] : [] }
}

/**
 * Order matters: what is found first cannot be claimed again. A URL may hold an address and digits, a key may hold
 * digits, a card may look like a phone, and every paper's number looks like one.
 */
const DETECTORS: Detector[] = [secretUrls, keys, emails, ibans, cards, addresses, documents, phones, names]

/** Masks one text. With `known` (an earlier result's `masked`) equal values keep their placeholder and numbers go on. */
export function mask(text: string, known: Masked = {}, options: MaskOptions = {}): { text: string; masked: Masked } {
  const { texts, masked } = maskAll([text], known, options)
  return { text: texts[0]!, masked }
}

/** Masks several texts of one ticket with one numbering. */
export function maskAll(
  texts: string[],
  known: Masked = {},
  options: MaskOptions = {},
): { texts: string[]; masked: Masked } {
  const masked: Masked = { ...known }
  // Someone may write "<EMAIL_1>" themselves: it stands for itself, and its number is taken.
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
  // One allowance for all patterns and texts: no pattern of a desk can hold a ticket up.
  const work = openWork()
  return { texts: texts.map((text) => replace(text, nameOf, options, work)), masked }
}

/** Puts the originals back. Placeholders that are not ours stay. */
export function unmask(text: string, masked: Masked): string {
  return text.replace(PLACEHOLDER, (placeholder) =>
    Object.hasOwn(masked, placeholder) ? masked[placeholder]! : placeholder,
  )
}

/** For data that leaves for training: the same masking, and the originals are forgotten. */
export function maskForExport(text: string, options: MaskOptions = {}): string {
  return mask(text, {}, options).text
}

function replace(
  text: string,
  nameOf: (kind: string, original: string) => string,
  options: MaskOptions,
  work: Work,
): string {
  const taken = new Taken(text.length)
  const found: { start: number; end: number; kind: string }[] = []
  for (const { 0: literal, index } of text.matchAll(PLACEHOLDER))
    taken.claim(text, { start: index, end: index + literal.length, kind: '' })
  const custom = (options.patterns ?? []).map(
    ({ name, pattern }): Detector =>
      (where) =>
        findAll(pattern, where, work).map((span) => ({ ...span, kind: kindName(name) })),
  )
  const told: Detector = (where) => (options.names ?? []).flatMap((name) => occurrences(where, name))
  for (const detect of [...custom, ...DETECTORS, told])
    for (const span of detect(text, taken)) found.push(...taken.claim(text, span))
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

function occurrences(text: string, name: string): { start: number; end: number; kind: string }[] {
  if (!isName(name.trim())) return []
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(name.trim())}(?![\\p{L}\\p{N}_])`, 'giu')
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
