/** Real tickets beside a proposal: what they have, and what would have been written when they were new. Pure. */
import { readValues, type SolvedTicket, type Target, writtenValue } from '../../contract/index.ts'
import type { Candidate, Shown } from './types.ts'

const SHOWN = 3

/** Tickets with a value first, each with another one. */
export function shownTickets(
  samples: SolvedTicket[],
  { target, key, labels }: Pick<Candidate, 'target' | 'key' | 'labels'>,
): Shown[] {
  const known = samples.filter(({ fields }) => Object.hasOwn(fields, key))
  const byValue = Map.groupBy(known, ({ fields }) => fields[key]!.now.join(','))
  const filled = [...byValue].filter(([value]) => value !== '').map(([, tickets]) => tickets)
  const different = [
    ...filled.map(([first]) => first!),
    ...filled.flatMap(([, ...rest]) => rest),
    ...(byValue.get('') ?? []),
  ]
  return different.slice(0, SHOWN).map((ticket) => show(ticket, key, target, labels))
}

function show(ticket: SolvedTicket, key: string, target: Target, labels: Record<string, string>): Shown {
  const { birth, now } = ticket.fields[key]!
  const named = (ids: string[]) => (ids.length === 0 ? null : ids.map((id) => labels[id] ?? id).join(', '))
  const { key: name, url, subject } = ticket
  const write = wouldWrite(target, birth, now)
  return {
    key: name,
    url,
    subject,
    has: named(now),
    wouldWrite: write.raw === null ? null : named([write.raw]),
    because: write.because,
  }
}

function wouldWrite(target: Target, birth: string[], now: string[]): { raw: string | null; because: string } {
  if (target.to === 'all') return { raw: null, because: 'several fields are written' }
  const chosen = birth.filter((raw) => !target.blank.includes(raw))
  if (chosen.length > 0) return { raw: null, because: 'left alone: it had a value when it was new' }
  const values = now.flatMap((raw) => readValues(target).filter((one) => one.raw === raw))
  if (values.length === 0)
    return {
      raw: null,
      because: now.length === 0 ? 'it was solved without a value' : 'none of our values stands for what it has',
    }
  const { value } = values[0]!
  return { raw: writtenValue(target, value), because: `if we decide ${value}, as your agents did` }
}
