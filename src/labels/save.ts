import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'
import { labels } from '../db/index.ts'

type Label = typeof labels.$inferInsert

const isFromPerson = (provenance: unknown) => sql`${provenance} in ('human', 'confirmed', 'imported')`
const isUnchanged = sql`${labels.value} = excluded.value and ${isFromPerson(labels.provenance)}`

/**
 * Saves the final value of a field. A later value replaces it; an older value that arrives late does not. A machine never
 * replaces a person's value, and a person's value keeps its provenance when it is saved again unchanged.
 */
export async function saveLabel(tx: Tx, label: Label): Promise<void> {
  await saveLabels(tx, [label])
}

/** The same for several labels, each of another ticket or field. */
export async function saveLabels(tx: Tx, some: Label[]): Promise<void> {
  if (some.length === 0) return
  await tx
    .insert(labels)
    .values(some)
    .onConflictDoUpdate({
      target: [labels.ticketId, labels.field],
      set: {
        value: sql`excluded.value`,
        provenance: sql`case when ${isUnchanged} then ${labels.provenance} else excluded.provenance end`,
        who: sql`case when ${isUnchanged} then ${labels.who} else excluded.who end`,
        decisionId: sql`excluded.decision_id`,
        at: sql`excluded.at`,
        updatedAt: sql`now()`,
      },
      setWhere: sql`${labels.at} <= excluded.at
        and (${isFromPerson(sql`excluded.provenance`)} or not ${isFromPerson(labels.provenance)})`,
    })
}

/** Deletes the labels that closing the ticket produced. A person's changes stay, and so do all labels of a reviewed ticket. */
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
