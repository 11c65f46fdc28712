/** What a merge of values carries along when the taxonomy is published: rows of the map, rules, mappings. */
import { eq, isNull, sql } from 'drizzle-orm'
import { followInConnection, followInConnections } from '../connections/index.ts'
import { ConnectionSettings, Mapping, type Merge, newMerges, type TaxonomyDocument } from '../contract/index.ts'
import { connections, drafts, rows, type Tx } from '../db/index.ts'
import { followInMap, followInRows, publishedMap } from '../routing/index.ts'
import { currentRules, followInRules, Rules, replaceRules } from '../triage/index.ts'
import type { Break } from './break.ts'

type Step = { from: TaxonomyDocument; to: TaxonomyDocument }

/** What follows, each thing with its place. */
export async function followsOf(db: Tx, { from, to }: Step): Promise<Break[]> {
  const merges = newMerges(from, to)
  if (merges.length === 0) return []
  return [
    ...(await rowsOfTheMap(db, merges)),
    ...(await connectionsThat(db, merges)),
    ...(await rulesThat(db, merges)),
    ...(await labelsOf(db, merges)),
  ]
}

async function rowsOfTheMap(db: Tx, merges: Merge[]): Promise<Break[]> {
  const map = await publishedMap(db)
  return followInRows(map?.rows ?? [], merges).followed.map(({ row, was, index, gone }) => ({
    kind: 'row',
    path: `rows.${index}`,
    message: `row ${index + 1} (${told(was.when)}) ${gone ? `goes: there is a row for ${told(row.when)}` : `becomes ${told(row.when)}`}`,
    next: 'The routing map is published with it.',
  }))
}

const told = (when: Record<string, string>) => Object.values(when).join(', ')

async function connectionsThat(db: Tx, merges: Merge[]): Promise<Break[]> {
  const { name, settings, mapping } = connections
  const found = await db
    .select({ name, settings, mapping })
    .from(connections)
    .where(isNull(connections.deletedAt))
    .orderBy(connections.name)
  return found.flatMap((row) => {
    const parts = { mapping: Mapping.parse(row.mapping), settings: ConnectionSettings.parse(row.settings) }
    return followInConnection(parts, merges).followed.map((change) => ({
      kind: 'connection' as const,
      path: `${row.name}: ${change}`,
      message: `connection ${row.name}: ${change}`,
      next: 'The connection is changed with it.',
    }))
  })
}

async function rulesThat(db: Tx, merges: Merge[]): Promise<Break[]> {
  const { document } = await currentRules(db)
  return followInRules(document, merges).followed.map((id) => ({
    kind: 'rule',
    path: id,
    message: `rule ${id} names the new value`,
    next: 'The rules are published with it.',
  }))
}

async function labelsOf(db: Tx, merges: Merge[]): Promise<Break[]> {
  return Promise.all(
    merges.map(async ({ field, from, into }): Promise<Break> => {
      const [row] = await rows<{ n: number }>(
        db,
        sql`select count(*)::int as n from labels where field = ${field} and value = ${from}`,
      )
      const count = row?.n ?? 0
      return {
        kind: 'label',
        path: `${field}/${from}`,
        message: `${count} label(s) of ${field}/${from} are learnt from as ${into}`,
        next: 'The labels stay as they are.',
        count,
      }
    }),
  ).then((labels) => labels.filter(({ count }) => count))
}

/** Carries the merges along, in the transaction that publishes the taxonomy. */
export async function carryMerges(tx: Tx, { from, to }: Step, author: string): Promise<void> {
  const merges = newMerges(from, to)
  if (merges.length === 0) return
  const comment = merges.map((merge) => `${merge.field} ${merge.from} is ${merge.into} now`).join('; ')
  await followInMap(tx, merges, author, comment)
  await followInConnections(tx, merges, author)
  const current = await currentRules(tx)
  const { rules, followed } = followInRules(current.document, merges)
  const version =
    followed.length > 0 ? await replaceRules(tx, rules, current.version, author, { comment }) : current.version
  await followInDraft(tx, merges, current.version, version)
}

/** The draft of the rules was made on a version that is no longer the newest, but for the merge it would be. */
async function followInDraft(tx: Tx, merges: Merge[], old: number, version: number): Promise<void> {
  const [draft] = await tx.select().from(drafts).where(eq(drafts.of, 'rules'))
  if (!draft) return
  const { rules } = followInRules(Rules.parse(draft.document), merges)
  const base = draft.base === old ? version : draft.base
  await tx
    .update(drafts)
    .set({ document: rules, base, revision: draft.revision + 1 })
    .where(eq(drafts.of, 'rules'))
}
