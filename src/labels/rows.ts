import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { followAll, type Labels, mergesOf, Provenance } from '../contract/index.ts'
import { rows, type Tx } from '../db/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'

/** Which labelled tickets. Machine labels are excluded by default: a model must not learn from its own mistakes. */
export const LabelFilter = z.strictObject({
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  /** Connection names. */
  connections: z.array(z.string()).default([]),
  provenance: z.array(Provenance).min(1).default(['human', 'confirmed', 'imported']),
})
export type LabelFilter = z.infer<typeof LabelFilter>

/** A ticket or example with its labels and where each label comes from. */
export type LabelledRow = {
  id: string
  source: string
  /** Of a connected helpdesk, not an example. */
  isTicket: boolean
  subject: string
  text: string
  language: string
  metadata: Record<string, string>
  labels: Labels
  provenance: Record<string, Provenance>
  at: string
}

const PAGE = 500

/**
 * A value that was merged is the one that took its place.
 *
 * Tickets with their labels, then the examples that do not come from a connected helpdesk; each oldest first, one page in memory.
 * Only labels that pass the filter are there.
 */
export async function* labelledRows(db: Tx, filter: LabelFilter): AsyncGenerator<LabelledRow> {
  yield* paged(db, (after) => ticketPage(filter, after))
  const examples = filter.provenance.filter((p) => p === 'synthetic' || p === 'imported')
  if (examples.length > 0 && filter.connections.length === 0)
    yield* paged(db, (after) => examplePage(filter, examples, after))
}

async function* paged(db: Tx, page: (after: string) => SQL): AsyncGenerator<LabelledRow> {
  const merges = mergesOf(await currentTaxonomy(db))
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const found = await rows<LabelledRow>(db, page(after))
    yield* found.map((row) => ({ ...row, labels: followAll(merges, row.labels) }))
    if (found.length < PAGE) return
    after = found.at(-1)!.id
  }
}

function ticketPage({ since, until, connections, provenance }: LabelFilter, after: string): SQL {
  const wanted = sql`l.provenance in ${provenance}`
  return sql`
    select t.id, c.name as source, true as "isTicket", t.subject, t.text, t.language, t.metadata,
      jsonb_object_agg(l.field, l.value) as labels, jsonb_object_agg(l.field, l.provenance) as provenance,
      to_char(max(l.at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
    from tickets t join connections c on c.id = t.connection_id join labels l on l.ticket_id = t.id
    where t.id > ${after} and ${wanted}
      ${connections.length > 0 ? sql`and c.name in ${connections}` : sql``}
    group by t.id, c.name
    having true
      ${since ? sql`and max(l.at) >= ${since}::timestamptz` : sql``}
      ${until ? sql`and max(l.at) < ${until}::timestamptz` : sql``}
    order by t.id limit ${PAGE}`
}

function examplePage({ since, until }: LabelFilter, provenance: Provenance[], after: string): SQL {
  return sql`
    select id, provenance as source, false as "isTicket", subject, text, language, metadata, labels,
      (select coalesce(jsonb_object_agg(key, e.provenance), '{}') from jsonb_object_keys(e.labels) as key) as provenance,
      to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
    from examples e
    where id > ${after} and provenance in ${provenance}
      ${since ? sql`and created_at >= ${since}::timestamptz` : sql``} ${until ? sql`and created_at < ${until}::timestamptz` : sql``}
    order by id limit ${PAGE}`
}
