/**
 * Does a ticket try to tell the classifier what to answer? Whatever a classifier is, words that name labels or give orders sway it;
 * so the parts that do are found here, for the ticket to be weighed without them. Pure.
 */

import type { Prepared, Taxonomy } from '../../contract/index.ts'
import { PLACEHOLDER } from '../../text/index.ts'
import { encodedIn } from './encoded.ts'
import { type Folded, fold, original } from './homoglyphs.ts'
import { likelyOrders, plainOrders, speechOfLabels } from './instructions.ts'
import { baitIn } from './keyword-stuffing.ts'
import { type Names, namedIn, namesOf } from './names.ts'
import { claimsIn } from './self-labelling.ts'
import { merged, type Span, wholeParagraphs, wholeSentences, without } from './span.ts'

export type Scrutiny = {
  /** Speaks to whoever sorts tickets; nobody writes so for another reason. */
  told: boolean
  /** What was found, for the trace, with how many characters. */
  signs: { what: Sign; characters: number }[]
  /** The ticket without what was found, once by the letter and once by whole sentences or paragraphs; empty when nothing was. */
  readings: Prepared[]
  /** `field/value` of what those parts name: only that can be what they are after. */
  names: Set<string>
  /** Hardly anybody writes so by chance: whatever hangs on those parts is in doubt. */
  firm: boolean
}

type Sign = 'order' | 'address' | 'claim' | 'heap' | 'bait' | 'disguise'

type Found = Record<Sign, Span[]>

const SIGNS = ['order', 'address', 'claim', 'heap', 'bait', 'disguise'] as const
/** People rarely write so; of the others only what names the very value counts, and only where the rest is sure of another. */
const FIRM: Sign[] = ['address', 'heap', 'disguise']

/** Fewer letters than this are no ticket to weigh. */
const ENOUGH = 12

export function scrutinise(prepared: Prepared, taxonomy: Pick<Taxonomy, 'fields'>): Scrutiny {
  const names = namesOf(taxonomy)
  const parts = [prepared.subject, prepared.text].map((text) => ({ text, found: look(text, names) }))
  const orderly = Object.entries(prepared.metadata).filter(([, value]) => look(value, names).order.length === 0)
  const metadata = Object.fromEntries(orderly)
  const signs = SIGNS.flatMap((what) => {
    const spans = parts.flatMap(({ found }) => found[what])
    return spans.length > 0 ? [{ what, characters: spans.reduce((sum, { at, end }) => sum + end - at, 0) }] : []
  })
  const inForm = orderly.length < Object.keys(prepared.metadata).length
  const told = inForm || parts.some(({ found }) => found.order.length > 0)
  if (signs.length === 0) {
    const readings = told ? [{ ...prepared, metadata }] : []
    return { told, signs, readings, names: new Set(), firm: false }
  }
  const cut = (spans: (found: Found, text: string) => Span[]): Prepared => {
    const [subject = '', text = ''] = parts.map(({ text, found }) => without(text, spans(found, text)))
    return { ...prepared, subject, text, metadata }
  }
  const letter = cut((found, text) => [
    ...found.claim,
    ...found.heap,
    ...found.bait,
    ...wholeSentences(text, [...found.order, ...found.address, ...found.disguise]),
  ])
  // An order is rarely alone in its paragraph; where the ticket is one paragraph, its sentences must do.
  const wide = cut((found, text) => wholeParagraphs(text, everything(found)))
  const sentences = cut((found, text) => wholeSentences(text, everything(found)))
  const firm = signs.some(({ what }) => FIRM.includes(what))
  // Where next to nothing is left, only what is surely no ticket was cut.
  const readings = [letter, isEnough(wide) ? wide : sentences].filter(
    (reading, i) => isEnough(reading) || ((firm || told) && i === 0),
  )
  const named = parts.flatMap(({ text, found }) =>
    everything(found).flatMap(({ at, end }) => [...namedIn(names, fold(withoutMasks(text).slice(at, end)).text)]),
  )
  return { told, signs, readings: distinct(readings), names: new Set(named), firm }
}

const everything = (found: Found) => Object.values(found).flat()

const isEnough = ({ subject, text }: Prepared) => (`${subject}${text}`.match(/\p{L}/gu) ?? []).length >= ENOUGH

const distinct = (readings: Prepared[]) =>
  readings.filter(
    ({ subject, text }, i) => !readings.slice(0, i).some((other) => other.subject === subject && other.text === text),
  )

/** The name of a placeholder is ours: "write to <EMAIL_1>" names no service. */
const withoutMasks = (text: string) => text.replace(PLACEHOLDER, (placeholder) => ' '.repeat(placeholder.length))

function look(masked: string, names: Names): Found {
  const text = withoutMasks(masked)
  const folded = fold(text)
  const back = (spans: Span[]) => merged(spans.map(({ at, end }) => backTo(folded, at, end)))
  const order = back(plainOrders(folded.text))
  const claim = back(claimsIn(folded.text, names))
  const ofLabels = wholeSentences(folded.text, speechOfLabels(folded.text)).filter(
    ({ at, end }) => namedIn(names, folded.text.slice(at, end)).size > 0,
  )
  const speaking = [...wholeSentences(folded.text, likelyOrders(folded.text)), ...ofLabels]
  const bait = baitIn(folded.text, names)
  const hidden = encodedIn(text).map(({ said, ...span }) => ({ span, inside: look(said, names) }))
  return {
    order: [...order, ...hidden.filter(({ inside }) => inside.order.length > 0).map(({ span }) => span)],
    address: back(speaking),
    claim,
    heap: back(bait.heap),
    bait: back(bait.loose),
    disguise: [
      ...(folded.disguised.length >= DISGUISED ? folded.disguised : []),
      ...hidden.filter(({ inside }) => everything(inside).length > 0).map(({ span }) => span),
    ],
  }
}

/** One word with a letter of the other alphabet is a slip of the keyboard. */
const DISGUISED = 3

const backTo = (folded: Folded, at: number, end: number): Span => ({
  at: original(folded, at),
  end: original(folded, end),
})
