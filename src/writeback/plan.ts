import {
  type Actor,
  type Change,
  type Connection,
  type FieldState,
  type FreshTicket,
  isFree,
  type Labels,
  partsOf,
  ROUTE_FIELDS,
  writtenValue,
} from '../contract/index.ts'
import { holdsPlaceholder } from '../text/index.ts'

export type WritePlan = {
  /** What to write, in our words. */
  set: Labels
  /** Fields left alone, with the reason a person can read. */
  heldBack: Record<string, string>
  /** Fields that already have the decided value. */
  equal: string[]
  /** The vendor's values before, of the fields that will be written. */
  before: Record<string, string | null>
}

export type Wanted = { values: Labels; route: { group: string | null; assignee: string | null } | null }

/** Values that our earlier decisions wrote to this ticket, by field: what we may change again. */
export type OurWrites = { decisionIds: string[]; values: Record<string, string[]> }

/**
 * What may be written: a field that is empty or holds a value nobody chose, or one that we wrote ourselves and nobody has
 * changed since. Everything else is a person's, or another robot's, and stays. Pure.
 */
export function planWrite(
  wanted: Wanted,
  ticket: FreshTicket,
  mapping: Connection['mapping'],
  ours: OurWrites,
  now: Date,
): WritePlan {
  const plan: WritePlan = { set: {}, heldBack: {}, equal: [], before: {} }
  for (const [field, value] of Object.entries(desired(wanted, mapping))) {
    const state = ticket.fields[field]
    const unmapped = missing(field, value, mapping)
    if (unmapped) plan.heldBack[field] = unmapped
    else if (!state) plan.heldBack[field] = 'the helpdesk does not show this field'
    else if (state.value === value) plan.equal.push(field)
    else {
      const reason = whoseIsIt(field, state, ticket, ours, now)
      if (reason) plan.heldBack[field] = reason
      else {
        plan.set[field] = value
        plan.before[field] = state.raw
      }
    }
  }
  return keepRouteWhole(plan, ticket, ours, now)
}

function desired({ values, route }: Wanted, mapping: Connection['mapping']): Labels {
  const wanted: Labels = {}
  for (const [field, value] of Object.entries(values)) if (mapping.fields[field]) wanted[field] = value
  if (route?.group && mapping.group) wanted.group = route.group
  if (route?.assignee) wanted.assignee = route.assignee
  return wanted
}

function missing(field: string, value: string, mapping: Connection['mapping']): string | null {
  const target = field === 'group' ? mapping.group : mapping.fields[field]
  if (field === 'assignee') return mapping.people[value] ? null : `${value} is not among the people of the mapping`
  if (field === 'group')
    return mapping.groups[value] || target?.to === 'label' ? null : `${value} is not among the groups of the mapping`
  if (!target || target.to === 'native') return null
  const unmapped = partsOf(target).some(
    (part) => part.to !== 'label' && !isFree(part) && writtenValue(part, value) === null,
  )
  return unmapped ? `${value} has no entry in the mapping` : null
}

// Null: ours to write.
function whoseIsIt(field: string, state: FieldState, ticket: FreshTicket, ours: OurWrites, now: Date): string | null {
  const changes = ticket.history.filter((change) => change.field === field && !isDefault(change, state, ticket))
  const last = changes.at(-1)
  if (last && isOurs(last, ours)) {
    // A value of someone quicker than we, which we gave back, is his and not ours.
    const theirs = changes.findLast((change) => !isOurs(change, ours))
    return theirs?.toRaw === last.toRaw ? `${name(theirs.by)} set it ${ago(theirs.at, now)}` : null
  }
  if (last && last.by.kind !== 'robot') return `${name(last.by)} set it ${ago(last.at, now)}`
  if (state.blank) return null
  return last
    ? `${name(last.by)} set it ${ago(last.at, now)}`
    : `it had a value when the ticket was made (${state.value ?? state.raw ?? ''})`
}

// Some helpdesks tell the values that a ticket was made with as changes. One that nobody chooses is nobody's.
function isDefault({ from, at }: Change, { blank }: FieldState, { createdAt }: FreshTicket) {
  return blank && from === null && createdAt !== null && Date.parse(at) === Date.parse(createdAt)
}

/** Did we make this change? By the decision's marker, or by our account and the very value that we wrote. */
export function isOurs(change: Change, ours: OurWrites): boolean {
  if (change.decision && ours.decisionIds.includes(change.decision)) return true
  const written = ours.values[change.field] ?? []
  // what stood for personal data went into the helpdesk in clear
  return change.by.kind === 'self' && change.to !== null && written.some((v) => v === change.to || holdsPlaceholder(v))
}

// Group and assignee are one choice: a helpdesk may drop the assignee when the group changes under him.
function keepRouteWhole(plan: WritePlan, ticket: FreshTicket, ours: OurWrites, now: Date): WritePlan {
  const held = ROUTE_FIELDS.find((field) => plan.heldBack[field])
  const taken = ticket.history.findLast(
    (c) => c.field === 'assignee' && c.toRaw !== null && c.by.kind !== 'robot' && !isOurs(c, ours),
  )
  for (const field of ROUTE_FIELDS) {
    if (!(field in plan.set)) continue
    const reason = held
      ? `${held} was left alone, and they belong together`
      : taken && ticket.fields.assignee?.raw && ticket.fields.assignee.raw === taken.toRaw
        ? `${name(taken.by)} took the ticket ${ago(taken.at, now)}`
        : null
    if (!reason) continue
    plan.heldBack[field] = reason
    delete plan.set[field]
    delete plan.before[field]
  }
  return plan
}

function name(actor: Actor) {
  return (
    actor.name ?? (actor.kind === 'robot' ? 'another robot' : actor.kind === 'customer' ? 'the customer' : 'a person')
  )
}

function ago(at: string, now: Date) {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(at)) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  return `${Math.round(seconds / 3600)} h ago`
}
