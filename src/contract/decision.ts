/** What was decided for a ticket: its values, and the state of their write-back. */

/** Decided or final values by taxonomy field id: `{ service: 'internet', priority: 'high' }`. */
export type Labels = Record<string, string>

/** All that was decided: the values, and the group and assignee of the route as fields where they were chosen. */
export function withRoute(values: Labels, route: { group: string | null; assignee: string | null } | null): Labels {
  const { group, assignee } = route ?? {}
  return { ...values, ...(group ? { group } : {}), ...(assignee ? { assignee } : {}) }
}

/** apply: write the fields; suggest: internal note only; hold: a person decides; skip: write nothing. */
export const PLANS = ['apply', 'suggest', 'hold', 'skip'] as const
export type Plan = (typeof PLANS)[number]

/** Whether a decision with this plan is carried into the helpdesk. */
export const isCarried = (plan: Plan): boolean => plan === 'apply' || plan === 'suggest'

/** The state of a decision's write-back. `sending` is stored before the call, so that a crash during it is recognised. */
export const WRITEBACK_STATES = ['waiting', 'sending', 'applied', 'suggested', 'skipped', 'failed'] as const
export type WritebackState = (typeof WRITEBACK_STATES)[number]

/** States in which a write-back has not ended yet. */
export const OPEN_WRITEBACK_STATES = ['waiting', 'sending'] as const satisfies WritebackState[]

/** States in which a write-back has ended. A failed one runs again when its dead letter is requeued. */
export type SettledState = Exclude<WritebackState, (typeof OPEN_WRITEBACK_STATES)[number]>

/** Whether the decision has reached the helpdesk: as field values, or as a note that suggests them. */
export const isWritten = (state: WritebackState): boolean => state === 'applied' || state === 'suggested'

/** Priorities, of the taxonomy or of a helpdesk, whose tickets come first in every queue. */
const URGENT = /^(urgent|critical|blocker|highest|p1)$/i

/** The queue priority of a ticket with this priority; higher comes first. */
export const queuePriority = (priority: string | null | undefined): number => (URGENT.test(priority ?? '') ? 10 : 0)
