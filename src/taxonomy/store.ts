/** Stores the versions of the taxonomy. */
import { desc, eq, sql } from 'drizzle-orm'
import { type Taxonomy, TaxonomyDocument } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { recall, recordAudit, taxonomies } from '../db/index.ts'
import { type Fault, Rejected } from '../errors.ts'
import { checkPattern } from '../text/index.ts'
import { defaultTaxonomy } from './default.ts'

/** Reads the newest taxonomy. Other processes see a new version at most a second after it is saved. */
export const currentTaxonomy = (db: Tx): Promise<Taxonomy> => taxonomy.get(db)

const taxonomy = recall(1_000, readTaxonomy)

async function readTaxonomy(db: Tx): Promise<Taxonomy> {
  const [newest] = await db.select().from(taxonomies).orderBy(desc(taxonomies.version)).limit(1)
  if (!newest) throw new Error('There is no taxonomy: the database is not set up. Run "pointsman migrate".')
  return { ...newest.document, version: newest.version }
}

/** Lists the versions, newest first, at most 200; with `version` only that one. */
export async function listTaxonomies(db: Tx, version?: number) {
  const wanted = version === undefined ? undefined : eq(taxonomies.version, version)
  return db.select().from(taxonomies).where(wanted).orderBy(desc(taxonomies.version)).limit(200)
}

/** Lists what must be fixed before this taxonomy can be saved, each with its place. Pure. */
export function checkTaxonomy(document: TaxonomyDocument): Fault[] {
  const issues = TaxonomyDocument.safeParse(document).error?.issues ?? []
  return [
    ...issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
    ...badPatterns(document),
  ]
}

/** How the save is recorded in the audit; `also` runs in its transaction. */
type How = { action?: string; comment?: string; also?: (tx: Tx) => Promise<void> }

/** Saves a new version. `expected` is the version that the author edited: one editor cannot undo another's change. */
export async function saveTaxonomy(
  db: Tx,
  document: TaxonomyDocument,
  expected: number,
  author: string,
  { action = 'taxonomy.save', comment = '', also }: How = {},
): Promise<Taxonomy> {
  const checked = TaxonomyDocument.parse(document)
  refuseBadPatterns(checked)
  const saved = await db.transaction(async (tx) => {
    const before = await readTaxonomy(tx)
    const inserted =
      before.version === expected
        ? await tx
            .insert(taxonomies)
            .values({ version: expected + 1, document: checked, author, comment })
            .onConflictDoNothing()
            .returning()
        : []
    if (inserted.length === 0)
      throw new Rejected(409, `The taxonomy has version ${before.version}, not ${expected}`, {
        next: 'Read it again, apply your change to the new version, and save that.',
      })
    await also?.(tx)
    await recordAudit(tx, {
      actor: author,
      action,
      subject: `taxonomy ${expected + 1}`,
      before,
      after: checked,
    })
    return { ...checked, version: expected + 1 }
  })
  taxonomy.forget()
  return saved
}

/** Did any version have this field, or this value of it? */
export async function everHad(db: Tx, field: string, value?: string): Promise<boolean> {
  const wanted = { fields: [{ id: field, ...(value === undefined ? {} : { values: [{ id: value }] }) }] }
  const [found] = await db
    .select({ version: taxonomies.version })
    .from(taxonomies)
    .where(sql`${taxonomies.document} @> ${JSON.stringify(wanted)}::jsonb`)
    .limit(1)
  return found !== undefined
}

function refuseBadPatterns(document: TaxonomyDocument) {
  const faults = badPatterns(document)
  if (faults.length > 0)
    throw new Rejected(422, `The taxonomy has ${faults.length} fault(s): ${faults.map((f) => f.message).join('; ')}`, {
      next: 'Fix the patterns and save again.',
      faults,
    })
}

function badPatterns({ fields }: TaxonomyDocument): Fault[] {
  return fields.flatMap((field, f) => {
    const fault = field.kind === 'entity' && field.pattern !== undefined ? checkPattern(field.pattern) : null
    return fault ? [{ path: `fields.${f}.pattern`, message: fault }] : []
  })
}

/** Stores the default taxonomy in an empty database. */
export async function seedTaxonomy(db: Tx): Promise<void> {
  await db
    .insert(taxonomies)
    .values({ version: 1, document: TaxonomyDocument.parse(defaultTaxonomy), author: 'pointsman' })
    .onConflictDoNothing({ target: taxonomies.version })
}
