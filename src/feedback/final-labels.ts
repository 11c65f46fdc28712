import {
  accepts,
  type Change,
  type FreshTicket,
  type Taxonomy,
  type TaxonomyField,
  type TicketEvent,
} from '../contract/index.ts'
import type { labels } from '../db/index.ts'
import { ownWritesOf } from '../writeback/index.ts'
import { notChosen } from './judge.ts'
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

/** What a past ticket teaches. `outside`: vendor values that stand for none of ours, or ours that the taxonomy lacks. */
export type PastLabels = {
  labels: Pick<Label, 'field' | 'value' | 'who' | 'at'>[]
  outside: { field: string; value: string }[]
}

/**
 * The labels of a solved ticket that was never decided here, by the same judge: the values that a person set, and those
 * that a person kept while they worked on the ticket. What a robot set, and what nobody chose, is no label. Pure.
 */
export function pastLabels(taxonomy: Taxonomy, fresh: FreshTicket): PastLabels {
  const since = fresh.createdAt ?? new Date(0).toISOString()
  const facts = { decided: {}, own: ownWritesOf([]), since }
  const worker = whoWorked(facts, fresh, { at: null, by: { id: null, kind: 'unknown' } })
  const at = new Date(fresh.history.at(-1)?.at ?? fresh.updatedAt ?? since)
  const found: PastLabels = { labels: [], outside: [] }
  for (const field of taxonomy.fields) {
    const state = fresh.fields[field.id]
    const final = finalValue(field, facts, fresh)
    if (state && !state.blank && state.value === null && state.raw !== null)
      found.outside.push({ field: field.id, value: state.raw })
    if (!final) continue
    const last = fresh.history.findLast((change) => change.field === field.id)
    const who = final.by ? final.by.by : last && isRobot(last.by) ? null : worker
    if (!accepts(field, final.value)) found.outside.push({ field: field.id, value: final.value })
    else if (who) found.labels.push({ field: field.id, value: final.value, who: who.id, at })
  }
  return found
}

const isRobot = ({ kind }: Change['by']) => kind === 'robot' || kind === 'self'

/** The first group that the ticket had and the last one; null where one of them is not known by name. Pure. */
export function routedOf({ fields, history }: FreshTicket): { first: string; last: string } | null {
  const moves = history.filter(({ field, doubtful }) => field === 'group' && !doubtful)
  const held = moves.flatMap(({ from, fromRaw, to, toRaw }) => [
    { name: from, raw: fromRaw },
    { name: to, raw: toRaw },
  ])
  const last = fields.group?.value ?? null
  const first = held.find(({ raw }) => raw !== null)?.name ?? (held.length === 0 ? last : null)
  return first !== null && last !== null ? { first, last } : null
}

// Only a person who acted after the write-back has seen the decided values.
function whoWorked(
  { since }: Pick<Facts, 'since'>,
  { history }: FreshTicket,
  event: { at: string | null; by: Change['by'] },
): Change['by'] | null {
  const acts = [...history.map(({ at, by }) => ({ at, by })), { at: event.at ?? since, by: event.by }]
  return acts.findLast(({ at, by }) => by.kind === 'person' && Date.parse(at) >= Date.parse(since))?.by ?? null
}

/** `by`: the change in which a person set it. `shown`: it is a field of the ticket, where a person could have changed it. */
type Final = { value: string; by: Change | undefined; shown: boolean }

function finalValue(
  { id }: TaxonomyField,
  { decided, own }: Pick<Facts, 'decided' | 'own'>,
  fresh: FreshTicket,
): Final | null {
  const state = fresh.fields[id]
  const changes = fresh.history.filter((change) => change.field === id)
  const by = changes.findLast((change) => notChosen(change, own) === null)
  const decidedValue = decided[id]
  // The helpdesk does not have the field, or nobody filled it in: no person has judged the decided value.
  if (!state || (state.raw === null && changes.length === 0))
    return decidedValue === undefined ? null : { value: decidedValue, by: undefined, shown: false }
  if (state.value === null) return null // emptied, or not in the mapping
  if (by?.to === state.value) return { value: state.value, by, shown: true }
  if (state.blank && decidedValue !== state.value) return null // nobody chose it
  return { value: state.value, by: undefined, shown: true }
}
