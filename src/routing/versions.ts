/** Stores the versions of the routing map: the published ones, and at most one draft. */
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Taxonomy } from '../contract/index.ts'
import { recall, recordAudit, routingMaps, type Tx } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import { checkMap, MapDocument, type MapFault, type RoutingMap, targets } from './map.ts'

/** Reads the newest published version; null: none is published. Other processes see a new one at most a second later. */
export const publishedMap = (db: Tx): Promise<RoutingMap | null> => published.get(db)

/** The groups and people that the newest map names: the published one, or the draft where none is published. */
export async function namesOf(db: Tx): Promise<{ groups: string[]; people: string[] }> {
  const map = (await publishedMap(db)) ?? MapDocument.safeParse((await draftMap(db))?.document).data
  return map ? targets(map) : { groups: [], people: [] }
}

const published = recall(1_000, readPublished)
/** Call after a map was published. */
export const forgetPublished = () => published.forget()

async function readPublished(db: Tx): Promise<RoutingMap | null> {
  const [row] = await db
    .select()
    .from(routingMaps)
    .where(eq(routingMaps.state, 'published'))
    .orderBy(desc(routingMaps.version))
    .limit(1)
  return row ? { ...MapDocument.parse(row.document), version: row.version } : null
}

/** Reads the draft; null: there is none. */
export async function draftMap(db: Tx) {
  const [row] = await db.select().from(routingMaps).where(eq(routingMaps.state, 'draft'))
  return row ?? null
}

/** Lists the versions, newest first, at most 200. */
export async function listMaps(db: Tx) {
  return db.select().from(routingMaps).orderBy(desc(routingMaps.version)).limit(200)
}

/** Reads one version; null: there is none. */
export async function readMap(db: Tx, version: number) {
  const [row] = await db.select().from(routingMaps).where(eq(routingMaps.version, version))
  return row ?? null
}

/** What an editor started from: changes with each save of the draft, and with each publication. */
export type MapState = { draft: { version: number; revision: number } | null; published: number | null }

export const tagOf = ({ draft, published }: MapState) =>
  draft ? `"draft-${draft.version}-${draft.revision}"` : `"published-${published ?? 0}"`

type SaveOptions = {
  comment?: string
  /** The tag that the editor started from; Rejected 412 when the map has another one by now. */
  expected?: string
}

/** Saves the draft: replaces the existing one, or starts a new version. */
export async function saveDraft(
  db: Tx,
  document: MapDocument,
  author: string,
  { comment = '', expected }: SaveOptions = {},
): Promise<{ version: number; revision: number }> {
  return db.transaction(async (tx) => {
    const draft = await lockedDraft(tx)
    const base = await newestPublished(tx)
    await refuseChanged(tx, expected, draft, base)
    const version = draft?.version ?? (await nextVersion(tx))
    const revision = (draft?.revision ?? 0) + 1
    await tx
      .insert(routingMaps)
      .values({ version, state: 'draft', document, author, comment, revision, base })
      .onConflictDoUpdate({
        target: routingMaps.version,
        set: { document, author, comment, revision },
        setWhere: eq(routingMaps.state, 'draft'),
      })
    await recordAudit(tx, {
      actor: author,
      action: 'routing-map.draft',
      subject: `routing map ${version}`,
      before: draft?.document,
      after: document,
    })
    return { version, revision }
  })
}

/** Throws the draft away. Rejected 409 when there is none. */
export async function discardDraft(db: Tx, author: string, expected?: string): Promise<void> {
  await db.transaction(async (tx) => {
    const draft = await lockedDraft(tx)
    if (!draft) throw new Rejected(409, 'There is no draft', { next: 'Nothing has to be done.' })
    await refuseChanged(tx, expected, draft, await newestPublished(tx))
    await tx.delete(routingMaps).where(eq(routingMaps.version, draft.version))
    await recordAudit(tx, {
      actor: author,
      action: 'routing-map.discard',
      subject: `routing map ${draft.version}`,
      before: draft.document,
    })
  })
}

/** Of two editors who save at once, the second waits here and then sees what the first has saved. */
export async function lockedDraft(tx: Tx) {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('pointsman routing map'))`)
  return draftMap(tx)
}

export async function newestPublished(tx: Tx): Promise<number | null> {
  const [row] = await tx
    .select({ newest: sql<number | null>`max(${routingMaps.version})` })
    .from(routingMaps)
    .where(eq(routingMaps.state, 'published'))
  return row?.newest ?? null
}

type Draft = NonNullable<Awaited<ReturnType<typeof draftMap>>>

async function refuseChanged(tx: Tx, expected: string | undefined, draft: Draft | null, published: number | null) {
  const tag = tagOf({ draft, published })
  if (expected === undefined || expected === tag) return
  const stored = draft ?? (published === null ? null : await readMap(tx, published))
  throw new Rejected(412, `${stored?.author ?? 'Somebody'} changed the routing map meanwhile`, {
    next: 'Compare both, then save again with the tag of this answer in If-Match.',
    more: {
      tag,
      current: stored && { ...MapDocument.parse(stored.document), version: stored.version, author: stored.author },
    },
  })
}

/** Publishes the draft; does not check its targets. Throws Rejected 409 when there is no draft, 422 when it has errors. */
export async function publishDraft(
  db: Tx,
  taxonomy: Taxonomy,
  author: string,
  { comment, expected }: SaveOptions = {},
): Promise<RoutingMap> {
  const map = await db.transaction(async (tx) => {
    const draft = await lockedDraft(tx)
    if (!draft)
      throw new Rejected(409, 'There is no draft to publish', { next: 'Save one with PUT /api/v1/routing-map/draft.' })
    await refuseChanged(tx, expected, draft, await newestPublished(tx))
    const document = MapDocument.parse(draft.document)
    refuseFaults(checkMap(document, taxonomy))
    await tx
      .update(routingMaps)
      .set({ state: 'published', publishedAt: sql`now()`, author, ...(comment === undefined ? {} : { comment }) })
      .where(and(eq(routingMaps.version, draft.version), eq(routingMaps.state, 'draft')))
    await recordAudit(tx, {
      actor: author,
      action: 'routing-map.publish',
      subject: `routing map ${draft.version}`,
      after: document,
    })
    return { ...document, version: draft.version }
  })
  published.forget()
  return map
}

/**
 * Publishes a map that was not a draft. `expected`: the version that it replaces. A draft stays, for who has its old tag to
 * see that the map has changed.
 */
export async function publishMap(
  db: Tx,
  document: MapDocument,
  taxonomy: Taxonomy,
  author: string,
  { expected, comment, action }: { expected: number | null; comment: string; action: string },
): Promise<number> {
  refuseFaults(checkMap(document, taxonomy))
  const version = await db.transaction(async (tx) => {
    const draft = await lockedDraft(tx)
    const newest = await newestPublished(tx)
    if (newest !== expected)
      throw new Rejected(409, `The routing map has version ${newest}, not ${expected}`, {
        next: 'Read it again, apply your change to the new version, and save that.',
      })
    const version = await nextVersion(tx)
    await tx
      .insert(routingMaps)
      .values({ version, state: 'published', document, author, comment, publishedAt: sql`now()` })
    // The newest version is in force: a draft that is published later must have a later one.
    if (draft)
      await tx
        .update(routingMaps)
        .set({ version: version + 1 })
        .where(eq(routingMaps.version, draft.version))
    await recordAudit(tx, {
      actor: author,
      action,
      subject: `routing map ${version}`,
      before: newest === null ? undefined : (await readMap(tx, newest))?.document,
      after: document,
    })
    return version
  })
  published.forget()
  return version
}

/** Saves an old version as the draft. */
export async function restoreMap(
  db: Tx,
  version: number,
  author: string,
  expected?: string,
): Promise<{ version: number; revision: number }> {
  const [old] = await db
    .select()
    .from(routingMaps)
    .where(and(eq(routingMaps.version, version), eq(routingMaps.state, 'published')))
  if (!old)
    throw new Rejected(404, `There is no published routing map ${version}`, {
      next: 'GET /api/v1/routing-map/versions lists the versions.',
    })
  const comment = `restored from version ${version}`
  return saveDraft(db, MapDocument.parse(old.document), author, { comment, expected })
}

/** Throws Rejected 422 with the faults, if there are any. */
export function refuseFaults(faults: MapFault[]) {
  if (faults.length > 0)
    throw new Rejected(
      422,
      `The routing map has ${faults.length} fault(s): ${faults.map((f) => `${f.path}: ${f.message}`).join('; ')}`,
      {
        next: faults[0]!.next,
        faults,
      },
    )
}

export async function nextVersion(tx: Tx): Promise<number> {
  const [row] = await tx.select({ newest: sql<number | null>`max(${routingMaps.version})` }).from(routingMaps)
  return Number(row?.newest ?? 0) + 1
}
