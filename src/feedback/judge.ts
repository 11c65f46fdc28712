import type { Change, Labels } from '../ticket.ts'
import { isOurs, type OurWrites } from '../writeback/index.ts'

export type Context = {
  /** What we wrote or suggested, by field. */
  decided: Labels
  ours: OurWrites
  /** When we wrote; changes before it answered to nothing. ISO 8601. */
  since: string
  /** The ticket was moved to another project or form in the same action: fields may have been cleared by that. */
  moved: boolean
}

export type Judgement =
  | { kind: 'override'; before: string | null; after: string | null }
  | { kind: 'none'; because: string }

/**
 * What a change means: a person's correction of ours, or something else. Pure. `together` are the changes of the same
 * action, because an agent who takes a ticket works on it, and corrects the route only if the group changed too.
 */
export function judge(change: Change, together: Change[], { decided, ours, since, moved }: Context): Judgement {
  const none = (because: string): Judgement => ({ kind: 'none', because })
  const before = decided[change.field]
  if (before === undefined) return none('we did not decide this field')
  if (isOurs(change, ours)) return none('our own write')
  if (change.by.kind === 'robot') return none('a robot did it')
  if (change.by.kind === 'customer') return none('the customer did it')
  if (Date.parse(change.at) < Date.parse(since) - 1000) return none('it was changed before we wrote')
  if (change.to === before) return none('it is our value again')
  if (change.to === null && change.toRaw === null && moved) return none('moving the ticket cleared it')
  if (change.field === 'assignee') {
    const rerouted = together.some((other) => other.field === 'group' && other.to !== decided.group)
    if (!rerouted) return none('a change of the person within the group is work, not a correction')
  }
  return { kind: 'override', before, after: change.to ?? change.toRaw }
}
