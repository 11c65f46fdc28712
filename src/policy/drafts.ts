/** Stores the drafts, at most one of each kind, and publishes them. */
import { eq, sql } from 'drizzle-orm'
import { drafts, recordAudit, type Tx } from '../db/index.ts'
import { type Fault, Rejected } from '../errors.ts'
import type { Break } from './break.ts'
import type { Change } from './change.ts'
import { diff } from './diff.ts'
import type { Part } from './parts.ts'

/** One published version. */
export type VersionRow = { version: number; document: unknown; author: string; comment: string; createdAt: Date }

/** How a save is recorded; `also` runs in its transaction. */
type How = { action: string; comment: string; also(tx: Tx): Promise<void> }

/** What has drafts and versions: the taxonomy, or the rules. */
export type Kind<Document> = {
  of: 'taxonomy' | 'rules'
  parse(stored: unknown): Document
  current(db: Tx): Promise<{ version: number; document: Document }>
  list(db: Tx): Promise<VersionRow[]>
  read(db: Tx, version: number): Promise<VersionRow | null>
  /** What must be fixed before it can be published. */
  faults(db: Tx, document: Document): Promise<Fault[]>
  breaks(db: Tx, step: { from: Document; to: Document }): Promise<Break[]>
  /** What is changed with it, because values were merged. */
  follows(db: Tx, step: { from: Document; to: Document }): Promise<Break[]>
  /** Changes that, in the transaction that publishes. */
  carry(tx: Tx, step: { from: Document; to: Document }, author: string): Promise<void>
  parts(document: Document): Part[]
  save(db: Tx, document: Document, expected: number, author: string, how: How): Promise<number>
}

type Draft = typeof drafts.$inferSelect
type SaveOptions = { comment?: string; expected?: string }

/** The version in force, and the draft. */
export async function stateOf<D>(db: Tx, kind: Kind<D>) {
  const [draft, current] = await Promise.all([readDraft(db, kind), kind.current(db)])
  return { current, draft, tag: tagOf(current.version, draft) }
}

/** What an editor started from: changes with each save of the draft, and with each publication. */
function tagOf(current: number, draft: Pick<Draft, 'revision' | 'updatedAt'> | null): string {
  // With its time: a draft that was thrown away and started again is another one.
  return draft
    ? `"draft-${draft.revision}-${draft.updatedAt.getTime().toString(36)}-on-${current}"`
    : `"published-${current}"`
}

/** Saves the draft: replaces the existing one, or starts one from the version in force. */
export async function saveDraft<D>(
  db: Tx,
  kind: Kind<D>,
  document: D,
  author: string,
  { comment = '', expected }: SaveOptions = {},
): Promise<{ version: number; tag: string }> {
  return db.transaction(async (tx) => {
    const { draft, current } = await locked(tx, kind, expected)
    // Who names the tag has seen the version in force. Who does not builds on what the draft was started from.
    const base = draft && expected === undefined ? draft.base : current.version
    const values = { document, base, revision: (draft?.revision ?? 0) + 1, author, comment, updatedAt: new Date() }
    await tx
      .insert(drafts)
      .values({ of: kind.of, ...values })
      .onConflictDoUpdate({ target: drafts.of, set: values })
    await recordAudit(tx, {
      actor: author,
      action: `${kind.of}.draft`,
      subject: `${kind.of} ${current.version + 1}`,
      before: draft?.document,
      after: document,
    })
    return { version: current.version + 1, tag: tagOf(current.version, values) }
  })
}

/** Throws the draft away. Rejected 409 when there is none. */
export async function discardDraft<D>(db: Tx, kind: Kind<D>, author: string, expected?: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { draft, current } = await locked(tx, kind, expected)
    if (!draft) throw noDraft(kind.of)
    await tx.delete(drafts).where(eq(drafts.of, kind.of))
    await recordAudit(tx, {
      actor: author,
      action: `${kind.of}.discard`,
      subject: `${kind.of} ${current.version + 1}`,
      before: draft.document,
    })
  })
}

/** Makes an old version the draft. */
export async function restoreVersion<D>(
  db: Tx,
  kind: Kind<D>,
  version: number,
  author: string,
  expected?: string,
): Promise<{ version: number; tag: string }> {
  const { document } = await readVersion(db, kind, version)
  // It is to replace the version in force, whatever a draft was started from.
  const tag = expected ?? (await stateOf(db, kind)).tag
  const comment = `restored from version ${version}`
  return saveDraft(db, kind, document, author, { comment, expected: tag })
}

/** Reads one version. Rejected 404 when there is none. */
export async function readVersion<D>(db: Tx, kind: Kind<D>, version: number): Promise<VersionRow & { document: D }> {
  const row = await kind.read(db, version)
  if (row) return { ...row, document: kind.parse(row.document) }
  throw new Rejected(404, `The ${kind.of} never had a version ${version}`, {
    next: `GET /api/v1/${kind.of}/versions lists the versions.`,
  })
}

/** What a document changes, what is wrong with it, what it would break, and what is changed with it. */
type Told = { changes: Change[]; faults: Fault[]; breaks: Break[]; follows: Break[] }

/** What the draft changes and what it would break. Stores nothing. */
export async function previewDraft<D>(db: Tx, kind: Kind<D>): Promise<{ draft: D; current: D } & Told> {
  const { draft, current } = await stateOf(db, kind)
  if (!draft) throw noDraft(kind.of)
  const document = kind.parse(draft.document)
  return { draft: document, current: current.document, ...(await previewDocument(db, kind, document)) }
}

/** The same for a document that is not saved. */
export async function previewDocument<D>(db: Tx, kind: Kind<D>, document: D): Promise<Told> {
  const { document: from } = await kind.current(db)
  return {
    changes: diff(kind.parts(from), kind.parts(document)),
    faults: await kind.faults(db, document),
    breaks: await kind.breaks(db, { from, to: document }),
    follows: await kind.follows(db, { from, to: document }),
  }
}

/** Publishes the draft. Rejected 422 with its faults, or with what it breaks unless `force`. */
export async function publishDraft<D>(
  db: Tx,
  kind: Kind<D>,
  author: string,
  { force, comment, expected }: SaveOptions & { force: boolean },
): Promise<{ version: number; document: D; breaks: Break[] }> {
  const { draft, current, tag } = await stateOf(db, kind)
  if (!draft) throw noDraft(kind.of)
  if (draft.base !== current.version)
    throw new Rejected(
      409,
      `The draft was started from version ${draft.base}, and ${current.version} is in force now`,
      {
        next: `Compare it with GET /api/v1/${kind.of}/versions/${current.version}/diff, then save the draft with the tag of GET /api/v1/${kind.of} as If-Match.`,
      },
    )
  const document = kind.parse(draft.document)
  refuse(`The ${kind.of} draft`, 'fault(s)', await kind.faults(db, document))
  const breaks = await kind.breaks(db, { from: current.document, to: document })
  if (!force)
    refuse(`The ${kind.of} draft breaks`, 'thing(s)', breaks, 'Change what is listed, or publish with "force": true.')
  const version = await kind.save(db, document, current.version, author, {
    action: `${kind.of}.publish`,
    comment: comment ?? draft.comment,
    async also(tx) {
      await locked(tx, kind, expected ?? tag, current.version)
      await tx.delete(drafts).where(eq(drafts.of, kind.of))
      await kind.carry(tx, { from: current.document, to: document }, author)
    },
  })
  return { version, document, breaks }
}

async function readDraft<D>(db: Tx, { of }: Kind<D>): Promise<Draft | null> {
  const [row] = await db.select().from(drafts).where(eq(drafts.of, of))
  return row ?? null
}

/** Of two editors who save at once, the second waits here and then sees what the first has saved. */
async function locked<D>(tx: Tx, kind: Kind<D>, expected: string | undefined, version?: number) {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`pointsman draft of ${kind.of}`}::text))`)
  const [draft, current] = [await readDraft(tx, kind), await kind.current(tx)]
  const tag = tagOf(version ?? current.version, draft)
  if (expected === undefined || expected === tag) return { draft, current }
  throw new Rejected(412, `${draft?.author ?? 'Somebody'} changed the ${kind.of} meanwhile`, {
    next: 'Compare both, then save again with the tag of this answer in If-Match.',
    more: {
      tag,
      current: draft
        ? { document: draft.document, author: draft.author, base: draft.base }
        : { document: current.document, version: current.version },
    },
  })
}

function noDraft(of: string): Rejected {
  return new Rejected(409, 'There is no draft', { next: `Save one with PUT /api/v1/${of}/draft.` })
}

function refuse(what: string, unit: string, faults: (Fault & { next?: string })[], next = 'Fix them and save again.') {
  if (faults.length === 0) return
  const told = faults.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new Rejected(422, `${what}${what.endsWith('breaks') ? '' : ' has'} ${faults.length} ${unit}: ${told}`, {
    next,
    faults: faults.map(({ path, message, next }) => ({ path, message, ...(next ? { next } : {}) })),
  })
}
