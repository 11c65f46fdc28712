/** The trained embedded classifiers, stored in the database, so that every process uses the newest one. */
import { desc, eq, sql } from 'drizzle-orm'
import { models, type Tx, uuidv7 } from '../db/index.ts'

/** Older models are kept for the decisions that name them; at most this many. */
const KEEP = 20

/** The prefix of the names of embedded classifiers. */
export const EMBEDDED_NAME = 'embedded-'

/** A stored model without its bytes. */
export type StoredModel = {
  id: string
  name: string
  labelsHash: string
  tickets: number
  taxonomyVersion: number
  createdAt: Date
}

/** The model that is in use; null before the first training. */
export async function newestModel(db: Tx): Promise<StoredModel | null> {
  const { id, name, labelsHash, tickets, taxonomyVersion, createdAt } = models
  const [row] = await db
    .select({ id, name, labelsHash, tickets, taxonomyVersion, createdAt })
    .from(models)
    .orderBy(desc(createdAt), desc(id))
    .limit(1)
  return row ?? null
}

/** All stored models, the newest first. */
export async function listModels(db: Tx): Promise<StoredModel[]> {
  const { id, name, labelsHash, tickets, taxonomyVersion, createdAt } = models
  return db
    .select({ id, name, labelsHash, tickets, taxonomyVersion, createdAt })
    .from(models)
    .orderBy(desc(createdAt), desc(id))
}

/** Stores a model, deletes the oldest beyond the limit, and returns its name. */
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

/** The bytes of a stored model, and the time up to which it was trained on stored labels. */
export async function loadModel(db: Tx, id: string): Promise<{ data: Uint8Array; labelsUntil: Date | null } | null> {
  const { data, labelsUntil } = models
  const [row] = await db.select({ data, labelsUntil }).from(models).where(eq(models.id, id))
  return row ?? null
}
