/** Trains the embedded classifier on the labels in the database, in a worker thread, and stores it. */

import type { Progress } from '../classifiers/index.ts'
import { trainInWorker } from '../classifiers/index.ts'
import {
  type LabelledTicket,
  type Taxonomy,
  type TaxonomyField,
  type TaxonomyValue,
  valuesOf,
} from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { type LabelFilter, labelledRows } from '../labels/index.ts'
import { newestModel, saveModel } from '../models/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { digest } from './digest.ts'
import { readFrozen } from './frozen.ts'

/** The job that trains it. */
export const TRAIN = 'train'

/** The fewest labelled tickets that a model is trained on. */
export const ENOUGH = 20

/** The result of a training. */
type Trained =
  | { kind: 'trained'; model: string; tickets: number; seconds: number }
  | { kind: 'unchanged'; model: string }
  | { kind: 'too few'; tickets: number }

// Synthetic and imported labels were added on purpose to learn from. Machine labels are the classifiers' own answers.
const LEARN_FROM: LabelFilter = { connections: [], provenance: ['human', 'confirmed', 'synthetic', 'imported'] }

/** Trains and saves a model, unless the newest model was trained on the same labels and taxonomy. */
export async function trainEmbedded(
  db: Tx,
  options: { onProgress?: (progress: Progress) => void; signal?: AbortSignal } = {},
): Promise<Trained> {
  const taxonomy = await currentTaxonomy(db)
  // Corrections made while this reads and trains are learnt on top of the model later.
  const labelsUntil = new Date()
  const { tickets, hash: labelsHash } = await readTraining(db)
  if (tickets.length < ENOUGH) return { kind: 'too few', tickets: tickets.length }
  const newest = await newestModel(db)
  if (newest?.labelsHash === labelsHash && newest.taxonomyVersion === taxonomy.version)
    return { kind: 'unchanged', model: newest.name }
  const started = performance.now()
  const data = await trainOn(tickets, taxonomy, options)
  const of = { labelsHash, tickets: tickets.length, taxonomyVersion: taxonomy.version, labelsUntil }
  const model = await saveModel(db, { ...of, data })
  return { kind: 'trained', model, tickets: tickets.length, seconds: (performance.now() - started) / 1000 }
}

/** All that a model learns from, with a hash of it. */
export async function readTraining(db: Tx): Promise<{ tickets: LabelledTicket[]; hash: string }> {
  const tickets: LabelledTicket[] = []
  const hash = digest()
  const isFrozen = await readFrozen(db)
  for await (const row of labelledRows(db, LEARN_FROM)) {
    if (isFrozen(row)) continue
    const { id, subject, text, language, metadata, labels, isTicket } = row
    const handled = isTicket && Object.values(row.provenance).some((p) => p !== 'machine' && p !== 'rule')
    tickets.push({ id, subject, text, language, metadata, labels, handled })
    hash.add(JSON.stringify([id, subject, text, metadata, labels, handled]))
  }
  return { tickets, hash: hash.end().sha256 }
}

/** A model trained on these tickets, as bytes. */
export function trainOn(
  tickets: LabelledTicket[],
  taxonomy: Taxonomy,
  options: { onProgress?: (progress: Progress) => void; signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  const fields = taxonomy.fields.filter((field) => field.source === 'model' && valuesOf(field).length > 0)
  const ids = fields.map((field) => field.id)
  return trainInWorker(tickets, ids, { ...options, words: wordsOf(fields), created: new Date().toISOString() })
}

/** Title, description and synonyms of each value: words for classes that have few tickets. */
function wordsOf(fields: TaxonomyField[]): Record<string, Record<string, string>> {
  const about = (value: TaxonomyValue) => [value.title, value.description, ...value.synonyms].join(' ')
  return Object.fromEntries(
    fields.map((field) => [field.id, Object.fromEntries(valuesOf(field).map((value) => [value.id, about(value)]))]),
  )
}
