/** Loads a write-back with its decision, its ticket, and what the decisions of the ticket wrote. */
import { isDeepStrictEqual } from 'node:util'
import { desc, eq, sql } from 'drizzle-orm'
import { isCarried, type Labels, type Mode } from '../contract/index.ts'
import { connections, decisions, type Tx, tickets, writebacks } from '../db/index.ts'
import type { OwnWrites } from './plan.ts'
import { originalsOf } from './plan-revert.ts'

export type Work = Exclude<Awaited<ReturnType<typeof loadWork>>, null>

export async function loadWork(db: Tx, decisionId: string) {
  const [row] = await db
    .select({
      decision: decisions,
      writeback: writebacks,
      ticket: tickets,
      connection: connections.name,
      mode: connections.mode,
      deletedAt: connections.deletedAt,
    })
    .from(writebacks)
    .innerJoin(decisions, eq(decisions.id, writebacks.decisionId))
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .innerJoin(connections, eq(connections.id, decisions.connectionId))
    .where(eq(writebacks.decisionId, decisionId))
  if (!row) return null
  const ofTicket = await db
    .select({
      id: decisions.id,
      plan: decisions.plan,
      values: decisions.values,
      route: decisions.route,
      written: writebacks.written,
      before: writebacks.before,
      takesBack: sql<string | null>`${decisions.trace}->>'takesBack'`,
      state: writebacks.state,
      noteId: writebacks.noteId,
    })
    .from(decisions)
    .leftJoin(writebacks, eq(writebacks.decisionId, decisions.id))
    .where(eq(decisions.ticketId, row.ticket.id))
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
  const [by, delivery = null] = row.decision.cause.split(':')
  const takesBack = ofTicket.find(({ id }) => id === decisionId)?.takesBack ?? null
  // What is held writes nothing, and neither does what is skipped.
  const replaces = ({ plan }: (typeof ofTicket)[number]) => (takesBack === null ? plan !== 'hold' : isCarried(plan))
  return {
    ...row,
    /** The delivery that announced the ticket; null when a person asked for the decision. */
    delivery: by === 'delivery' ? delivery : null,
    connectionId: row.decision.connectionId,
    mode: row.mode satisfies Mode,
    deleted: row.deletedAt !== null,
    superseded: ofTicket[0]?.id !== decisionId && ofTicket.some((d) => d.id > decisionId && replaces(d)),
    /** A person had our values taken back: what the fields had before. Null for every other decision. */
    originals:
      takesBack === null ? null : originalsOf(ofTicket.filter(({ id }) => id !== decisionId).toReversed(), takesBack),
    own: ownWritesOf(ofTicket),
    forced: row.decision.trace.forced === true,
    sameNote: sameNote(row.decision, ofTicket),
  }
}

type Told = Pick<typeof decisions.$inferSelect, 'id' | 'values' | 'route'>

/** The note of the last suggestion, if it says the same as this decision; null: it says something else. */
function sameNote(
  { id, values, route }: Told,
  ofTicket: (Told & { state: string | null; noteId: string | null })[],
): string | null {
  const last = ofTicket.find((other) => other.id !== id && (other.state === 'suggested' || other.state === 'applied'))
  const told = ({ group = null, assignee = null }: Partial<NonNullable<Told['route']>> = {}) => ({ group, assignee })
  const isSame =
    last?.state === 'suggested' &&
    isDeepStrictEqual(last.values, values) &&
    isDeepStrictEqual(told(last.route ?? {}), told(route ?? {}))
  return isSame ? last.noteId : null
}

/** Collects what decisions wrote, by field. */
export function ownWritesOf(written: { id: string; written: Labels | null }[]): OwnWrites {
  const values: Record<string, string[]> = {}
  for (const row of written)
    for (const [field, value] of Object.entries(row.written ?? {})) values[field] = [...(values[field] ?? []), value]
  return { decisionIds: written.map((row) => row.id), values }
}
