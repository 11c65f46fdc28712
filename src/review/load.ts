import { desc, eq } from 'drizzle-orm'
import type { Labels } from '../contract/index.ts'
import { connections, decisions, type Tx, tickets } from '../db/index.ts'
import { Rejected } from '../errors.ts'

export type Reviewed = Awaited<ReturnType<typeof loadNewest>>

/** Loads a decision to review. Throws Rejected 404 when there is none, 409 when the ticket has a newer one. */
export async function loadNewest(db: Tx, decisionId: string) {
  const [row] = await db
    .select({ decision: decisions, ticket: tickets, mode: connections.mode, settings: connections.settings })
    .from(decisions)
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .innerJoin(connections, eq(connections.id, decisions.connectionId))
    .where(eq(decisions.id, decisionId))
  if (!row) throw new Rejected(404, `There is no decision ${decisionId}`, { next: 'GET /api/v1/decisions lists them.' })
  const newest = await newestOf(db, row.ticket.id)
  if (newest && newest.id !== decisionId) throw settledAlready(newest)
  return row
}

/** The refusal that says who settled the ticket meanwhile, and how. */
export async function settledMeanwhile(db: Tx, ticketId: string): Promise<Rejected> {
  const newest = await newestOf(db, ticketId)
  if (!newest) return new Rejected(404, 'The ticket was erased', { next: 'GET /api/v1/decisions lists the others.' })
  return settledAlready(newest)
}

async function newestOf(db: Tx, ticketId: string) {
  const [newest] = await db
    .select()
    .from(decisions)
    .where(eq(decisions.ticketId, ticketId))
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
    .limit(1)
  return newest
}

/** Who made the newer decision of a ticket, and how. */
type SettledBy = {
  decision: string
  /** Null: nobody asked for it. */
  by: string | null
  how: 'confirmed' | 'corrected' | 'undone' | 'reverted' | 'repeated'
  at: string
  values: Labels
}

const IN_WORDS: Record<SettledBy['how'], string> = {
  confirmed: 'confirmed it',
  corrected: 'corrected it',
  undone: 'took back the review of it',
  reverted: 'put back the values from before',
  repeated: 'had it decided again',
}

type Newer = typeof decisions.$inferSelect

function settledAlready(newest: Newer): Rejected {
  const settled: SettledBy = {
    decision: newest.id,
    by: newest.actor,
    how: howOf(newest),
    at: newest.createdAt.toISOString(),
    values: newest.values,
  }
  return new Rejected(409, `${settled.by ?? 'Somebody'} ${IN_WORDS[settled.how]} meanwhile`, {
    next: `The newer decision counts: see /api/v1/decisions/${newest.id}.`,
    more: { settled },
  })
}

function howOf({ cause, trace }: Newer): SettledBy['how'] {
  const [kind] = cause.split(':')
  if (kind === 'review') return trace.verdict === 'confirm' ? 'confirmed' : 'corrected'
  if (kind === 'undo') return 'undone'
  return kind === 'revert' ? 'reverted' : 'repeated'
}
