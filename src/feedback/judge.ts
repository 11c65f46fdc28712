import type { Change, Labels } from '../contract/index.ts'
import { isOwnWrite, type OwnWrites } from '../writeback/index.ts'

export type Context = {
  /** The decided values in the helpdesk, by field: written, suggested, or already there. */
  decided: Labels
  own: OwnWrites
  /** When we wrote, ISO 8601. An earlier change is no reaction to the decision. */
  since: string
}

export type Judgement =
  | { kind: 'override'; before: string; after: string | null }
  /** A person set the value that we had decided: they followed a suggestion, or undid a correction. */
  | { kind: 'agreed'; because: string }
  | { kind: 'none'; because: string }

/**
 * Judges a change: a person's correction of a decision, or something else. Pure. Only another group corrects the route: an agent
 * who takes a ticket is working on it, and an assignee who changes with the group is part of the same correction.
 */
export function judge(change: Change, { decided, own, since }: Context): Judgement {
  const none = (because: string): Judgement => ({ kind: 'none', because })
  const before = decided[change.field]
  if (before === undefined) return none('we did not decide this field')
  if (isOwnWrite(change, own)) return none('our own write')
  if (change.doubtful) return none('it may have been another field')
  if (change.by.kind === 'self') return none('our account changed it, without the mark of a decision')
  if (change.by.kind === 'robot') return none('a robot changed it')
  if (change.by.kind === 'customer') return none('the customer changed it')
  if (change.by.kind === 'unknown') return none('it is unknown who changed it')
  // Some helpdesks round times down to whole seconds.
  if (Date.parse(change.at) <= Date.parse(since) - 1000) return none('it was changed before the write-back')
  if (change.field === 'assignee') return none('assignee changes do not affect routing')
  if (change.to === before) return { kind: 'agreed', because: 'a person set the decided value' }
  return { kind: 'override', before, after: change.to ?? change.toRaw }
}
