import type { LabelledTicket } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { examples, uuidv7 } from '../db/index.ts'
import { loadLanguages, prepare } from '../text/index.ts'

/** Adds labelled tickets that do not come from a connected helpdesk, prepared and masked like any other. Returns how many are new. */
export async function addExamples(
  db: Tx,
  provenance: 'synthetic' | 'imported',
  tickets: LabelledTicket[],
): Promise<number> {
  await loadLanguages()
  let added = 0
  for (let from = 0; from < tickets.length; from += 200) {
    const batch = tickets.slice(from, from + 200).map((ticket) => {
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
    added += (await db.insert(examples).values(batch).onConflictDoNothing().returning({ id: examples.id })).length
  }
  return added
}
