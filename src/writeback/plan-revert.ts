/** Plans to put back what the ticket had before we wrote. Pure. */
import type { FreshTicket } from '../contract/index.ts'
import { holdsPlaceholder } from '../text/index.ts'
import { isOwnWrite, keepRouteWhole, type OwnWrites, setBy, type WritePlan } from './plan.ts'

/** What a decision wrote, oldest first. `takesBack`: it put back earlier values itself. */
export type Wrote = {
  id: string
  written: Record<string, string> | null
  before: Record<string, string | null> | null
  takesBack: string | null
}

/** By field, the vendor's value from before we wrote; undefined: it was known once, and is no longer kept. */
export type Originals = Record<string, string | null | undefined>

/** The values that the fields had before the decisions from this one on wrote them. */
export function originalsOf(wrote: Wrote[], from: string): Originals {
  const originals: Originals = {}
  for (const { id, written, before, takesBack } of wrote)
    for (const field of Object.keys(written ?? {})) {
      if (takesBack !== null) delete originals[field]
      else if (id >= from && !(field in originals)) originals[field] = before?.[field]
    }
  return originals
}

/** Only a value that is still ours is replaced: what a person or another robot set since then stays. */
export function planRevert(originals: Originals, ticket: FreshTicket, own: OwnWrites, now: Date): WritePlan {
  const restore: Record<string, string | null> = {}
  const plan: WritePlan = { set: {}, heldBack: {}, equal: [], before: {}, restore }
  for (const [field, original] of Object.entries(originals)) {
    const state = ticket.fields[field]
    if (!state) plan.heldBack[field] = 'the helpdesk does not show this field'
    else if (original === undefined || isMasked(original)) plan.heldBack[field] = 'its earlier value is not kept'
    else if (state.raw === original) plan.equal.push(field)
    else {
      const reason = whyNotOurs(field, ticket, own, now)
      if (reason) plan.heldBack[field] = reason
      else {
        plan.set[field] = wordFor(field, original, ticket)
        plan.before[field] = state.raw
        restore[field] = original
      }
    }
  }
  return keepRouteWhole(plan, ticket, own, now)
}

function whyNotOurs(field: string, { fields, history }: FreshTicket, own: OwnWrites, now: Date): string | null {
  const last = history.findLast((change) => change.field === field)
  if (last) return isOwnWrite(last, own) ? null : setBy(last, now)
  const value = fields[field]?.value
  return value && own.values[field]?.includes(value) ? null : 'it has another value now'
}

/** Personal data is never stored. */
const isMasked = (original: string | null) => original !== null && holdsPlaceholder(original)

/** The vendor's value in our words, as far as the history tells; empty for an empty field. */
function wordFor(field: string, original: string | null, { history }: FreshTicket): string {
  if (original === null) return ''
  const change = history.findLast((one) => one.field === field && one.fromRaw === original)
  return change?.from ?? original
}
