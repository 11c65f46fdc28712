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

/** Why the change is not a person's choice; null: it is one. The same for decided tickets and for past ones. */
export function notChosen(change: Change, own: OwnWrites): string | null {
  if (isOwnWrite(change, own)) return 'our own write'
  if (change.doubtful) return 'it may have been another field'
  switch (change.by.kind) {
    case 'person':
      return null
    case 'self':
      return 'our account changed it, without the mark of a decision'
    case 'robot':
      return 'a robot changed it'
    case 'customer':
      return 'the customer changed it'
    case 'unknown':
      return 'it is unknown who changed it'
    default:
      return change.by.kind satisfies never
  }
}

/**
 * Judges a change: a person's correction of a decision, or something else. Pure. Only another group corrects the route: an agent
 * who takes a ticket is working on it, and an assignee who changes with the group is part of the same correction.
 */
export function judge(change: Change, { decided, own, since }: Context): Judgement {
  const none = (because: string): Judgement => ({ kind: 'none', because })
  const before = decided[change.field]
  if (before === undefined) return none('we did not decide this field')
  const because = notChosen(change, own)
  if (because !== null) return none(because)
  // Some helpdesks round times down to whole seconds.
  if (Date.parse(change.at) <= Date.parse(since) - 1000) return none('it was changed before the write-back')
  if (change.field === 'assignee') return none('assignee changes do not affect routing')
  if (change.to === before) return { kind: 'agreed', because: 'a person set the decided value' }
  return { kind: 'override', before, after: change.to ?? change.toRaw }
}
