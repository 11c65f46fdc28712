import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'
import { labels } from '../db/index.ts'

const byPerson = (provenance: unknown) => sql`${provenance} in ('human', 'confirmed')`
const asBefore = sql`${labels.value} = excluded.value and ${byPerson(labels.provenance)}`

/**
 * The final value of a field. A later one revises it; an older one that comes late does not. A person's word outlasts a
 * machine's, and stays his when the same value is said again.
 */
export async function saveLabel(tx: Tx, label: typeof labels.$inferInsert): Promise<void> {
  await tx
    .insert(labels)
    .values(label)
    .onConflictDoUpdate({
      target: [labels.ticketId, labels.field],
      set: {
        value: sql`excluded.value`,
        provenance: sql`case when ${asBefore} then ${labels.provenance} else excluded.provenance end`,
        who: sql`case when ${asBefore} then ${labels.who} else excluded.who end`,
        decisionId: sql`excluded.decision_id`,
        at: sql`excluded.at`,
        updatedAt: sql`now()`,
      },
      setWhere: sql`${labels.at} <= excluded.at
        and (${byPerson(sql`excluded.provenance`)} or not ${byPerson(labels.provenance)})`,
    })
}

/** Takes back what the closing of a ticket alone said of it; what a reviewer said stays. */
export async function dropClosing(tx: Tx, ticketId: string) {
  await tx
    .delete(labels)
    .where(
      and(
        eq(labels.ticketId, ticketId),
        inArray(labels.provenance, ['confirmed', 'machine', 'rule']),
        sql`not exists (select 1 from decisions d where d.ticket_id = ${ticketId} and d.cause like 'review:%')`,
      ),
    )
}
