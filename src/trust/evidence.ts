/** Keeps what people did with decided values, and ends the automation of a value that is wrong too often. */
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { type ConnectionSettings, type EvidenceKind, precisionOf, type Taxonomy, valuesOf } from '../contract/index.ts'
import { autonomy, connections, type decisions, evidence, recordAudit, type Tx, type tickets } from '../db/index.ts'
import { brakeAt } from './brake.ts'
import { lockValue } from './lock.ts'

/** What a person did with the decided value of a field. */
export type Verdict = { field: string; kind: EvidenceKind; right: boolean; at: Date }

/** A value whose automation has just ended, for logs and metrics. `key`: the ticket that caused it. */
export type Demoted = { connection: string; field: string; value: string; key: string; because: string }

type Judged = {
  ticket: Pick<typeof tickets.$inferSelect, 'id' | 'key' | 'connectionId'>
  decision: Pick<typeof decisions.$inferSelect, 'id' | 'plan' | 'values' | 'sources'>
  settings: ConnectionSettings
  taxonomy: Pick<Taxonomy, 'fields'>
}

/**
 * Records verdicts in the transaction of the feedback. Only values of a classifier count, and only those that were not
 * held: what was in doubt says nothing about what would be automated. Of one ticket the newest verdict counts. Returns
 * the values that lost their automation by it.
 */
export async function recordEvidence(tx: Tx, judged: Judged, verdicts: Verdict[]): Promise<Demoted[]> {
  const { ticket, decision } = judged
  if (decision.plan === 'hold') return []
  const demoted: Demoted[] = []
  // In one order, so that two transactions never wait for each other.
  for (const verdict of verdicts.toSorted((a, b) => a.field.localeCompare(b.field))) {
    const { field, kind, right, at } = verdict
    const value = decision.values[field]
    const source = decision.sources[field]
    if (value === undefined || !source || source === 'rule' || source === 'human') continue
    if (!judged.taxonomy.fields.some(({ id }) => id === field)) continue
    const row = { connectionId: ticket.connectionId, decisionId: decision.id, value, kind, right, at }
    const changed = await tx
      .insert(evidence)
      .values({ ticketId: ticket.id, field, ...row })
      .onConflictDoUpdate({
        target: [evidence.ticketId, evidence.field],
        set: row,
        setWhere: sql`${evidence.at} <= excluded.at`,
      })
      .returning({ field: evidence.field })
    if (changed.length === 0 || right) continue
    const ended = await demoteIfWrong(tx, judged, { field, value })
    if (ended) demoted.push(ended)
  }
  return demoted
}

/** Takes back the verdicts of a review that was undone. */
export async function dropEvidence(tx: Tx, ticketId: string, at: Date): Promise<void> {
  await tx.delete(evidence).where(and(eq(evidence.ticketId, ticketId), eq(evidence.at, at)))
}

type Value = { field: string; value: string }

/** Ends the automation of the value if its tickets say so; null: it goes on. */
async function demoteIfWrong(
  tx: Tx,
  { ticket, settings, taxonomy }: Judged,
  { field, value }: Value,
): Promise<Demoted | null> {
  const place = { connectionId: ticket.connectionId, field, value }
  await lockValue(tx, place)
  const [state] = await tx.select().from(autonomy).where(isPlace(place))
  if (state?.state === 'demoted') return null
  const because = whyDemoted(await rightsOf(tx, place, state?.countsFrom ?? null), {
    asked: precisionOf(settings, field, value),
    guarded: isGuarded(taxonomy, field, value),
  })
  if (!because) return null
  const now = new Date()
  const row = { state: 'demoted' as const, since: now, countsFrom: now, by: null, because, ticketId: ticket.id }
  await tx
    .insert(autonomy)
    .values({ ...place, ...row })
    .onConflictDoUpdate({ target: [autonomy.connectionId, autonomy.field, autonomy.value], set: row })
  const [found] = await tx
    .select({ name: connections.name })
    .from(connections)
    .where(eq(connections.id, ticket.connectionId))
  const connection = found!.name
  await recordAudit(tx, {
    actor: 'pointsman',
    action: 'trust.demote',
    subject: `${field}/${value} of connection ${connection}`,
    before: { state: state?.state ?? 'tracking' },
    after: { state: 'demoted', because, ticket: ticket.key },
  })
  return { connection, field, value, key: ticket.key, because }
}

const LOOK_BACK = 1000

/** The verdicts of a value in their order; the last thousand are enough for the test. */
async function rightsOf(tx: Tx, place: Value & { connectionId: string }, from: Date | null): Promise<boolean[]> {
  const { connectionId, field, value } = place
  const newest = tx
    .select({ right: evidence.right, at: evidence.at, ticketId: evidence.ticketId })
    .from(evidence)
    .where(
      and(
        eq(evidence.connectionId, connectionId),
        eq(evidence.field, field),
        eq(evidence.value, value),
        from === null ? undefined : gt(evidence.at, from),
      ),
    )
    .orderBy(sql`${evidence.at} desc`, sql`${evidence.ticketId} desc`)
    .limit(LOOK_BACK)
    .as('newest')
  const found = await tx.select({ right: newest.right }).from(newest).orderBy(asc(newest.at), asc(newest.ticketId))
  return found.map(({ right }) => right)
}

function whyDemoted(rights: boolean[], { asked, guarded }: { asked: number; guarded: boolean }): string | null {
  if (guarded && rights.includes(false)) return 'one wrong ticket is too many for a guarded value'
  const at = brakeAt(rights, asked)
  if (at === null) return null
  const seen = rights.slice(0, at + 1)
  return `${seen.filter((right) => !right).length} of ${seen.length} handled tickets were wrong`
}

const isGuarded = ({ fields }: Pick<Taxonomy, 'fields'>, field: string, value: string) =>
  fields.some((one) => one.id === field && valuesOf(one).some(({ id, guarded }) => id === value && guarded === true))

const isPlace = ({ connectionId, field, value }: Value & { connectionId: string }) =>
  and(eq(autonomy.connectionId, connectionId), eq(autonomy.field, field), eq(autonomy.value, value))
