/** The embedded classifiers that were trained: kept in the database, so that every process uses the newest one. */
import { desc, eq, sql } from 'drizzle-orm'
import { decode, type EmbeddedModel } from '../classifiers/embedded/index.ts'
import {
  type Answer,
  type Classifier,
  type LabelledTicket,
  type Prepared,
  type Taxonomy,
  valuesOf,
} from '../contract/index.ts'
import { uuidv7 } from '../db/id.ts'
import type { Tx } from '../db/index.ts'
import { models } from '../db/schema.ts'

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
  model: { labelsHash: string; tickets: number; taxonomyVersion: number; labelsUntil: Date; data: Uint8Array },
): Promise<string> {
  const id = uuidv7()
  const name = `${EMBEDDED_NAME}${id.slice(-12)}`
  await db.insert(models).values({ id, name, kind: 'embedded', ...model })
  await db.execute(sql`delete from models where id in (select id from models order by created_at desc offset ${KEEP})`)
  return name
}

export type Embedded = {
  /** The newest model, with every correction since; null before the first training. */
  current(): Promise<Classifier | null>
  /** Look for a newer model and for corrections at the next call. */
  refresh(): void
}

/** The newest corrections that were stored in a span of time, oldest first. */
export type Corrections = (span: { after?: Date; until?: Date; limit: number }) => Promise<Correction[]>
type Correction = LabelledTicket & { at: Date }

/**
 * Corrections are rows, and the model in memory is the stored one with those rows on top: so every process knows them
 * seconds later, a process that starts again knows them too, and the next training takes them in for good.
 */
export function openEmbedded(db: Tx, corrections: Corrections = async () => []): Embedded {
  let loaded: Loaded | null = null
  let looked = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | null = null

  async function look() {
    const newest = await newestModel(db)
    if (newest && newest.id !== loaded?.id) {
      const [row] = await db
        .select({ data: models.data, labelsUntil: models.labelsUntil })
        .from(models)
        .where(eq(models.id, newest.id))
      if (row) loaded = await load(newest, row.data, row.labelsUntil ?? newest.createdAt)
    }
    if (loaded) await learnNew(loaded)
    looked = performance.now()
  }

  async function load({ id, name }: StoredModel, data: Uint8Array, labelsUntil: Date): Promise<Loaded> {
    const model = decode(new Uint8Array(data))
    const seenUntil = new Date(labelsUntil.getTime() - LATE_MS)
    for (const correction of await corrections({ until: seenUntil, limit: REMEMBERED })) model.remember(correction)
    return { id, model, classifier: asClassifier(name, model), seenUntil, learnt: new Map() }
  }

  async function learnNew(into: Loaded) {
    const found = await corrections({ after: into.seenUntil, limit: LEARNT_AT_MOST })
    for (const { at, ...ticket } of found) {
      const labels = Object.fromEntries(
        Object.entries(ticket.labels).filter(([field, value]) => into.learnt.get(`${ticket.id}/${field}`) !== value),
      )
      for (const [field, value] of Object.entries(labels)) into.learnt.set(`${ticket.id}/${field}`, value)
      if (Object.keys(labels).length > 0) into.model.learn({ ...ticket, labels })
      const seenUntil = new Date(at.getTime() - LATE_MS)
      if (seenUntil > into.seenUntil) into.seenUntil = seenUntil
    }
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

type Loaded = {
  id: string
  model: EmbeddedModel
  classifier: Classifier
  /** Everything stored until then was learnt. */
  seenUntil: Date
  /** What was learnt on top of the stored model: ticket and field to value. */
  learnt: Map<string, string>
}

/** A row carries the time its transaction began, and can appear this much later. */
const LATE_MS = 60_000
/** Corrections whose near copies get the corrected value, long after training took them in. */
const REMEMBERED = 500
/** More at once means that training has not run for long. */
const LEARNT_AT_MOST = 2000

/** A trained model under the name that its decisions carry. */
export function asClassifier(model: string, embedded: EmbeddedModel): Classifier {
  return {
    kind: 'embedded',
    model,
    // on few tickets the plain share flatters
    sureFrom: (field, precision) => embedded.threshold(field, precision, true)?.threshold ?? null,
    async classify(prepared: Prepared, taxonomy: Taxonomy): Promise<Answer> {
      const started = performance.now()
      const asked = taxonomy.fields.filter((field) => field.source === 'model' && valuesOf(field).length > 0)
      const allowed = Object.fromEntries(asked.map((field) => [field.id, valuesOf(field).map((value) => value.id)]))
      const input = {
        subject: prepared.subject,
        text: prepared.text,
        metadata: prepared.metadata,
        language: prepared.language.code,
      }
      const answers = Object.entries(embedded.classify(input, { allowed, explain: true }))
      const fields = answers.map(([id, { outOfScope, abstain: _abstain, source, ...answer }]) => [
        id,
        {
          ...answer,
          ...(source === 'memory' ? { source } : {}),
          ...(outOfScope > STRANGE ? { doubt: 'the ticket is like none that the model knows' } : {}),
        },
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
