/** The embedded classifiers that were trained: kept in the database, so that every process uses the newest one. */
import { desc, eq, sql } from 'drizzle-orm'
import { models, type Tx, uuidv7 } from '../db/index.ts'

/** Models kept, for the decisions that name them. */
const KEEP = 20

/** What the names of embedded classifiers begin with. */
export const EMBEDDED_NAME = 'embedded-'

export type StoredModel = {
  id: string
  name: string
  labelsHash: string
  tickets: number
  taxonomyVersion: number
  createdAt: Date
}

export async function newestModel(db: Tx): Promise<StoredModel | null> {
  const { id, name, labelsHash, tickets, taxonomyVersion, createdAt } = models
  const [row] = await db
    .select({ id, name, labelsHash, tickets, taxonomyVersion, createdAt })
    .from(models)
    .orderBy(desc(createdAt), desc(id))
    .limit(1)
  return row ?? null
}

export async function listModels(db: Tx): Promise<StoredModel[]> {
  const { id, name, labelsHash, tickets, taxonomyVersion, createdAt } = models
  return db
    .select({ id, name, labelsHash, tickets, taxonomyVersion, createdAt })
    .from(models)
    .orderBy(desc(createdAt), desc(id))
}

export async function saveModel(
  db: Tx,
  model: { labelsHash: string; tickets: number; taxonomyVersion: number; labelsUntil: Date; data: Uint8Array },
): Promise<string> {
  const id = uuidv7()
  const name = `${EMBEDDED_NAME}${id.slice(-12)}`
  await db.insert(models).values({ id, name, kind: 'embedded', ...model })
  await db.execute(sql`delete from models where id in (select id from models order by created_at desc offset ${KEEP})`)
  return name
}

/** The bytes of a stored model, and until when the labels it was trained on were stored. */
export async function loadModel(db: Tx, id: string): Promise<{ data: Uint8Array; labelsUntil: Date | null } | null> {
  const { data, labelsUntil } = models
  const [row] = await db.select({ data, labelsUntil }).from(models).where(eq(models.id, id))
  return row ?? null
}
