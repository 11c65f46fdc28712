/** The modes of single fields: what may be written, what only the note suggests, and what is not shown at all. Pure. */
import { type Connection, type Labels, type Mode, modeOf, ROUTE_FIELDS } from '../contract/index.ts'
import type { Explained } from './note.ts'
import type { WritePlan } from './plan.ts'

type Policy = Pick<Connection, 'mode' | 'settings'>

/** The plan without the fields that are not in automate mode, and whether the note must suggest one of them. */
export function withinModes(planned: WritePlan, policy: Policy): { plan: WritePlan; suggests: boolean } {
  const plan = { ...planned, set: { ...planned.set }, before: { ...planned.before }, heldBack: { ...planned.heldBack } }
  const modes = Object.keys(planned.set).map((field): [string, Mode] => [field, routeMode(policy, field, planned.set)])
  for (const [field, mode] of modes) {
    if (mode === 'automate') continue
    plan.heldBack[field] = `it is in ${mode} mode`
    delete plan.set[field]
    delete plan.before[field]
  }
  return { plan, suggests: modes.some(([, mode]) => mode === 'suggest') }
}

// Group and assignee are one choice, so that the lower mode of the two holds for both.
function routeMode(policy: Policy, field: string, set: Labels): Mode {
  const isRoute = ROUTE_FIELDS.includes(field as never)
  const modes = isRoute ? ROUTE_FIELDS.filter((name) => name in set).map((name) => modeOf(policy, name)) : []
  return (['observe', 'suggest'] as const).find((mode) => modes.includes(mode)) ?? modeOf(policy, field)
}

/** What a note may say: fields in observe mode stay inside. */
export function shownIn<Decision extends Explained>(decision: Decision, policy: Policy): Decision {
  const isShown = (field: string) => modeOf(policy, field) !== 'observe'
  const values = Object.fromEntries(Object.entries(decision.values).filter(([field]) => isShown(field)))
  return { ...decision, values, route: ROUTE_FIELDS.every(isShown) ? decision.route : null }
}

/** What was held back, without the fields that a note must not name. */
export function heldBackIn(heldBack: Record<string, string>, policy: Policy): Record<string, string> {
  return Object.fromEntries(Object.entries(heldBack).filter(([field]) => modeOf(policy, field) !== 'observe'))
}
