import type { Change, Labels } from '../contract/index.ts'
import { isOurs, type OurWrites } from '../writeback/index.ts'

export type Context = {
  /** What we wrote, suggested or found there already, by field. */
  decided: Labels
  ours: OurWrites
  /** When we wrote; changes before it answered to nothing. ISO 8601. */
  since: string
}

export type Judgement =
  | { kind: 'override'; before: string; after: string | null }
  /** A person set the very value that we had decided: a suggestion taken up, or a correction taken back. */
  | { kind: 'agreed'; because: string }
  | { kind: 'none'; because: string }

/**
 * What a change means: a person's correction of ours, or something else. Pure. An agent who takes a ticket works on it:
 * a route is corrected by its group, and the assignee who changes with the group is part of that one correction.
 */
export function judge(change: Change, { decided, ours, since }: Context): Judgement {
  const none = (because: string): Judgement => ({ kind: 'none', because })
  const before = decided[change.field]
  if (before === undefined) return none('we did not decide this field')
  if (isOurs(change, ours)) return none('our own write')
  if (change.by.kind === 'robot') return none('a robot did it')
  if (change.by.kind === 'customer') return none('the customer did it')
  if (change.by.kind === 'unknown') return none('nobody says who did it')
  // Helpdesks that tell whole seconds cut them off.
  if (Date.parse(change.at) <= Date.parse(since) - 1000) return none('it was changed before we wrote')
  if (change.field === 'assignee') return none('who in the group works on it is no matter of the route')
  if (change.to === before) return { kind: 'agreed', because: 'it is our value again' }
  return { kind: 'override', before, after: change.to ?? change.toRaw }
}
