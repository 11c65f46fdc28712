/** Entity fields: spans that a model quotes from a ticket, and the values made from them. Pure. */
import { ENTITY_LENGTH, type TaxonomyField } from '../contract/index.ts'
import { holdsPlaceholder, PLACEHOLDER, unmask } from './mask/index.ts'
import { findAll } from './pattern/index.ts'

type EntityField = Extract<TaxonomyField, { kind: 'entity' }>
/** A quoted span with its value, or the reason why it was refused. */
export type Quoted = { value: string; span: string } | { refused: string }

/**
 * Turns a quoted span into a value; refuses it unless one of the texts contains it word for word. Masked parts stay masked,
 * but the field's pattern is tested on the originals.
 */
export function fromQuote(
  field: EntityField,
  quote: string,
  texts: string[],
  masked: Record<string, string>,
): Quoted | null {
  const span = spaced(quote)
  if (span === '') return null
  if (span.length > ENTITY_LENGTH) return { refused: `the model quoted more than ${ENTITY_LENGTH} characters` }
  if (!texts.some((text) => holdsWords(spaced(text), span)))
    return { refused: 'the text that the model quoted is not in the ticket' }
  if (field.pattern !== undefined && !fits(field.pattern, unmask(span, masked)))
    return { refused: 'the text that the model quoted does not match the pattern of the field' }
  return { value: normalised(field, span), span }
}

/**
 * The first match of the field's pattern, for fields that a rule decides. The pattern sees the text before masking; in the value
 * the masked parts are masked. A match that needs only a part of one is no value: the rest could not be left out at write-back.
 */
export function byPattern(field: EntityField, text: string, masked: Record<string, string>): string | null {
  if (field.pattern === undefined) return null
  const { clear, inText } = unmaskWithPlaces(text, masked)
  for (const { start, end } of findAll(field.pattern, clear)) {
    const [from, to] = [inText(start), inText(end)]
    const span = from === null || to === null ? '' : spaced(text.slice(from, to))
    if (span) return normalised(field, span.slice(0, ENTITY_LENGTH))
  }
  return null
}

/** The text with the originals, and where a place in it is in the given text; null for a place inside an original. */
function unmaskWithPlaces(text: string, masked: Record<string, string>) {
  const edges: { clear: number; length: number; at: number; end: number }[] = []
  let clear = ''
  let from = 0
  for (const { 0: placeholder, index } of text.matchAll(PLACEHOLDER)) {
    const original = unmask(placeholder, masked)
    clear += text.slice(from, index)
    from = index + placeholder.length
    edges.push({ clear: clear.length, length: original.length, at: index, end: from })
    clear += original
  }
  clear += text.slice(from)
  const inText = (place: number): number | null => {
    const before = edges.findLast((edge) => edge.clear < place)
    if (!before) return place
    const after = place - before.clear - before.length
    return after < 0 ? null : before.end + after
  }
  return { clear, inText }
}

/** The value with its masked parts replaced by the originals, for write-back only. */
export function restored(field: TaxonomyField, value: string, masked: Record<string, string>): string {
  const whole = unmask(value, masked)
  return field.kind === 'entity' ? normalised(field, whole) : whole
}

function normalised({ normal }: EntityField, span: string): string {
  // A masked part is normalised later, when `restored` puts the original back.
  if (holdsPlaceholder(span)) return span
  switch (normal) {
    case 'text':
      return span
    case 'code':
      return span.replace(/[\s\-‐-―]+/g, '').toUpperCase() || span
    case 'digits':
      return span.replace(/\D+/g, '') || span
    default:
      return normal satisfies never
  }
}

/** Only whole words count: one letter of a word, half a number or half a placeholder is not a quote. */
function holdsWords(text: string, span: string): boolean {
  const masks = [...text.matchAll(PLACEHOLDER)].map(({ 0: mask, index }) => [index, index + mask.length])
  const isFree = (at: number) => isEdge(text, at) && !masks.some(([start, end]) => start! < at && at < end!)
  for (let at = text.indexOf(span); at >= 0; at = text.indexOf(span, at + 1))
    if (isFree(at) && isFree(at + span.length)) return true
  return false
}

/** Is this place between two words? In scripts that put no spaces between words, every place is. */
function isEdge(text: string, at: number): boolean {
  const before = /.$/su.exec(text.slice(Math.max(0, at - 2), at))?.[0] ?? ''
  const after = /^./su.exec(text.slice(at, at + 2))?.[0] ?? ''
  return !IN_WORD.test(before) || !IN_WORD.test(after) || UNSPACED.test(before) || UNSPACED.test(after)
}

const IN_WORD = /[\p{L}\p{M}\p{N}_]/u
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

const spaced = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim()

const fits = (pattern: string, text: string) =>
  findAll(pattern, text).some(({ start, end }) => start === 0 && end === text.length)
