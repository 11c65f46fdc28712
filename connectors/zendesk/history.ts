/** Translates a ticket's audits into changes of the fields that we may write. Pure. */
import type { Change } from '../../src/contract/index.ts'
import { actor, type Desk } from './actor.ts'
import { moved } from './changes.ts'
import type { AuditResource } from './payload.ts'

/** Our decisions on the ticket -> the audit that carried each, and the note in it. */
export type Marks = Record<string, { audit: string; at: string; note: string | null }>

export function historyOf(audits: AuditResource[], desk: Desk, requesterId: string | null): Change[] {
  return inOrder(audits).flatMap((audit) =>
    audit.events.flatMap((event): Change[] => {
      // A new ticket has a status: this is not a change.
      const created = event.type === 'Create'
      if ((!created && event.type !== 'Change') || !event.field_name) return []
      if (created && event.field_name === 'status') return []
      const byRule = isRule(event.via) || isRule(audit.via)
      const decision = byRule ? null : audit.metadata.custom.pointsman_decision
      const common = {
        id: audit.id,
        action: audit.id,
        at: timeOf(audit),
        // Triggers run after an update and are in its audit, with its author: only `via` shows the difference.
        by: byRule
          ? { id: audit.author_id ?? null, kind: 'robot' as const }
          : actor(audit.author_id, desk, requesterId),
        ...(decision && { decision }),
      }
      return moved(desk.mapping, event.field_name, created ? null : event.previous_value, event.value).map(
        (change) => ({
          ...change,
          ...common,
        }),
      )
    }),
  )
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

function isRule(via: AuditResource['via']): boolean {
  return via.channel === 'rule' || via.source.rel === 'trigger' || via.source.rel === 'automation'
}

function inOrder(audits: AuditResource[]): AuditResource[] {
  return [...audits].sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
}

function timeOf(audit: AuditResource): string {
  return audit.created_at ?? new Date(0).toISOString()
}
