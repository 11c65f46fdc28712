/** Translates a ticket's audits into changes of the fields that we may write. Pure. */
import type { Actor, Change } from '../../src/contract/index.ts'
import { actor, type Desk } from './actor.ts'
import { type Moved, moved, movedWhole, type Step } from './changes.ts'
import type { AuditResource } from './payload.ts'

/** Our decisions on the ticket -> the audit that carried each, and the note in it. */
export type Marks = Record<string, { audit: string; at: string; note: string | null }>

type AuditEvent = AuditResource['events'][number]
/** What a person, an app or we did in one action, or what triggers did after it. */
type Act = { audit: AuditResource; byRule: boolean; steps: Step[] }

/** `staff`: accounts that are agents, of those that may be customers. */
export function historyOf(
  audits: AuditResource[],
  desk: Desk,
  requesterId: string | null,
  staff: ReadonlySet<string> = new Set(),
): Change[] {
  const acts = inOrder(audits).flatMap(actsOf)
  const whole = movedWhole(
    desk.mapping,
    acts.map(({ steps }) => steps),
  )
  return acts.flatMap(({ audit, byRule, steps }, at) => {
    const single = steps.flatMap(({ name, before, after }) => moved(desk.mapping, name, before, after))
    const decision = byRule ? null : audit.metadata.custom.pointsman_decision
    const common = {
      id: audit.id,
      action: audit.id,
      at: timeOf(audit),
      by: byRule ? { id: audit.author_id ?? null, kind: 'robot' as const } : authorOf(audit, desk, requesterId, staff),
      ...(decision && { decision }),
    }
    return [...single, ...(whole[at] ?? [])].map((change: Moved) => ({ ...change, ...common }))
  })
}

/** Where people work. Our own account is a program everywhere else. */
const BY_HAND = ['web', 'mobile']

function authorOf(audit: AuditResource, desk: Desk, requesterId: string | null, staff: ReadonlySet<string>): Actor {
  const author = actor(audit.author_id, desk, requesterId)
  const isByHand = BY_HAND.includes(audit.via.channel ?? '') && !audit.metadata.custom.pointsman_decision
  if (author.kind === 'self' && isByHand) return { ...author, kind: 'person' }
  if (author.kind === 'customer' && author.id !== null && staff.has(author.id)) return { ...author, kind: 'person' }
  return author
}

/** Did this account change a field or solve the ticket, after it was created? A reply alone may reopen it. */
export function hasWorked(account: string, audits: AuditResource[]): boolean {
  const isWork = ({ type, field_name, value, via }: AuditEvent) =>
    type === 'Change' && !isRule(via) && (field_name !== 'status' || value === 'solved' || value === 'closed')
  return audits.some((audit) => audit.author_id === account && audit.events.some(isWork))
}

/** Triggers run after an update and are in its audit, with its author: only `via` shows the difference. */
function actsOf(audit: AuditResource): Act[] {
  const acts: Act[] = []
  for (const event of audit.events) {
    const step = stepOf(event)
    if (!step) continue
    const byRule = isRule(event.via) || isRule(audit.via)
    const last = acts.at(-1)
    if (last?.byRule === byRule) last.steps.push(step)
    else acts.push({ audit, byRule, steps: [step] })
  }
  return acts
}

function stepOf({ type, field_name: name, value, previous_value }: AuditEvent): Step | null {
  if (!name || (type !== 'Create' && type !== 'Change')) return null
  // A new ticket has a status: this is not a change.
  if (type === 'Create' && name === 'status') return null
  return { name, before: type === 'Create' ? null : previous_value, after: value }
}

export function marksOf(audits: AuditResource[]): Marks {
  const marks: Marks = {}
  for (const audit of inOrder(audits)) {
    const decision = audit.metadata.custom.pointsman_decision
    if (decision && !Object.hasOwn(marks, decision))
      marks[decision] = { audit: audit.id, at: timeOf(audit), note: noteOf(audit) }
  }
  return marks
}

/** The comment that an audit added; an audit has one at most. */
export function noteOf(audit: AuditResource): string | null {
  return audit.events.find(({ type }) => type === 'Comment')?.id ?? null
}

const RULES = ['rule', 'omnichannel']

/** A trigger, an automation or omnichannel routing. */
export function isRule({ channel, source }: AuditResource['via']): boolean {
  return RULES.includes(channel ?? '') || source.rel === 'trigger' || source.rel === 'automation'
}

function inOrder(audits: AuditResource[]): AuditResource[] {
  return [...audits].sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
}

function timeOf(audit: AuditResource): string {
  return audit.created_at ?? new Date(0).toISOString()
}
