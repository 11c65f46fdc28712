/**
 * Turns a ticket into what a classifier reads: plain text without markup, quotes, signatures and boilerplate, within a budget of
 * tokens, with personal data masked. Pure, and it never throws, whatever a customer sends.
 */
import type { Prepared, Ticket } from '../../contract/index.ts'
import { type MaskOptions, maskAll } from '../mask/index.ts'
import { withoutBoilerplate } from './boilerplate.ts'
import { withinBudget } from './budget.ts'
import { clean } from './clean.ts'
import { Dropped } from './dropped.ts'
import { unfolded } from './invitation.ts'
import { languageOf } from './language.ts'
import { shortenLogs } from './logs.ts'
import { toText } from './markup.ts'
import { joinParts, partsOf } from './quotes.ts'
import { renumbered } from './renumber.ts'
import { withoutRepeats } from './repeats.ts'
import { withoutSignature } from './signature.ts'
import { cleanSubject } from './subject.ts'
import { estimateTokens } from './tokens.ts'
import { tidyTranscript } from './transcript.ts'

export { clean } from './clean.ts'
export { deskWords } from './desk-words.ts'
export { isLetterWord } from './filler.ts'
export { languageOf, loadLanguages } from './language.ts'
export { estimateTokens, scriptsOf } from './tokens.ts'

/** What to mask in addition, and how long the text may be. */
export type PrepareOptions = MaskOptions & {
  /** Longer texts are shortened. */
  budgetTokens?: number
  /** The model server's count of tokens divided by our estimate, for text like this. */
  tokenScale?: number
}

/** The budget of a text, in tokens. */
export const DEFAULT_BUDGET = 280
const MAX_METADATA = 100
const MAX_METADATA_VALUE = 1000

/** The text of a body without its markup; nothing is masked or cut. */
export const plainText = (body: unknown, format: Ticket['format']): string => clean(toText(body, format, new Dropped()))

/** Prepares one ticket. */
export function prepare(
  ticket: Pick<Ticket, 'subject' | 'body' | 'format' | 'metadata'>,
  options: PrepareOptions = {},
): Prepared {
  const dropped = new Dropped()
  const raw = clean(unfolded(toText(ticket.body, ticket.format, dropped)))
  const subjectLine = clean(typeof ticket.subject === 'string' ? ticket.subject.slice(0, 2000) : '')
  const metadata = Object.entries(ticket.metadata ?? {}).slice(0, MAX_METADATA)
  // Masking comes before cutting: half a secret would not be recognised.
  const { texts, masked } = maskAll(
    [subjectLine, raw, ...metadata.map(([, value]) => clean(String(value).slice(0, MAX_METADATA_VALUE)))],
    {},
    options,
  )
  const [maskedSubject = '', maskedBody = '', ...values] = texts
  const text = shortened(maskedBody, maskedSubject, options, dropped)
  const final = renumbered([cleanSubject(maskedSubject), text, ...values], masked)
  const [subject = '', body = '', ...finalValues] = final.texts
  return {
    subject,
    text: body,
    language: languageOf(body.length < 400 ? `${subject}\n${body}` : body),
    dropped: dropped.list(),
    masked: final.masked,
    metadata: Object.fromEntries(metadata.map(([name], i) => [name, finalValues[i] ?? ''])),
  }
}

function shortened(body: string, subject: string, options: PrepareOptions, dropped: Dropped): string {
  const parts = partsOf(body, subject, dropped).map((part) => ({ ...part, text: tidied(part.text, dropped) }))
  const tokens = Math.max(16, options.budgetTokens ?? DEFAULT_BUDGET)
  const { tokenScale } = options
  const countTokens = tokenScale === undefined ? undefined : (part: string) => tokenScale * estimateTokens(part)
  return withinBudget(withoutRepeats(joinParts(parts), dropped), { tokens, countTokens }, dropped)
}

function tidied(part: string, dropped: Dropped): string {
  const text = withoutSignature(withoutBoilerplate(part, dropped), dropped)
  // Before logs: a chat has the time at the start of every line too.
  return shortenLogs(tidyTranscript(text, dropped), dropped)
}
