import type { labels } from '../db/schema.ts'
import { accepts, type FreshTicket, type Taxonomy, type TicketEvent } from '../ticket.ts'
import { isOurs } from '../writeback/index.ts'
import type { Known } from './index.ts'

type Label = typeof labels.$inferInsert

/**
 * The labels of a resolved ticket: the values its fields have now, with where they come from. A field that a person
 * changed is his; one that he left alone and worked to solution is confirmed; silence under a robot's closing is neither.
 * Pure.
 */
export function finalLabels(
  taxonomy: Taxonomy,
  { ticket, decision, decided, ours }: Pick<Known, 'ticket' | 'decision' | 'decided' | 'ours'>,
  fresh: FreshTicket,
  event: Extract<TicketEvent, { kind: 'updated' | 'resolved' }>,
): Label[] {
  const at = new Date(event.at ?? fresh.updatedAt ?? Date.now())
  const worked = event.by.kind === 'person' || fresh.history.some((c) => c.by.kind === 'person' && c.field !== 'status')
  return taxonomy.fields.flatMap((field): Label[] => {
    const value =
      fresh.fields[field.id]?.value ?? (fresh.fields[field.id]?.blank === false ? null : (decided[field.id] ?? null))
    if (value === null || !accepts(field, value)) return []
    const lastByPerson = fresh.history
      .filter((c) => c.field === field.id && c.by.kind !== 'robot' && !isOurs(c, ours))
      .at(-1)
    const human =
      lastByPerson?.to === value || decision.sources[field.id] === 'human' || value !== decision.values[field.id]
    const provenance = human
      ? 'human'
      : worked
        ? 'confirmed'
        : decision.sources[field.id] === 'rule'
          ? 'rule'
          : 'machine'
    const who = human ? (lastByPerson?.by.id ?? null) : worked ? event.by.id : null
    return [{ ticketId: ticket.id, field: field.id, value, provenance, decisionId: decision.id, who, at }]
  })
}
