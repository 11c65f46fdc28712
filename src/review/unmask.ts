import { and, desc, eq, inArray, ne } from 'drizzle-orm'
import { knownConnection, type Vault } from '../connections/index.ts'
import type { Connectors } from '../contract/index.ts'
import { type Database, decisions, deliveries, recordAudit, tickets } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import { eventOf } from '../intake/index.ts'
import { plainText } from '../text/index.ts'

export type UnmaskNeeds = { database: Pick<Database, 'db'>; vault: Vault; connectors: Connectors }

/**
 * The text of a ticket with its personal data, from the delivery that announced it: what we store of a ticket is masked.
 * Recorded in the audit before it is shown. Throws Rejected 410 when the delivery has no text, or no longer.
 */
export async function unmask(
  { database: { db }, vault, connectors }: UnmaskNeeds,
  decisionId: string,
  actor: string,
): Promise<{ subject: string; text: string; receivedAt: Date }> {
  const [ticket] = await db
    .select({ connectionId: tickets.connectionId, externalId: tickets.externalId, key: tickets.key, url: tickets.url })
    .from(decisions)
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .where(eq(decisions.id, decisionId))
  if (!ticket)
    throw new Rejected(404, `There is no decision ${decisionId}`, { next: 'GET /api/v1/decisions lists them.' })
  const { connectionId, externalId, key, url } = ticket
  const [delivery] = await db
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.connectionId, connectionId),
        inArray(deliveries.ticketId, [externalId, key]),
        eq(deliveries.event, 'created'),
        ne(deliveries.body, ''),
      ),
    )
    .orderBy(desc(deliveries.receivedAt))
    .limit(1)
  const event = delivery && eventOf(connectors, await knownConnection({ db, vault }, connectionId), delivery)
  const told = event && 'ticket' in event ? event.ticket : null
  if (!delivery || !told)
    throw new Rejected(410, 'The text of the ticket is not kept here', { next: `Open it in the helpdesk: ${url}` })
  await recordAudit(db, { actor, action: 'decision.unmask', subject: `decision ${decisionId}` })
  return { subject: told.subject, text: plainText(told.body, told.format), receivedAt: delivery.receivedAt }
}
