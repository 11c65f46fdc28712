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
  type SingleTarget,
  writtenValue,
} from '../contract/index.ts'
import { HelpdeskError } from '../errors.ts'
import { holdsPlaceholder } from '../text/index.ts'

export type WritePlan = {
  /** The values to write, by their taxonomy ids and the names of the routing map. */
  set: Labels
  /** Fields that are not written, with the reason for people. */
  heldBack: Record<string, string>
  /** Fields that already have the decided value. */
  equal: string[]
  /** The vendor's values that the fields to write have now. */
  before: Record<string, string | null>
  /** To put back earlier values: the vendor's value for each field of `set`. */
  restore?: Record<string, string | null>
}

export type Wanted = { values: Labels; route: { group: string | null; assignee: string | null } | null }

/** What earlier decisions wrote to this ticket, by field: these values may be written over. */
export type OwnWrites = { decisionIds: string[]; values: Record<string, string[]> }

/**
 * Plans what to write: a field that is empty, has a value that nobody chose, or has a value that we wrote and nobody has changed
 * since. Every other value was chosen by a person or another robot and is kept. Pure.
 */
export function planWrite(
  wanted: Wanted,
  ticket: FreshTicket,
  mapping: Connection['mapping'],
  own: OwnWrites,
  now: Date,
): WritePlan {
  const plan: WritePlan = { set: {}, heldBack: {}, equal: [], before: {} }
  for (const [field, value] of Object.entries(desired(wanted, mapping))) {
    const state = ticket.fields[field]
    const unmapped = whyUnmapped(field, value, mapping)
    if (unmapped) plan.heldBack[field] = unmapped
    else if (!state) plan.heldBack[field] = 'the helpdesk does not show this field'
    else if (state.value === value) plan.equal.push(field)
    else {
      const reason = whyKept(field, state, ticket, own, now) ?? whyElsewhere(field, value, state, mapping)
      if (reason) plan.heldBack[field] = reason
      else {
        plan.set[field] = value
        plan.before[field] = state.raw
      }
    }
  }
  return keepRouteWhole(plan, ticket, own, now)
}

function desired({ values, route }: Wanted, mapping: Connection['mapping']): Labels {
  const wanted: Labels = {}
  for (const [field, value] of Object.entries(values)) if (mapping.fields[field]) wanted[field] = value
  if (route?.group && mapping.group) wanted.group = route.group
  if (route?.assignee) wanted.assignee = route.assignee
  return wanted
}

function whyUnmapped(field: string, value: string, mapping: Connection['mapping']): string | null {
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

// Why the value in the helpdesk must be kept; null: it may be written over.
function whyKept(field: string, state: FieldState, ticket: FreshTicket, own: OwnWrites, now: Date): string | null {
  const changes = ticket.history.filter((change) => change.field === field && !isDefault(change, state, ticket))
  const last = changes.at(-1)
  if (last && isOwnWrite(last, own)) {
    // We may have restored the value of a person who changed the field during our write: that value is theirs.
    const theirs = changes.findLast((change) => !isOwnWrite(change, own))
    return theirs?.toRaw === last.toRaw ? setBy(theirs, now) : null
  }
  if (last?.doubtful && last.by.kind !== 'robot')
    return `${name(last.by)} changed a field ${ago(last.at, now)} that has another name now: it may be this one`
  if (last && last.by.kind !== 'robot') return setBy(last, now)
  if (state.blank) return null
  return last ? setBy(last, now) : `it had a value when the ticket was created (${state.value ?? state.raw ?? ''})`
}

/** Why the value does not fit below the part that was chosen already; null: it does. */
function whyElsewhere(field: string, value: string, { under, raw }: FieldState, mapping: Connection['mapping']) {
  const target = field === 'group' ? mapping.group : mapping.fields[field]
  if (under === undefined || !target || target.to === 'native') return null
  const fits = partsOf(target).every((part) => writtenOf(part, field, value, mapping)?.startsWith(under))
  return fits ? null : `${raw ?? ''} was chosen, and ${value} is not below it`
}

function writtenOf(part: SingleTarget, field: string, value: string, { groups }: Connection['mapping']) {
  return (field === 'group' ? groups[value] : undefined) ?? writtenValue(part, value)
}

// Some helpdesks report the values of a new ticket as changes. A default value was chosen by nobody.
function isDefault({ from, at }: Change, { blank }: FieldState, { createdAt }: FreshTicket) {
  return blank && from === null && createdAt !== null && Date.parse(at) === Date.parse(createdAt)
}

/** Whether we made this change: it has the marker of a decision, or our account set exactly the value that we wrote. */
export function isOwnWrite(change: Change, own: OwnWrites): boolean {
  if (change.decision && own.decisionIds.includes(change.decision)) return true
  const written = own.values[change.field] ?? []
  // A written value with a placeholder cannot be compared: the helpdesk has the original of the masked data.
  return change.by.kind === 'self' && change.to !== null && written.some((v) => v === change.to || holdsPlaceholder(v))
}

// Group and assignee are one choice: a helpdesk may remove the assignee when the group changes.
export function keepRouteWhole(plan: WritePlan, ticket: FreshTicket, own: OwnWrites, now: Date): WritePlan {
  const held = ROUTE_FIELDS.find((field) => plan.heldBack[field])
  const taken = ticket.history.findLast(
    (c) => c.field === 'assignee' && c.toRaw !== null && c.by.kind !== 'robot' && !isOwnWrite(c, own),
  )
  for (const field of ROUTE_FIELDS) {
    if (!(field in plan.set)) continue
    const reason = held
      ? `${held} was not written, and group and assignee are only written together`
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

/** Who set the value, and when, in words. */
export const setBy = ({ by, at }: Change, now: Date): string => `${name(by)} set it ${ago(at, now)}`

function name(actor: Actor) {
  return actor.name ?? WHO[actor.kind]
}

const WHO = {
  self: 'another program with our account',
  robot: 'another robot',
  customer: 'the customer',
  person: 'a person',
  unknown: 'a person',
}

function ago(at: string, now: Date) {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(at)) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  return `${Math.round(seconds / 3600)} h ago`
}

/**
 * The plan without the fields that the helpdesk refused, each held back with the helpdesk's words; null when the error
 * names none of them. Pure.
 */
export function withoutRefused(plan: WritePlan, error: unknown): WritePlan | null {
  if (!(error instanceof HelpdeskError) || error.fault !== 'invalid') return null
  const refused = { ...error.fields }
  // An assignee without the group that was chosen with them is another route.
  if (refused.group && plan.set.assignee && !refused.assignee) refused.assignee = 'the group of the route was refused'
  const fields = Object.keys(refused).filter((field) => field in plan.set)
  if (fields.length === 0) return null
  // Without a status it is our own adapter that refuses, before any call.
  const said = error.status === undefined ? '' : 'the helpdesk refused it: '
  const words = Object.fromEntries(fields.map((field) => [field, `${said}${refused[field]}`]))
  return { ...without(plan, fields, ''), heldBack: { ...plan.heldBack, ...words } }
}

/** The plan without these fields, held back with this reason. Pure. */
export function without(plan: WritePlan, fields: string[], why: string): WritePlan {
  const words = Object.fromEntries(fields.map((field) => [field, why]))
  return {
    ...plan,
    set: omit(plan.set, fields),
    before: omit(plan.before, fields),
    heldBack: { ...plan.heldBack, ...words },
  }
}

/** The plan of a note alone: every field is held back with this reason. Pure. */
export const onlyNote = (plan: WritePlan, why: string): WritePlan => without(plan, Object.keys(plan.set), why)

function omit<Value>(record: Record<string, Value>, fields: string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !fields.includes(field)))
}
