import { asc, eq, isNotNull } from 'drizzle-orm'
import { decisions, type Tx, tickets } from '../db/index.ts'

/** The first ticket that got a route; null: there is none yet. */
export async function firstRouted(db: Tx): Promise<{ decision: string; key: string; subject: string } | null> {
  const [found] = await db
    .select({ decision: decisions.id, key: tickets.key, subject: tickets.subject })
    .from(decisions)
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .where(isNotNull(decisions.route))
    .orderBy(asc(decisions.createdAt), asc(decisions.id))
    .limit(1)
  return found ?? null
}
