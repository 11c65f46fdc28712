/** Checks the chain of audit rows: that none was changed, put in or taken away by anyone but an erasure or a purge. */
import { createHash } from 'node:crypto'
import { desc, eq, sql } from 'drizzle-orm'
import { EMPTIED, PURGED } from './audit.ts'
import { rows } from './rows.ts'
import { audit, auditHead } from './schema.ts'
import type { Tx } from './types.ts'

/** A place in the chain. Noted elsewhere, it proves later that nothing up to it was rewritten. */
export type Place = { seq: number; hash: string }

export type ChainReport = {
  /** How many rows hold together, from the beginning. */
  rows: number
  /** How many of them were emptied by erasures. */
  emptied: number
  /** How many were deleted before them because their time was over. */
  purged: number
  head: Place
  /** The place that was noted is in the chain, or was purged since and cannot be compared; null: none was given. */
  noted: 'found' | 'purged' | null
  /** The first row that is wrong; null: the chain holds. */
  broken: { seq: number; id: string | null; why: string } | null
}

type Row = {
  seq: number
  id: string
  action: string
  hash: string
  content: string
  /** What the hash is made of, besides the hash before it. */
  line: string
  /** What the content is made of; null: it was emptied. */
  salted: string | null
  after: { ids?: string[] } | null
}

const PAGE = 1000

/**
 * Walks the whole chain. `noted`: a place that must be in it. The rows are hashed here and not by the database, so that
 * nothing that was put into it can vouch for itself.
 */
export async function verifyAudit(db: Tx, noted?: Place): Promise<ChainReport> {
  return db.transaction(
    async (tx) => {
      const [head] = await tx.select({ seq: auditHead.seq, hash: auditHead.hash }).from(auditHead)
      const walk = openWalk(await beginning(tx), head ?? { seq: 0, hash: '' }, noted)
      for (let page: Row[], after = 0; ; after = page.at(-1)!.seq) {
        page = await readPage(tx, after)
        for (const row of page) if (walk.step(row)) return walk.end()
        if (page.length < PAGE) break
      }
      const [unlinked] = await tx
        .select({ id: audit.id })
        .from(audit)
        .where(sql`${audit.seq} is null or ${audit.seq} < 1`)
        .limit(1)
      return walk.end(unlinked?.id)
    },
    // One view of it, while others write.
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

/** The place before the first row that should be there: the last purge says it. */
async function beginning(tx: Tx): Promise<Place> {
  const [purge] = await tx
    .select({ after: audit.after })
    .from(audit)
    .where(eq(audit.action, PURGED))
    .orderBy(desc(audit.seq))
    .limit(1)
  const { until = 0, hash = '' } = (purge?.after ?? {}) as { until?: number; hash?: string }
  return { seq: until, hash }
}

async function readPage(tx: Tx, after: number): Promise<Row[]> {
  const found = await rows<Omit<Row, 'seq'> & { seq: string }>(
    tx,
    sql`select seq, id, action, hash, content,
        jsonb_build_array(seq, id, (extract(epoch from at) * 1000000)::bigint, actor, action, subject, content)::text as line,
        case when salt is null and before is null and after is null then null
          else coalesce(salt::text, '') || jsonb_build_array(before, after)::text end as salted,
        case when action = ${EMPTIED} then after end as after
      from audit where seq > ${after} order by seq limit ${PAGE}`,
  )
  return found.map((row) => ({ ...row, seq: Number(row.seq) }))
}

/** The walk itself: pure but for what it remembers of the rows it has seen. */
function openWalk(start: Place, head: Place, noted: Place | undefined) {
  let last = start
  let count = 0
  /** Emptied, and not yet named by a row of an erasure: that one comes later. */
  const unexplained = new Map<string, number>()
  let emptied = 0
  let broken: ChainReport['broken'] = null
  const fail = (seq: number, id: string | null, why: string) => {
    broken ??= { seq, id, why }
    return true
  }
  return {
    /** True: the chain is broken here. */
    step(row: Row): boolean {
      const { seq, id } = row
      if (seq > last.seq + 1) {
        const [from, to] = [last.seq + 1, seq - 1]
        return fail(from, null, from === to ? `row ${from} is missing` : `rows ${from} to ${to} are missing`)
      }
      if (seq < last.seq + 1) return fail(seq, id, 'a purge has deleted what stood here: the row was put back')
      if (row.hash !== sha256(last.hash + row.line))
        return fail(seq, id, 'it does not fit its hash and the row before it: one of them was changed')
      if (row.salted === null) unexplained.set(id, seq)
      else if (row.content !== sha256(row.salted)) return fail(seq, id, 'its before or after was changed')
      for (const each of row.after?.ids ?? []) if (unexplained.delete(each)) emptied++
      last = { seq, hash: row.hash }
      if (noted?.seq === seq && noted.hash !== row.hash)
        return fail(seq, id, 'it is not the row that was noted: the chain was rewritten')
      count++
      return false
    },
    end(unlinked?: string): ChainReport {
      if (!broken && head.seq !== last.seq) {
        const gone = head.seq > last.seq
        fail(last.seq + 1, null, gone ? `the rows from here to ${head.seq} are missing` : 'the chain ends before it')
      } else if (!broken && head.hash !== last.hash) fail(last.seq, null, 'the end of the chain was changed')
      if (!broken && unlinked) fail(head.seq + 1, unlinked, 'it was put in past the chain')
      if (!broken && noted && noted.seq > head.seq) fail(head.seq + 1, null, 'the chain ends before the noted place')
      const [first] = broken ? [] : unexplained
      if (first) fail(first[1], first[0], 'its before and after were removed, and no erasure says so')
      const known = noted && (noted.seq <= start.seq ? 'purged' : 'found')
      return { rows: count, emptied, purged: start.seq, head, noted: known ?? null, broken }
    },
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
