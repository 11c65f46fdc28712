import {
  accepts,
  type Change,
  type FreshTicket,
  type Taxonomy,
  type TaxonomyField,
  type TicketEvent,
} from '../contract/index.ts'
import type { labels } from '../db/index.ts'
import { isOwnWrite } from '../writeback/index.ts'
import type { Known } from './known.ts'

type Label = typeof labels.$inferInsert
type Facts = Pick<Known, 'ticket' | 'decision' | 'decided' | 'own' | 'since'>

/**
 * The labels of a resolved ticket: the values that its fields have now, with their provenance. A value that a person set is
 * `human`. One that a person saw and kept while they worked on the ticket is `confirmed`. Without such a person it stays
 * `machine` or `rule`. Pure.
 */
export function finalLabels(
  taxonomy: Taxonomy,
  known: Facts,
  fresh: FreshTicket,
  event: Extract<TicketEvent, { kind: 'updated' | 'resolved' }>,
): Label[] {
  const at = new Date(event.at ?? fresh.updatedAt ?? Date.now())
  const worker = whoWorked(known, fresh, event)
  return taxonomy.fields.flatMap((field): Label[] => {
    const final = finalValue(field, known, fresh)
    if (!final || !accepts(field, final.value)) return []
    const { decision, ticket } = known
    const machine = decision.sources[field.id] === 'rule' ? 'rule' : 'machine'
    const label = { ticketId: ticket.id, field: field.id, value: final.value, decisionId: decision.id, at }
    if (final.by) return [{ ...label, provenance: 'human', who: final.by.by.id }]
    if (decision.sources[field.id] === 'human' && decision.values[field.id] === final.value)
      return [{ ...label, provenance: 'human', who: decision.actor ?? null }]
    return worker && final.shown
      ? [{ ...label, provenance: 'confirmed', who: worker.id }]
      : [{ ...label, provenance: machine, who: null }]
  })
}

// Only a person who acted after the write-back has seen the decided values.
function whoWorked(
  { since }: Facts,
  { history }: FreshTicket,
  event: { at: string | null; by: Change['by'] },
): Change['by'] | null {
  const acts = [...history.map(({ at, by }) => ({ at, by })), { at: event.at ?? since, by: event.by }]
  return acts.findLast(({ at, by }) => by.kind === 'person' && Date.parse(at) >= Date.parse(since))?.by ?? null
}

/** `by`: the change in which a person set it. `shown`: it is a field of the ticket, where a person could have changed it. */
type Final = { value: string; by: Change | undefined; shown: boolean }

function finalValue({ id }: TaxonomyField, { decided, own }: Facts, fresh: FreshTicket): Final | null {
  const state = fresh.fields[id]
  const changes = fresh.history.filter((change) => change.field === id)
  const by = changes.findLast((change) => change.by.kind === 'person' && !change.doubtful && !isOwnWrite(change, own))
  const decidedValue = decided[id]
  // The helpdesk does not have the field, or nobody filled it in: no person has judged the decided value.
  if (!state || (state.raw === null && changes.length === 0))
    return decidedValue === undefined ? null : { value: decidedValue, by: undefined, shown: false }
  if (state.value === null) return null // emptied, or not in the mapping
  if (by?.to === state.value) return { value: state.value, by, shown: true }
  if (state.blank && decidedValue !== state.value) return null // nobody chose it
  return { value: state.value, by: undefined, shown: true }
}
