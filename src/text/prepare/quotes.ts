import { PLACEHOLDER } from '../mask/index.ts'
import type { Dropped } from './dropped.ts'
import { isFiller, isLetterWord } from './filler.ts'
import { firstMark, isForwardTitle } from './mail-marks.ts'

/** A part of a ticket. `quoted`: it may be by somebody else, so it says less about the ticket. */
export type Part = { text: string; quoted: boolean }

const FORWARD_SUBJECT = /^(?:\[[^\]\n]{1,40}\] ?)?(?:fwd?|wg|tr|пересл|пер|转发|轉寄|i) ?[:：]/iu
/** Layers of a forward of a forward. */
const MAX_ROUNDS = 5

/**
 * Removes the earlier mails of a thread. What may be the customer's own stays, marked as quoted. A ticket that says nothing but
 * "see below" keeps the mail below, without its headers and the quotes in it. Answers written between quoted lines stay.
 */
export function partsOf(text: string, subject: string, dropped: Dropped): Part[] {
  const parts: Part[] = []
  let rest = text.split('\n')
  let mailed = false
  let quoted = false
  for (let round = 0; round < MAX_ROUNDS && rest.length > 0; round++) {
    const mark = firstMark(rest, subject)
    if (!mark) break
    const above = [...rest.slice(0, mark.line), rest[mark.line]!.slice(0, mark.column)]
    const forward = mark.forward ?? FORWARD_SUBJECT.test(subject)
    parts.push(...ownParts(above, { mailed, quoted, alone: false }, dropped))
    if (mark.doubtful && !forward) {
      const below = [rest[mark.line]!.slice(mark.column), ...rest.slice(mark.line + 1)]
      return [...parts, { text: below.join('\n').trim(), quoted: true }]
    }
    const after = rest.slice(mark.end)
    // Gmail and Apple Mail quote with >, so lines without it are the customer's. Outlook does not quote so.
    const isMarked = after.find((line) => line.trim() !== '')?.startsWith('>') ?? false
    const between = isMarked && !forward ? after.filter((line) => !line.startsWith('>')) : []
    const said = [...parts.map((part) => part.text), ...between].join('\n')
    dropped.add(forward ? 'forward header' : 'quote', length(rest.slice(mark.line, mark.end)) - mark.column)
    const saysEnough = isEnough(said)
    if (saysEnough && !forward) {
      const end = isMarked ? quoteEnd(after) : after.length
      dropped.add('quote', length(after.slice(0, end)))
      rest = after.slice(end)
    } else {
      quoted ||= forward ? letters(said) >= LONG : letters(said) >= SHORT
      if (mark.title && !isKnown(mark.title, subject)) parts.push({ text: mark.title, quoted })
      rest = after.map(unquoted)
    }
    mailed = true
  }
  parts.push(...ownParts(rest, { mailed, quoted, alone: parts.length === 0 }, dropped))
  const kept = parts.filter((part) => part.text !== '')
  return kept.length > 0 ? kept : [{ text: text.replace(/^(?:> ?)+/gm, '').trim(), quoted: false }]
}

/** The parts as one text, in which the quoted ones are marked as mail programs do. */
export function joinParts(parts: Part[]): string {
  return parts.map(({ text, quoted }) => (quoted ? text.replace(/^(?!$)/gm, '> ') : text)).join('\n\n')
}

/** `mailed`: a mail program has marked a quote. `alone`: there is no other text. */
type Around = { mailed: boolean; quoted: boolean; alone: boolean }

/**
 * Lines that begin with > are a quote where a mail program has said so. Without that, they stay: as the customer's, such as an
 * error or a form, if they go on from the line above; else marked as quoted.
 */
function ownParts(lines: string[], { mailed, quoted, alone }: Around, dropped: Dropped): Part[] {
  // A mail program also marks the end of a forwarded mail.
  const own = lines.filter((line) => !isQuoted(line) && !(mailed && isForwardTitle(line)))
  if (mailed) dropped.add('quote', length(lines) - length(own))
  if (mailed || own.length === lines.length) return [{ text: tidy(own), quoted }]
  if (alone && letters(own.join('\n')) < SHORT) return [{ text: tidy(lines.map(unquoted)), quoted }]
  let last = { lines: [] as string[], quoted }
  const parts = [last]
  const add = (isQuote: boolean) => {
    if (last.quoted === isQuote) return
    last = { lines: [], quoted: isQuote }
    parts.push(last)
  }
  // The last line above that is not blank.
  let above = ''
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1] ?? ''
    const goesOn = isQuoted(before) || before !== '' || /[:：]$/.test(above)
    if (isQuoted(line) && !goesOn) add(true)
    if (!isQuoted(line) && line !== '') add(quoted)
    last.lines.push(unquoted(line))
    above = line.trim() || above
  }
  if (parts.length > MAX_PARTS) return [{ text: tidy(lines.map(unquoted)), quoted }]
  return parts.map((part) => ({ text: tidy(part.lines), quoted: part.quoted }))
}

const MAX_PARTS = 60

const isQuoted = (line: string) => line.startsWith('>')

function quoteEnd(lines: string[]): number {
  let end = 0
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('>')) end = i + 1
    else if (line.trim() !== '') break
  }
  return end
}

const unquoted = (line: string) => line.replace(/^(?:> ?){1,8}/, '')

const SHORT = 12
const ENOUGH = 20
/** A text above a forwarded mail that says more about the ticket than that mail. */
const LONG = 160

/** Does the customer say enough that an earlier mail is not the matter? */
function isEnough(said: string): boolean {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const given = lines.length
  const isBrief = (line: string | undefined) => line !== undefined && line.length <= 40 && line.split(' ').length <= 5
  if (isBrief(lines[0]) && /[,!:，！：]$/.test(lines[0]!.trim())) lines.shift()
  // The closing formula and the name.
  for (let i = 0; i < 2 && given > 1 && isBrief(lines.at(-1)) && !/[.?!。？！]$/.test(lines.at(-1)!); i++) lines.pop()
  const count = letters(lines.join('\n'))
  return count >= (POINTER.test(said) ? LONG : ENOUGH)
}

/** Words that point to the mail below. */
const POINTER =
  /(?<!\p{L})(?:below|fyi|forwarding|forwarded|unten|untenstehend\p{L}*|weitergeleitet\p{L}*|zur info|ci-dessous|abajo|más abajo|abaixo|di seguito|qui sotto|hieronder|onderstaand\p{L}*|nedenfor|nedan|alla|poniżej|níže|alább|mai jos|по-долу|παρακάτω|ниже|пересылаю|нижче|төменде|quyida|aşağıda|dưới đây|di bawah)(?!\p{L})|أدناه|להלן|זیر|नीचे|ด้านล่าง|下記|以下のメール|见下|請見下|请看下面|转发|아래/iu

/** The letters of a text without politeness and placeholders. A Chinese or Japanese character is about a word. */
function letters(text: string): number {
  const words = text
    .slice(0, 4 * LONG)
    .split('\n')
    .filter((line) => !isFiller(line) && !isLetterWord(line))
    .join(' ')
    .replace(PLACEHOLDER, ' ')
  const all = words.match(/\p{L}/gu)?.length ?? 0
  const han = words.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0
  return all + 2 * han
}

const isKnown = (title: string, subject: string) =>
  subject.toLowerCase().includes(title.toLowerCase().replace(/^(?:re|fwd?): ?/i, ''))

function length(lines: string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0)
}

function tidy(lines: string[]): string {
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
