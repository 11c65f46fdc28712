import { sql } from 'drizzle-orm'
import type { LabelledTicket } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { examples, uuidv7 } from '../db/index.ts'
import { loadLanguages, prepare } from '../text/index.ts'

/**
 * Adds labelled tickets that do not come from a connected helpdesk, prepared and masked like any other. One that is known
 * by its id gets the labels it has now. Returns how many are new, and how many were changed.
 */
export async function addExamples(
  db: Tx,
  provenance: 'synthetic' | 'imported',
  tickets: LabelledTicket[],
): Promise<{ added: number; changed: number }> {
  await loadLanguages()
  const counts = { added: 0, changed: 0 }
  for (let from = 0; from < tickets.length; from += 200) {
    // Of two with the same id the last counts: a statement cannot change a row twice.
    const some = new Map(tickets.slice(from, from + 200).map((ticket) => [ticket.id, ticket]))
    const batch = [...some.values()].map((ticket) => {
      const prepared = prepare({
        subject: ticket.subject,
        body: ticket.text,
        format: 'plain',
        metadata: ticket.metadata ?? {},
      })
      const { subject, text, metadata } = prepared
      return {
        id: uuidv7(),
        origin: ticket.id,
        subject,
        text,
        language: ticket.language ?? prepared.language.code,
        metadata,
        labels: ticket.labels,
        provenance,
      }
    })
    const stored = await db
      .insert(examples)
      .values(batch)
      .onConflictDoUpdate({
        target: examples.origin,
        set: { labels: sql`excluded.labels` },
        setWhere: sql`${examples.provenance} = excluded.provenance and ${examples.labels} <> excluded.labels`,
      })
      .returning({ isNew: sql<boolean>`xmax = 0` })
    const added = stored.filter(({ isNew }) => isNew).length
    counts.added += added
    counts.changed += stored.length - added
  }
  return counts
}
