import { sql } from 'drizzle-orm'
import type { Connection, Labels } from '../../contract/index.ts'
import { rows, type Tx } from '../../db/index.ts'

/** A ticket with the values that people gave it, and the groups it went through. */
export type PastTicket = {
  id: string
  connectionId: string
  subject: string
  text: string
  language: string
  metadata: Record<string, string>
  labels: Labels
  routed: { first: string; last: string } | null
}

/** The newest tickets that were created since then and have a label from a person. */
export async function pastTickets(
  db: Tx,
  connections: Pick<Connection, 'id'>[],
  since: Date,
  limit: number,
): Promise<PastTicket[]> {
  if (connections.length === 0) return []
  return rows<PastTicket>(
    db,
    sql`select t.id, t.connection_id as "connectionId", t.subject, t.text, t.language, t.metadata, t.routed,
          jsonb_object_agg(l.field, l.value) as labels
        from tickets t join labels l on l.ticket_id = t.id
        where t.connection_id in ${connections.map(({ id }) => id)} and t.created_at >= ${since.toISOString()}::timestamptz
          and t.status <> 'removed' and l.provenance in ('human', 'confirmed', 'imported')
        group by t.id order by t.created_at desc limit ${limit}`,
  )
}
