/** Entities: spans that a model quotes from a ticket, and what becomes of them. Pure. */
import { ENTITY_LENGTH, type TaxonomyField } from '../contract/index.ts'
import { holdsPlaceholder, PLACEHOLDER, unmask } from './mask/index.ts'
import { findAll } from './pattern/index.ts'

type EntityField = Extract<TaxonomyField, { kind: 'entity' }>
export type Quoted = { value: string; span: string } | { refused: string }

/**
 * A quoted span as a value, refused unless one of the texts holds it word for word. Masked parts stay masked; the
 * pattern looks at what they stand for.
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
    return { refused: 'what the model quoted is not in the ticket' }
  if (field.pattern !== undefined && !fits(field.pattern, unmask(span, masked)))
    return { refused: 'what the model quoted does not look like it' }
  return { value: normalised(field, span), span }
}

/** The first match of the field's pattern, for fields that a rule decides. */
export function byPattern(field: EntityField, text: string): string | null {
  const [found] = field.pattern === undefined ? [] : findAll(field.pattern, text)
  const span = found && spaced(text.slice(found.start, found.end))
  return span ? normalised(field, span.slice(0, ENTITY_LENGTH)) : null
}

/** The value with its masked parts put back, for write-back only. */
export function restored(field: TaxonomyField, value: string, masked: Record<string, string>): string {
  const whole = unmask(value, masked)
  return field.kind === 'entity' ? normalised(field, whole) : whole
}

function normalised({ normal }: EntityField, span: string): string {
  // a masked part is normalised once it is there
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

/** Whole words: a letter out of a word, half a number or half a placeholder stands in the text and still was not said. */
function holdsWords(text: string, span: string): boolean {
  const masks = [...text.matchAll(PLACEHOLDER)].map(({ 0: mask, index }) => [index, index + mask.length])
  const isFree = (at: number) => isEdge(text, at) && !masks.some(([start, end]) => start! < at && at < end!)
  for (let at = text.indexOf(span); at >= 0; at = text.indexOf(span, at + 1))
    if (isFree(at) && isFree(at + span.length)) return true
  return false
}

/** Between two characters that do not belong to one word; scripts that put no spaces between words have edges everywhere. */
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
