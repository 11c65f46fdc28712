/** From labelled tickets to a model: one vocabulary, one sub-model for each field. */
import type { LabelledTicket } from '../../contract/index.ts'
import { openExtractor } from './features.ts'
import { type Field, trainField } from './field.ts'
import { type EmbeddedModel, openModel } from './model.ts'
import { namedTickets, wordsOfName } from './prototype.ts'
import { quantise } from './quantise.ts'
import { buildMatrix, openVectoriser } from './vector.ts'
import { buildVocabulary } from './vocabulary.ts'

/** The current step, and the share of the work that is done, 0 to 1. */
export type Progress = { step: string; share: number }

export type TrainOptions = {
  onProgress?: (progress: Progress) => void
  /** Checked between steps; training then throws its reason. Another thread ends the worker instead. */
  signal?: AbortSignal
  seed?: number
  /** Stored with the model; ISO 8601. Training itself never reads the clock. */
  created?: string
  /** Words that describe a value (title, description, synonyms), by field and value. Its id is always used. */
  words?: Record<string, Record<string, string>>
}

/** Limit of stored weights, of one byte each. */
const WEIGHTS_LIMIT = 16_000_000
const FEATURES_LIMIT = 200_000

/** Trains a model of these fields; the same tickets and options give the same bytes. */
export function train(tickets: LabelledTicket[], fields: string[], options: TrainOptions = {}): EmbeddedModel {
  const { onProgress, signal, seed = 1, created = '' } = options
  let reported = -1
  const report = (step: string, share: number) => {
    signal?.throwIfAborted()
    if (!onProgress || (share < 1 && share - reported < 0.005)) return
    reported = share
    onProgress({ step, share })
  }
  const used = tickets.filter((ticket) => fields.some((field) => ticket.labels[field] !== undefined))
  const trained = fields.filter((field) => used.some((ticket) => ticket.labels[field] !== undefined))
  const classCounts = trained.map((field) => new Set(used.map((ticket) => ticket.labels[field])).size)
  const weightsPerFeature = classCounts.reduce((sum, n) => sum + n, 1)

  report('reading', 0)
  const extractor = openExtractor()
  const vocabulary = buildVocabulary(used, extractor, {
    minimum: used.length > 5000 ? 2 : 1,
    limit: Math.min(FEATURES_LIMIT, Math.floor(WEIGHTS_LIMIT / weightsPerFeature)),
    tick: (done) => report('reading', (0.1 * done) / used.length),
  })
  const vectorise = openVectoriser(vocabulary, extractor)
  const nameOf = (field: string, value: string) => `${wordsOfName(value)} ${options.words?.[field]?.[value] ?? ''}`
  // the words of a value's name are features even where no ticket contains them
  for (const field of trained)
    for (const value of distinct(used.map((ticket) => ticket.labels[field])))
      vectorise({ subject: '', text: nameOf(field, value) }, 'learning')
  const matrix = buildMatrix(used, vectorise, vocabulary.blocks, (done) =>
    report('reading', 0.1 + (0.1 * done) / used.length),
  )
  const handled = Uint8Array.from(used, (ticket) => (ticket.handled ? 1 : 0))
  const models: Field[] = trained.map((field, f) => {
    const tick = (share: number) => report(field, 0.2 + (0.8 * (f + share)) / trained.length)
    const values = used.map((ticket) => ticket.labels[field])
    const classes = distinct(values)
    const place = new Map(classes.map((value, c) => [value, c]))
    const labels = Int32Array.from(values, (value) => (value === undefined ? -1 : place.get(value)!))
    const rows = Int32Array.from(labels.keys()).filter((row) => labels[row]! >= 0)
    const counts = classes.map(() => 0)
    for (const row of rows) counts[labels[row]!]!++
    const names = namedTickets(
      classes.map((value) => nameOf(field, value)),
      vectorise,
      { features: vocabulary.size },
    )
    const task = { matrix, features: vocabulary.size, classes, labels, rows, counts, handled, names, seed, tick }
    return quantise(trainField(field, task), vocabulary.size)
  })
  report('done', 1)
  return openModel({ vocabulary, fields: models, memory: [], created, tickets: used.length })
}

const distinct = (values: (string | undefined)[]) => [...new Set(values.filter((value) => value !== undefined))].sort()
