/** Real tickets beside a proposal: what they have, and what would have been written when they were new. Pure. */
import {
  partsOf,
  readValues,
  type SingleTarget,
  type SolvedField,
  type SolvedTicket,
  type Target,
  writtenValue,
} from '../../contract/index.ts'
import type { Candidate, Shown } from './types.ts'

const SHOWN = 3

/** Tickets with a value first, each with another one. */
export function shownTickets(
  samples: SolvedTicket[],
  { target, keys, labels }: Pick<Candidate, 'target' | 'keys' | 'labels'>,
): Shown[] {
  const known = samples.filter(({ fields }) => keys.every((key) => Object.hasOwn(fields, key)))
  const now = ({ fields }: SolvedTicket) => keys.map((key) => fields[key]!.now)
  const byValue = Map.groupBy(known, (ticket) => now(ticket).join('+'))
  const isEmpty = (ticket: SolvedTicket) => now(ticket).every((values) => values.length === 0)
  const groups = [...byValue.values()]
  const filled = groups.filter(([first]) => !isEmpty(first!))
  const different = [
    ...filled.map(([first]) => first!),
    ...filled.flatMap(([, ...rest]) => rest),
    ...groups.filter(([first]) => isEmpty(first!)).flat(),
  ]
  return different.slice(0, SHOWN).map((ticket) => show(ticket, keys, target, labels))
}

function show(ticket: SolvedTicket, keys: string[], target: Target, labels: Record<string, string>): Shown {
  const fields = keys.map((key) => ticket.fields[key]!)
  const named = (lists: string[][]) =>
    lists.every((ids) => ids.length === 0)
      ? null
      : lists.map((ids) => ids.map((id) => labels[id] ?? id).join(', ') || 'nothing').join(' + ')
  const { key, url, subject } = ticket
  const { raws, because } = wouldWrite(partsOf(target), fields)
  return {
    key,
    url,
    subject,
    has: named(fields.map(({ now }) => now)),
    wouldWrite: raws === null ? null : named(raws.map((raw) => [raw])),
    because,
  }
}

/** `fields`: one for each part of the target. */
function wouldWrite(parts: SingleTarget[], fields: SolvedField[]): { raws: string[] | null; because: string } {
  const chosen = fields.flatMap(({ birth }, at) => birth.filter((raw) => !parts[at]!.blank.includes(raw)))
  if (chosen.length > 0) return { raws: null, because: 'left alone: it had a value when it was new' }
  const values = parts.map((part, at) =>
    readValues(part)
      .filter(({ raw }) => fields[at]!.now.includes(raw))
      .map(({ value }) => value),
  )
  const value = values[0]!.find((one) => values.every((others) => others.includes(one)))
  if (value !== undefined)
    return {
      raws: parts.map((part) => writtenValue(part, value)!),
      because: `if we decide ${value}, as your agents did`,
    }
  const isEmpty = fields.every(({ now }) => now.length === 0)
  return {
    raws: null,
    because: isEmpty ? 'it was solved without a value' : 'none of our values stands for what it has',
  }
}
