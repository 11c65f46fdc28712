/** Who gets a ticket of a row: by its strategy, the hours of its group, absence and limits. Pure: the clock is passed in. */
import { dayIn, isOpen, nextOpening } from './hours.ts'
import { type Goal, goalsOf, type MapDocument, type Person, peopleOf, type Row, type Strategy } from './map.ts'

/** The state of people and groups at a moment. */
export type Presence = {
  now: Date
  /** Groups and people who can never take a ticket: the reason by name. */
  dead: { group: Record<string, string>; assignee: Record<string, string> }
  /** How many tickets that we assigned count against a person's limit. */
  assigned: Record<string, number>
}

/** Where a ticket goes now: the people of the goal who can take it, and what stood in the way of others. */
export type Planned = { goal: Goal; there: string[]; because: string[] } | { dead: string }

type Presences = Pick<MapDocument, 'hours' | 'people'>

/** The goal of a row at a moment: its own, or what the row says for when nobody is there. */
export function planGoal(map: Presences, row: Row, presence: Presence): Planned {
  const [own, fallback] = goalsOf(row)
  const closed = whyClosed(map, row.group, presence.now)
  const first = closed === null ? present(map, own!, presence) : null
  if (first && !('absent' in first)) return first
  const why = closed ?? (first as { absent: string }).absent
  if (!fallback) return waiting(row.group, [why])
  const second = present(map, fallback, presence)
  if ('dead' in second) return second
  if ('absent' in second) return waiting(fallback.group, [`${why}, it falls back`, second.absent])
  return { ...second, because: [`${why}, it falls back`, ...second.because] }
}

/** The group gets the ticket, and nobody is assigned. Without a group a person has to see it. */
function waiting(group: string | null, because: string[]): Planned {
  if (group === null) return { dead: because.join('; ') }
  return { goal: { group, strategy: { kind: 'group' } }, there: [], because: [...because, 'it waits in the group'] }
}

/** The goal with the people who can take a ticket now. */
function present(map: Presences, goal: Goal, presence: Presence): Planned | { absent: string } {
  const { group, strategy } = goal
  const dead = presence.dead
  if (group !== null && own(dead.group, group)) return { dead: `group ${group} ${own(dead.group, group)}` }
  const people = peopleOf(strategy)
  if (people.length === 0) return { goal, there: [], because: [] }
  const alive = people.filter((name) => !own(dead.assignee, name))
  if (alive.length === 0)
    return {
      dead:
        strategy.kind === 'fixed'
          ? `${strategy.assignee} ${own(dead.assignee, strategy.assignee)}`
          : `none of ${people.join(', ')} can take a ticket`,
    }
  const reasons = alive.map((name) => whyAbsent(map, name, group, presence))
  const there = alive.filter((_, i) => reasons[i] === null)
  const because = reasons.filter((reason) => reason !== null)
  if (there.length === 0) return { absent: because.join('; ') }
  return { goal, there, because }
}

function whyClosed({ hours }: Presences, group: string | null, now: Date): string | null {
  const calendar = group === null ? undefined : own(hours, group)
  if (!calendar || isOpen(calendar, now)) return null
  const next = nextOpening(calendar, now)
  return `${group} is closed${next ? ` until ${next} (${calendar.timeZone})` : ''}`
}

/** Why a person cannot take a ticket now; null: they can. */
function whyAbsent(map: Presences, name: string, group: string | null, { now, assigned }: Presence): string | null {
  const { away = [], limit }: Partial<Person> = own(map.people, name) ?? {}
  const today = dayIn((group === null ? undefined : own(map.hours, group))?.timeZone ?? 'UTC', now)
  const absence = away.find(({ from, until }) => from <= today && today <= until)
  if (absence) return `${name} is away until ${absence.until}`
  const n = own(assigned, name) ?? 0
  return limit && n >= limit.tickets ? `${name} has ${n} of ${limit.tickets} tickets` : null
}

/** What a strategy needs to choose between people. */
export type Candidates = {
  /** How many turns this list of people has taken before. */
  turn: number
  /** Number of open tickets by person's name, for `least_loaded`. */
  open: Record<string, number>
  /** The people of the strategy who can take the ticket; one at least, unless the group takes it. */
  there: string[]
}

/** Chooses the person by the strategy. Between equals, the first in the list wins. */
export function pick(
  strategy: Strategy,
  { turn, open, there }: Candidates,
): { assignee: string | null; because: string } {
  switch (strategy.kind) {
    case 'group':
      return { assignee: null, because: 'assigned to the group only' }
    case 'fixed':
      return { assignee: strategy.assignee, because: `always assigned to ${strategy.assignee}` }
    case 'round_robin': {
      const next = there[turn % there.length]!
      return { assignee: next, because: `${next} is next of ${there.length} in turn` }
    }
    case 'least_loaded': {
      const least = there.reduce((best, name) => ((open[name] ?? 0) < (open[best] ?? 0) ? name : best))
      return { assignee: least, because: `${least} has the fewest open tickets (${open[least] ?? 0})` }
    }
    default:
      return strategy satisfies never
  }
}

const own = <T>(record: Record<string, T> | undefined, name: string): T | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined
