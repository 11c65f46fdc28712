import { sql } from 'drizzle-orm'
import type { LabelledTicket } from '../contract/index.ts'
import { rows, type Tx } from '../db/index.ts'

/** A ticket with the values that people set; `at` is when the last of them was stored. */
type Correction = LabelledTicket & { metadata: Record<string, string>; at: Date }

/** The newest corrections stored after `after` and up to `until`, oldest first; with `confirmed`, also the values that people confirmed. */
export async function listCorrections(
  db: Tx,
  { after, until, limit, confirmed }: { after?: Date; until?: Date; limit: number; confirmed?: boolean },
): Promise<Correction[]> {
  const found = await rows<Omit<Correction, 'at'> & { at: string | Date }>(
    db,
    sql`select t.id, t.subject, t.text, t.language, t.metadata, jsonb_object_agg(l.field, l.value) as labels,
          max(l.updated_at) as at
        from labels l join tickets t on t.id = l.ticket_id
        where l.provenance in ${confirmed ? ['human', 'confirmed'] : ['human']} ${after ? sql`and l.updated_at > ${after.toISOString()}::timestamptz` : sql``}
          ${until ? sql`and l.updated_at <= ${until.toISOString()}::timestamptz` : sql``}
        group by t.id order by max(l.updated_at) desc, t.id limit ${limit}`,
  )
  return found.map((row) => ({ ...row, at: new Date(row.at) })).reverse()
}
