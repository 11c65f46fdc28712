/** How far each value of a connection is proven, and what is missing. */
import { and, count, eq, gt, isNull, or, sql } from 'drizzle-orm'
import {
  type Connection,
  type EvidenceKind,
  isMore,
  modeOf,
  precisionOf,
  type Taxonomy,
  valuesOf,
} from '../contract/index.ts'
import { autonomy, evidence, type Tx, tickets } from '../db/index.ts'
import { type Proof, prove } from './proof.ts'

/**
 * tracking: the evidence is not enough; eligible: a person may promote it; asked: a second person has to agree; promoted;
 * demoted: it was wrong too often, or a person took it out.
 */
export type Standing = {
  field: string
  value: string
  state: 'tracking' | 'eligible' | 'asked' | 'promoted' | 'demoted'
  /** Who set the state, when and why; null: nobody did. `by` null: the evidence itself. */
  set: { by: string | null; at: Date; because: string; ticket: string | null } | null
  counts: Record<EvidenceKind, number>
  /** The precision that is asked for. */
  asked: number
  proof: Proof
  /** The first thing that is missing before it is automated; null: nothing is. */
  missing: string | null
}

type Place = { field: string; value: string }

/** All values of the taxonomy's fields that a classifier decides, in the order of the taxonomy. `only`: this one alone. */
export async function standingsOf(
  db: Tx,
  connection: Pick<Connection, 'id' | 'mode' | 'settings'>,
  taxonomy: Pick<Taxonomy, 'fields'>,
  only?: Place,
): Promise<Standing[]> {
  const rows = await db
    .select({ row: autonomy, ticket: tickets.key })
    .from(autonomy)
    .leftJoin(tickets, eq(tickets.id, autonomy.ticketId))
    .where(eq(autonomy.connectionId, connection.id))
  const counted = await countEvidence(db, connection.id, only)
  return taxonomy.fields
    .filter(({ id, source }) => source === 'model' && (!only || id === only.field))
    .flatMap((field) => valuesOf(field).map(({ id }) => ({ field: field.id, value: id })))
    .filter(({ value }) => !only || value === only.value)
    .map((place) => {
      const set = rows.find(({ row }) => row.field === place.field && row.value === place.value)
      return stand(connection, place, set, counted.get(`${place.field}/${place.value}`))
    })
}

type Counted = { counts: Record<EvidenceKind, number>; n: number; right: number }
const NOTHING: Counted = { counts: { confirmed: 0, overridden: 0, reverted: 0, sampled: 0 }, n: 0, right: 0 }

async function countEvidence(db: Tx, connectionId: string, only?: Place): Promise<Map<string, Counted>> {
  const { field, value, kind, right } = evidence
  const rows = await db
    .select({ field, value, kind, right, n: count() })
    .from(evidence)
    .leftJoin(
      autonomy,
      and(eq(autonomy.connectionId, evidence.connectionId), eq(autonomy.field, field), eq(autonomy.value, value)),
    )
    .where(
      and(
        eq(evidence.connectionId, connectionId),
        only && and(eq(field, only.field), eq(value, only.value)),
        // Evidence starts anew when a value is demoted.
        or(isNull(autonomy.countsFrom), gt(evidence.at, sql`${autonomy.countsFrom}`)),
      ),
    )
    .groupBy(field, value, kind, right)
  const found = new Map<string, Counted>()
  for (const row of rows) {
    const name = `${row.field}/${row.value}`
    const one = found.get(name) ?? structuredClone(NOTHING)
    one.counts[row.kind] += row.n
    one.n += row.n
    if (row.right) one.right += row.n
    found.set(name, one)
  }
  return found
}

function stand(
  connection: Pick<Connection, 'mode' | 'settings'>,
  { field, value }: Place,
  set: { row: typeof autonomy.$inferSelect; ticket: string | null } | undefined,
  { counts, n, right }: Counted = NOTHING,
): Standing {
  const asked = precisionOf(connection.settings, field, value)
  const proof = prove({ n, right }, asked)
  const state: Standing['state'] = set?.row.state ?? (proof.missing === 0 ? 'eligible' : 'tracking')
  const standing = {
    field,
    value,
    state,
    set: set ? { by: set.row.by, at: set.row.since, because: set.row.because, ticket: set.ticket } : null,
    counts,
    asked,
    proof,
  }
  return { ...standing, missing: firstMissing(connection, standing) }
}

/** One reason, the first that has to be seen to. */
function firstMissing(
  connection: Pick<Connection, 'mode' | 'settings'>,
  { field, state, proof, asked }: Omit<Standing, 'missing'>,
): string | null {
  const isAutomatic = !isMore('automate', modeOf(connection, field))
  const needsPromotion = state !== 'promoted' && (state === 'demoted' || connection.settings.promotion !== 'none')
  if (needsPromotion && proof.missing > 0) return saysMissing(proof, asked)
  if (needsPromotion && state === 'asked') return 'a second person has to agree'
  if (needsPromotion) return 'a person has to promote it'
  return isAutomatic ? null : `${field} is in ${modeOf(connection, field)} mode`
}

/** `59 tickets without a fault prove 95 %; you have 31`. */
export function saysMissing({ n, right, missing }: Proof, asked: number): string {
  const percent = `${Math.round(asked * 1000) / 10} %`
  if (n === right) return `${n + missing} handled tickets without a fault prove ${percent}; there are ${n}`
  return `${missing} more handled tickets without a fault prove ${percent}; ${n - right} of ${n} were wrong`
}
