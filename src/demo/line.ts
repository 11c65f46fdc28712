/** One ticket of the demo as one line of the terminal. Pure. */
import cliTruncate from 'cli-truncate'
import stringWidth from 'string-width'
import type { FieldAnswer, Labels, Source } from '../contract/index.ts'

/** What the line shows of a decision. */
export type Shown = {
  outcome: string
  key: string
  subject: string
  decision: {
    values: Labels
    sources: Record<string, Source>
    answers: Record<string, FieldAnswer>
    route: { group: string | null; assignee: string | null } | null
    reason: string
  }
  ms: number
}

/** The parts of a line, padded and cut to the width: the caller colours them. */
export type Line = { outcome: string; key: string; subject: string; decided: string }

const OUTCOME = 9
const KEY = 8
/** A subject keeps at least this many columns; what was decided is shortened first. */
const LEAST_SUBJECT = 20

/** The heading of the columns, for the same width. */
export function headingLine(width: number): string {
  const text = `${pad('outcome', OUTCOME)}${pad('key', KEY)}${pad('ticket', LEAST_SUBJECT + 2)}decided, lowest confidence → route`
  return cliTruncate(text, width)
}

/** Cuts and pads by the columns a terminal shows, so that Chinese text and colours keep their place. */
export function ticketLine({ outcome, key, subject, decision, ms }: Shown, width: number): Line {
  const room = width - OUTCOME - KEY
  const variants = isDecided(outcome) ? decidedVariants(decision, ms) : [decision.reason]
  const fitting = variants.find((text) => stringWidth(text) + LEAST_SUBJECT + 2 <= room) ?? variants.at(-1)!
  const subjectColumns = Math.max(LEAST_SUBJECT, Math.min(40, room - stringWidth(fitting) - 2))
  const flat = subject.replace(/\s+/g, ' ').trim()
  return {
    outcome: pad(outcome, OUTCOME),
    key: pad(key, KEY),
    subject: pad(cliTruncate(flat, subjectColumns), subjectColumns + 2),
    decided: cliTruncate(fitting, Math.max(10, room - subjectColumns - 2)),
  }
}

const isDecided = (outcome: string) => outcome === 'applied' || outcome === 'suggested'

/** The same decision, from the fullest text to the shortest. */
function decidedVariants(decision: Shown['decision'], ms: number): string[] {
  const fields = Object.keys(decision.values).filter((field) => field !== 'sentiment')
  const values = fields.map((field) => decision.values[field]!)
  const each = fields.map((field) => `${decision.values[field]}${show(confidenceOf(decision, field))}`).join(' · ')
  const known = fields.map((field) => confidenceOf(decision, field)).filter((p): p is number => p !== null)
  const lowest = known.length > 0 ? show(Math.min(...known)) : ''
  const { group, assignee } = decision.route ?? {}
  const group_ = group ? ` → ${group}` : ''
  const route = [group, assignee].some(Boolean) ? ` → ${[group, assignee].filter(Boolean).join(' / ')}` : ''
  return [
    `${each}${route}  ${Math.round(ms)} ms`,
    `${values.join(' · ')}${lowest}${route}`,
    `${values.join('/')}${lowest}${route}`,
    `${values.join('/')}${lowest}${group_}`,
  ]
}

/** Null for a value of a rule, and where the server gives none. */
function confidenceOf({ answers, sources }: Shown['decision'], field: string): number | null {
  if (sources[field] === 'rule') return null
  const answer = answers[field]
  return answer?.calibrated ?? answer?.raw ?? null
}

const show = (confidence: number | null) => (confidence === null ? '' : ` ${shownConfidence(confidence)}`)

const pad = (text: string, columns: number) => text + ' '.repeat(Math.max(0, columns - stringWidth(text)))

// Only certainty is shown as 1.00.
const shownConfidence = (confidence: number) => (confidence < 1 ? Math.min(confidence, 0.99) : 1).toFixed(2)
