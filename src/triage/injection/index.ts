/**
 * Finds prompt injection: text that tries to influence the classifier. Every kind of classifier is influenced by words that name
 * labels or give instructions, so these parts are found here, and the ticket is checked without them. Pure.
 */

import type { Prepared, Taxonomy } from '../../contract/index.ts'
import { PLACEHOLDER } from '../../text/index.ts'
import { findEncoded } from './encoded.ts'
import { originalOffset, type PlainText, toPlainText } from './homoglyphs.ts'
import { findClearInstructions, findLikelyInstructions, findTalkOfLabelling } from './instructions.ts'
import { findKeywordStuffing } from './keyword-stuffing.ts'
import { type Names, namedIn, namesOf } from './names.ts'
import { findSelfLabels } from './self-labelling.ts'
import { merge, type Span, wholeParagraphs, wholeSentences, without } from './span.ts'

/** What in a ticket tries to influence the classifier, and the ticket without it. */
export type Injection = {
  /** The ticket clearly instructs the classifier; such text has no other purpose. */
  instructs: boolean
  /** What was found, with its number of characters, as the trace stores it. */
  signs: { what: (typeof STORED_AS)[Kind]; characters: number }[]
  /** The ticket without what was found: without exactly these parts, and without their sentences or paragraphs. */
  cleaned: Prepared[]
  /** `field/value` of every value that these parts name: only these values can depend on them. */
  namedValues: Set<string>
  /** Honest tickets hardly ever contain this: every value that depends on these parts is in doubt. */
  strong: boolean
}

type Kind = 'instructions' | 'addressed' | 'selfLabels' | 'denseKeywords' | 'looseKeywords' | 'disguised'

type Findings = Record<Kind, Span[]>

/** The names under which stored traces have the kinds. */
const STORED_AS = {
  instructions: 'order',
  addressed: 'address',
  selfLabels: 'claim',
  denseKeywords: 'heap',
  looseKeywords: 'bait',
  disguised: 'disguise',
} as const satisfies Record<Kind, string>
const KINDS = Object.keys(STORED_AS) as Kind[]

/** Kinds that are rare in honest tickets. A finding of another kind counts only against the values that it names. */
const STRONG: Kind[] = ['addressed', 'denseKeywords', 'disguised']

/** A text with fewer letters cannot be classified. */
const ENOUGH_LETTERS = 12

/** One text of the ticket with what was found in it. */
type Part = { text: string; findings: Findings }

/** Finds the parts of a ticket that try to influence the classifier. */
export function findInjection(prepared: Prepared, taxonomy: Pick<Taxonomy, 'fields'>): Injection {
  const names = namesOf(taxonomy)
  const parts = [prepared.subject, prepared.text].map((text) => ({ text, findings: findIn(text, names) }))
  const entries = Object.entries(prepared.metadata)
  const trusted = entries.filter(([, value]) => findIn(value, names).instructions.length === 0)
  const metadata = Object.fromEntries(trusted)
  const instructs = trusted.length < entries.length || parts.some(({ findings }) => findings.instructions.length > 0)
  const found = KINDS.map((kind) => ({ kind, spans: parts.flatMap(({ findings }) => findings[kind]) })).filter(
    ({ spans }) => spans.length > 0,
  )
  if (found.length === 0) {
    const cleaned = instructs ? [{ ...prepared, metadata }] : []
    return { instructs, signs: [], cleaned, namedValues: new Set(), strong: false }
  }
  const strong = found.some(({ kind }) => STRONG.includes(kind))
  return {
    instructs,
    signs: found.map(({ kind, spans }) => ({ what: STORED_AS[kind], characters: lengthOf(spans) })),
    cleaned: clean({ ...prepared, metadata }, parts, strong || instructs),
    namedValues: new Set(parts.flatMap((part) => namedByFindings(part, names))),
    strong,
  }
}

const lengthOf = (spans: Span[]) => spans.reduce((sum, { at, end }) => sum + end - at, 0)

/** The ticket without its findings, in one or two versions; `isCertain`: the first is kept even if hardly any text is left. */
function clean(prepared: Prepared, parts: Part[], isCertain: boolean): Prepared[] {
  const cut = (spansOf: (part: Part) => Span[]): Prepared => {
    const [subject = '', text = ''] = parts.map((part) => without(part.text, spansOf(part)))
    return { ...prepared, subject, text }
  }
  const exact = cut(({ text, findings }) => [
    ...findings.selfLabels,
    ...findings.denseKeywords,
    ...findings.looseKeywords,
    ...wholeSentences(text, [...findings.instructions, ...findings.addressed, ...findings.disguised]),
  ])
  // Injected text is rarely alone in its paragraph. A ticket of one paragraph loses the sentences only.
  const withoutParagraphs = cut(({ text, findings }) => wholeParagraphs(text, allSpans(findings)))
  const withoutSentences = cut(({ text, findings }) => wholeSentences(text, allSpans(findings)))
  const wide = hasEnoughText(withoutParagraphs) ? withoutParagraphs : withoutSentences
  const versions = [exact, wide].filter((version, i) => hasEnoughText(version) || (isCertain && i === 0))
  return distinct(versions)
}

const allSpans = (findings: Findings) => Object.values(findings).flat()

const hasEnoughText = ({ subject, text }: Prepared) =>
  (`${subject}${text}`.match(/\p{L}/gu) ?? []).length >= ENOUGH_LETTERS

const distinct = (versions: Prepared[]) =>
  versions.filter(
    ({ subject, text }, i) => !versions.slice(0, i).some((other) => other.subject === subject && other.text === text),
  )

function namedByFindings({ text, findings }: Part, names: Names): string[] {
  const unmasked = withoutPlaceholders(text)
  return allSpans(findings).flatMap(({ at, end }) => [...namedIn(names, toPlainText(unmasked.slice(at, end)).text)])
}

/** Placeholders of masked data name no value: "write to <EMAIL_1>" does not name the service "email". */
const withoutPlaceholders = (text: string) => text.replace(PLACEHOLDER, (placeholder) => ' '.repeat(placeholder.length))

function findIn(masked: string, names: Names): Findings {
  const text = withoutPlaceholders(masked)
  const plain = toPlainText(text)
  const inOriginal = (spans: Span[]) => merge(spans.map((span) => toOriginal(plain, span)))
  const talkOfLabels = wholeSentences(plain.text, findTalkOfLabelling(plain.text)).filter(
    ({ at, end }) => namedIn(names, plain.text.slice(at, end)).size > 0,
  )
  const addressed = [...wholeSentences(plain.text, findLikelyInstructions(plain.text)), ...talkOfLabels]
  const keywords = findKeywordStuffing(plain.text, names)
  const encoded = findEncoded(text).map(({ decoded, ...span }) => ({ span, inside: findIn(decoded, names) }))
  const encodedWith = (isSuspicious: (inside: Findings) => boolean) =>
    encoded.filter(({ inside }) => isSuspicious(inside)).map(({ span }) => span)
  return {
    instructions: [
      ...inOriginal(findClearInstructions(plain.text)),
      ...encodedWith((inside) => inside.instructions.length > 0),
    ],
    addressed: inOriginal(addressed),
    selfLabels: inOriginal(findSelfLabels(plain.text, names)),
    denseKeywords: inOriginal(keywords.dense),
    looseKeywords: inOriginal(keywords.loose),
    disguised: [
      ...(plain.disguised.length >= LEAST_DISGUISED ? plain.disguised : []),
      ...encodedWith((inside) => allSpans(inside).length > 0),
    ],
  }
}

/** One or two words with a letter of another alphabet are typing errors. */
const LEAST_DISGUISED = 3

const toOriginal = (plain: PlainText, { at, end }: Span): Span => ({
  at: originalOffset(plain, at),
  end: originalOffset(plain, end),
})
