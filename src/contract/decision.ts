/** What becomes of a ticket: the values decided for it, and how far they were carried. */

/** Decided or final values by taxonomy field id: `{ service: 'internet', priority: 'high' }`. */
export type Labels = Record<string, string>

/** apply: write the fields; suggest: internal note only; hold: a person decides; skip: nothing to do here. */
export const PLANS = ['apply', 'suggest', 'hold', 'skip'] as const
export type Plan = (typeof PLANS)[number]

/** Does a decision with this plan go into the helpdesk? */
export const isCarried = (plan: Plan): boolean => plan === 'apply' || plan === 'suggest'

/** Where the write-back of a decision stands. `sending` is stored before the call, so that a crash is recognised. */
export const WRITEBACK_STATES = ['waiting', 'sending', 'applied', 'suggested', 'skipped', 'failed'] as const
export type WritebackState = (typeof WRITEBACK_STATES)[number]

/** States in which a write-back is over. A failed one runs again when its dead letter is requeued. */
export type SettledState = Exclude<WritebackState, 'waiting' | 'sending'>

/** Priorities, ours or a helpdesk's, whose tickets overtake the others in every queue. */
const URGENT = /^(urgent|critical|blocker|highest|p1)$/i

/** Place in a queue for a ticket of this priority; higher goes first. */
export const queuePriority = (priority: string | null | undefined): number => (URGENT.test(priority ?? '') ? 10 : 0)
