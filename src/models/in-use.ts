/** The embedded classifier in use: the newest stored model with every correction since on top of it. */
import { asClassifier, decode, type EmbeddedModel } from '../classifiers/index.ts'
import type { Classifier, LabelledTicket } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { loadModel, newestModel, type StoredModel } from './stored.ts'

/** How long a process may go on with a model after a newer one was stored. */
const LOOK_EVERY_MS = 5_000

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
      const row = await loadModel(db, newest.id)
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
