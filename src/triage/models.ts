/** The embedded classifiers that were trained: kept in the database, so that every process uses the newest one. */
import { desc, eq, sql } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'
import { models } from '../db/schema.ts'
import { uuidv7 } from '../id.ts'
import type { Answer, Classifier, Prepared, Taxonomy } from '../ticket.ts'
import { decode, type EmbeddedModel } from './embedded/index.ts'

/** How long a process may go on with a model after a newer one was stored. */
const LOOK_EVERY_MS = 5_000
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
  model: { labelsHash: string; tickets: number; taxonomyVersion: number; data: Uint8Array },
): Promise<string> {
  const id = uuidv7()
  const name = `${EMBEDDED_NAME}${id.slice(-12)}`
  await db.insert(models).values({ id, name, kind: 'embedded', ...model })
  await db.execute(sql`delete from models where id in (select id from models order by created_at desc offset ${KEEP})`)
  return name
}

export type Embedded = {
  /** The newest model; null before the first training. */
  current(): Promise<Classifier | null>
  /** Look for a newer model at the next call. */
  refresh(): void
}

export function openEmbedded(db: Tx): Embedded {
  let loaded: { id: string; classifier: Classifier } | null = null
  let looked = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | null = null

  async function look() {
    const newest = await newestModel(db)
    if (newest && newest.id !== loaded?.id) {
      const [row] = await db.select({ data: models.data }).from(models).where(eq(models.id, newest.id))
      if (row) loaded = { id: newest.id, classifier: asClassifier(newest.name, decode(new Uint8Array(row.data))) }
    }
    looked = performance.now()
  }
  return {
    async current() {
      if (performance.now() - looked > LOOK_EVERY_MS) {
        looking ??= look().finally(() => {
          looking = null
        })
        await looking
      }
      return loaded?.classifier ?? null
    },
    refresh() {
      looked = Number.NEGATIVE_INFINITY
    },
  }
}

function asClassifier(model: string, embedded: EmbeddedModel): Classifier {
  return {
    kind: 'embedded',
    model,
    async classify(prepared: Prepared, taxonomy: Taxonomy): Promise<Answer> {
      const started = performance.now()
      const asked = taxonomy.fields.filter((field) => field.source === 'model')
      const allowed = Object.fromEntries(asked.map((field) => [field.id, field.values.map((value) => value.id)]))
      const input = {
        subject: prepared.subject,
        text: prepared.text,
        metadata: prepared.metadata,
        language: prepared.language.code,
      }
      const answers = Object.entries(embedded.classify(input, { allowed, explain: true }))
      const fields = answers.map(([id, { outOfScope, abstain: _abstain, source: _source, ...answer }]) => [
        id,
        { ...answer, ...(outOfScope > STRANGE ? { doubt: 'the ticket is like none that the model knows' } : {}) },
      ])
      return {
        source: 'embedded',
        model,
        fields: Object.fromEntries(fields),
        tokens: null,
        ms: performance.now() - started,
      }
    },
  }
}

/** Share of known tickets that are more at home than this one. */
const STRANGE = 0.985
