import { sql } from 'drizzle-orm'
import { followAll, type LabelledTicket, mergesOf } from '../contract/index.ts'
import { rows, type Tx } from '../db/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'

/** A ticket with the values that people set; `at` is when the last of them was stored. */
type Correction = LabelledTicket & { metadata: Record<string, string>; at: Date }

/** How many tickets have a value that a person set or confirmed, counted up to `most`. */
export async function countCorrected(db: Tx, most: number): Promise<number> {
  const found = await rows<{ n: number }>(
    db,
    sql`select count(*)::int as n from (
        select distinct ticket_id from labels where provenance in ('human', 'confirmed') limit ${most}) as corrected`,
  )
  return found[0]!.n
}

/** The newest corrections stored after `after` and up to `until`, oldest first; with `confirmed`, also the values that people confirmed. A value that was merged is the one that took its place. */
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
  const merges = mergesOf(await currentTaxonomy(db))
  return found.map((row) => ({ ...row, labels: followAll(merges, row.labels), at: new Date(row.at) })).reverse()
}
