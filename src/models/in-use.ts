/** The embedded classifier in use: the newest stored model plus every later correction. */
import { asClassifier, decode, type EmbeddedModel } from '../classifiers/index.ts'
import type { Classifier, LabelledTicket } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { loadModel, newestModel, type StoredModel } from './stored.ts'

/** A process uses an older model at most this long after a newer one was stored. */
const CHECK_EVERY_MS = 5_000

/** Gives the embedded classifier in use. */
export type Embedded = {
  /** The newest model with every later correction; null before the first training. */
  current(): Promise<Classifier | null>
  /** Checks for a newer model and for corrections at the next call. */
  refresh(): void
}

/** Reads the newest corrections that were stored in a period, oldest first. */
export type Corrections = (span: { after?: Date; until?: Date; limit: number }) => Promise<Correction[]>
type Correction = LabelledTicket & { at: Date }

/**
 * Corrections are rows, and the model in memory is the stored model plus these rows. So every process knows a correction
 * seconds later, also after a restart, and the next training includes it.
 */
export function openEmbedded(db: Tx, corrections: Corrections = async () => []): Embedded {
  let loaded: Loaded | null = null
  let checked = Number.NEGATIVE_INFINITY
  let checking: Promise<void> | null = null

  async function check() {
    const newest = await newestModel(db)
    if (newest && newest.id !== loaded?.id) {
      const row = await loadModel(db, newest.id)
      if (row) loaded = await load(newest, row.data, row.labelsUntil ?? newest.createdAt)
    }
    if (loaded) await learnNew(loaded)
    checked = performance.now()
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
      if (performance.now() - checked > CHECK_EVERY_MS) {
        checking ??= check().finally(() => {
          checking = null
        })
        await checking
      }
      return loaded?.classifier ?? null
    },
    refresh() {
      checked = Number.NEGATIVE_INFINITY
    },
  }
}

type Loaded = {
  id: string
  model: EmbeddedModel
  classifier: Classifier
  /** Every correction stored until then is learnt. */
  seenUntil: Date
  /** What was learnt in addition to the stored model: ticket and field -> value. */
  learnt: Map<string, string>
}

/** A row has the time at which its transaction began, and can become visible this much later. */
const LATE_MS = 60_000
/** The newest corrections that training has learnt; they stay in memory for their near duplicates. */
const REMEMBERED = 500
/** More than this would mean that training has not run for a long time. */
const LEARNT_AT_MOST = 2000
