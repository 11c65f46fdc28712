/** Tickets as sparse vectors: damped counts times rarity, each block of length 1, then weighed. */
import { BLOCKS, type Extractor, type Input, WORDS } from './features.ts'
import { addFeature, type Vocabulary } from './vocabulary.ts'

/** Rows of a sparse matrix, one a ticket. */
export type Matrix = {
  rows: number
  starts: Int32Array
  ids: Int32Array
  values: Float32Array
  /** See `Vector`. */
  unknown: Float32Array
  outside: Float32Array
  blocks: Uint8Array
}

export type Vector = {
  /** Ascending. */
  ids: Int32Array
  values: Float32Array
  /** Share of the words and pairs of words that training never saw: a hint that the ticket belongs nowhere. */
  unknown: number
  words: string[]
  /**
   * By block: how much longer its features would be in a model that has not seen this ticket. Words of this ticket alone
   * would be unknown then, and take no part of its length; without this, tickets from outside scored higher than held-out
   * ones, and confidence at 100 labels was ten points too high.
   */
  outside: Float32Array
}

/** Words, characters, form fields. A form field that decides alone still wins at this weight. */
const BLOCK_WEIGHT = [0.7, 1, 0.7]
const DAMPED = Float32Array.from({ length: 256 }, (_, n) => (n === 0 ? 0 : 1 + Math.log(n)))

/**
 * `predict`: as a ticket from outside. `training`: words that occur in this ticket alone count as unknown, as they would
 * without it. `learning`: features that are not in the vocabulary are added to it.
 */
export type Purpose = 'predict' | 'training' | 'learning'
export type Vectorise = (input: Input, purpose: Purpose) => Vector

/** Holds its scratch space: one is opened for each model. */
export function openVectoriser(vocabulary: Vocabulary, extractor: Extractor): Vectorise {
  let counts = new Uint8Array(vocabulary.hashes.length)
  let touched = new Int32Array(1024)
  let size = 0
  let words = 0
  let unknown = 0
  let purpose: Purpose = 'predict'

  function take(hash: number, block: number): void {
    let id = vocabulary.index.get(hash)
    if (block === WORDS) words++
    if (id < 0) {
      if (block === WORDS) unknown++
      if (purpose !== 'learning') return
      id = addFeature(vocabulary, hash, block)
      if (id >= counts.length) {
        const wider = new Uint8Array(vocabulary.hashes.length)
        wider.set(counts)
        counts = wider
      }
    } else if (block === WORDS && purpose === 'training' && vocabulary.frequency[id] === 1) unknown++
    const n = counts[id]!
    if (n === 0) {
      if (size === touched.length) {
        const wider = new Int32Array(size * 2)
        wider.set(touched)
        touched = wider
      }
      touched[size++] = id
    }
    if (n < 255) counts[id] = n + 1
  }

  const lengths = new Float64Array(BLOCKS)
  const shared = new Float64Array(BLOCKS)
  return function vectorise(input, why) {
    size = 0
    words = 0
    unknown = 0
    purpose = why
    lengths.fill(0)
    shared.fill(0)
    if (counts.length < vocabulary.size) counts = new Uint8Array(vocabulary.hashes.length)
    const spoken = extractor.extract(input, take)
    const ids = touched.slice(0, size).sort()
    const values = new Float32Array(size)
    const { blocks, frequency, idf } = vocabulary
    for (let k = 0; k < size; k++) {
      const id = ids[k]!
      const value = DAMPED[counts[id]!]! * idf[id]!
      counts[id] = 0
      values[k] = value
      lengths[blocks[id]!]! += value * value
      if (frequency[id]! > 1) shared[blocks[id]!]! += value * value
    }
    const outside = Float32Array.from(lengths, (l, b) => (shared[b]! > 0 ? Math.sqrt(l / shared[b]!) : 1))
    let whole = 0
    for (let b = 0; b < BLOCKS; b++) if (lengths[b]! > 0) whole += BLOCK_WEIGHT[b]! ** 2
    for (let b = 0; b < BLOCKS; b++) if (lengths[b]! > 0) lengths[b] = BLOCK_WEIGHT[b]! / Math.sqrt(lengths[b]! * whole)
    for (let k = 0; k < size; k++) values[k] = values[k]! * lengths[blocks[ids[k]!]!]!
    return { ids, values, unknown: words === 0 ? 1 : unknown / words, words: spoken, outside }
  }
}

export function buildMatrix(
  inputs: Input[],
  vectorise: Vectorise,
  blocks: Uint8Array,
  tick?: (done: number) => void,
): Matrix {
  const starts = new Int32Array(inputs.length + 1)
  const unknown = new Float32Array(inputs.length)
  const outside = new Float32Array(inputs.length * BLOCKS)
  let ids = new Int32Array(1 << 16)
  let values = new Float32Array(1 << 16)
  for (let t = 0; t < inputs.length; t++) {
    const row = vectorise(inputs[t]!, 'training')
    const from = starts[t]!
    const to = from + row.ids.length
    if (to > ids.length) {
      // By the rows so far: growing step by step would hold the 200 MB of a large desk twice.
      const room = Math.max(to, Math.ceil(ids.length * 1.2), Math.ceil((to / (t + 1)) * inputs.length * 1.05))
      const wider = new Int32Array(room)
      wider.set(ids)
      ids = wider
      const further = new Float32Array(room)
      further.set(values)
      values = further
    }
    ids.set(row.ids, from)
    values.set(row.values, from)
    starts[t + 1] = to
    unknown[t] = row.unknown
    outside.set(row.outside, t * BLOCKS)
    if (tick && t % 200 === 0) tick(t)
  }
  const end = starts[inputs.length]!
  return {
    rows: inputs.length,
    starts,
    ids: ids.subarray(0, end),
    values: values.subarray(0, end),
    unknown,
    outside,
    blocks,
  }
}
