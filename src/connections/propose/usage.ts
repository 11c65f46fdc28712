/** How solved tickets use a field. Pure. */
import type { SolvedTicket } from '../../contract/index.ts'

export type Usage = {
  tickets: number
  /** The share with a value that somebody chose. */
  filled: number
  /** Shares of those that are filled. */
  byPeople: number
  byRobots: number
  byCustomers: number
  /** The number of different values. */
  distinct: number
  /** The values that new tickets have by themselves: most have the same one, and people change it often. */
  unchosen: string[]
}

/** Below this, a share of tickets says nothing. */
export const ENOUGH = 10
const MOST = 0.8
/** The share of tickets born with a value whose value is changed later, from which on it is not a choice. */
const OFTEN = 0.25

/** Null: too few tickets to say. `blank`: values that are known not to be a choice. */
export function usageOf(samples: SolvedTicket[], key: string, blank: string[] = []): Usage | null {
  const seen = samples.flatMap(({ fields }) => (Object.hasOwn(fields, key) ? [fields[key]!] : []))
  if (seen.length < ENOUGH) return null
  const unchosen = bornWith(samples, key)
  const none = new Set([...blank, ...unchosen])
  const filled = seen.filter(({ now }) => now.some((value) => !none.has(value)))
  const by = (who: string) =>
    filled.length === 0 ? 0 : filled.filter((field) => field.by === who).length / filled.length
  return {
    tickets: seen.length,
    filled: filled.length / seen.length,
    byPeople: by('person'),
    byRobots: by('robot'),
    byCustomers: by('customer'),
    distinct: new Set(filled.flatMap(({ now }) => now)).size,
    unchosen,
  }
}

function bornWith(samples: SolvedTicket[], key: string): string[] {
  const births = samples.flatMap(({ fields }) => (Object.hasOwn(fields, key) ? [fields[key]!] : []))
  const byValue = Map.groupBy(births, ({ birth }) => birth.join(','))
  return [...byValue].flatMap(([value, same]) => {
    const changed = same.filter(({ now, by }) => now.join(',') !== value && by === 'person')
    const isMost = value !== '' && same.length / births.length > MOST
    return isMost && changed.length / same.length >= OFTEN ? [value] : []
  })
}
