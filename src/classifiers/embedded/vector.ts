/** Tickets as sparse vectors: damped counts times rarity, each block scaled to length 1, then weighted. */
import { BLOCKS, type Extractor, FORM, type Input, WORDS } from './features.ts'
import { addFeature, type Vocabulary, widen } from './vocabulary.ts'

/** Rows of a sparse matrix, one for each ticket. */
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
  /** Share of the words and word pairs that training never saw: a sign that the ticket is out of scope. */
  unknown: number
  words: string[]
  /**
   * By block: how much longer its features would be in a model that was not trained on this ticket. There, words that occur
   * only in this ticket would be unknown and not part of its length. Without this factor, new tickets scored higher than
   * held-out ones, and confidence at 100 labels was ten points too high.
   */
  outside: Float32Array
}

/** Words, characters, form fields. At this weight a form field that decides alone still wins. */
const BLOCK_WEIGHT = [0.7, 1, 0.7]
const DAMPED = Float32Array.from({ length: 256 }, (_, n) => (n === 0 ? 0 : 1 + Math.log(n)))

/**
 * `predict`: a new ticket. `training`: words that occur only in this ticket count as unknown, as they would be without it.
 * `learning`: words that are not in the vocabulary are added to it. `correcting`: they are added, but make no ticket longer: the
 * many words of a hundred corrections lowered the scores of all others.
 */
type Purpose = 'predict' | 'training' | 'learning' | 'correcting'
export type Vectorise = (input: Input, purpose: Purpose) => Vector

/** Reuses its buffers: one is opened for each model. */
export function openVectoriser(vocabulary: Vocabulary, extractor: Extractor): Vectorise {
  const count = openCounter(vocabulary, extractor)
  return function vectorise(input, purpose) {
    const { ids, times, words, unknown } = count(input, purpose)
    return { ids, ...weigh(ids, times, vocabulary), unknown, words }
  }
}

/** `times`: how often each feature occurs in the ticket, up to 255. */
type Counted = Pick<Vector, 'ids' | 'words' | 'unknown'> & { times: Uint8Array }

function openCounter(vocabulary: Vocabulary, extractor: Extractor): (input: Input, purpose: Purpose) => Counted {
  let counts = new Uint8Array(vocabulary.hashes.length)
  let found = new Int32Array(1024)
  let size = 0
  let wordFeatures = 0
  let unknown = 0
  let purpose: Purpose = 'predict'

  function take(hash: number, block: number): void {
    let id = vocabulary.index.get(hash)
    if (block === WORDS) wordFeatures++
    if (id < 0) {
      if (block === WORDS) unknown++
      // a form field that no training ticket had may be the same in every ticket: it has no weight until training saw it vary
      if ((purpose !== 'learning' && purpose !== 'correcting') || block === FORM) return
      id = addFeature(vocabulary, hash, block, purpose === 'learning' ? 1 : 0)
      if (id >= counts.length) counts = widen(counts, new Uint8Array(vocabulary.hashes.length))
    } else if (block === WORDS && purpose === 'training' && vocabulary.frequency[id] === 1) unknown++
    const n = counts[id]!
    if (n === 0) {
      if (size === found.length) found = widen(found, new Int32Array(size * 2))
      found[size++] = id
    }
    if (n < 255) counts[id] = n + 1
  }

  return function count(input, its) {
    size = 0
    wordFeatures = 0
    unknown = 0
    purpose = its
    if (counts.length < vocabulary.size) counts = new Uint8Array(vocabulary.hashes.length)
    const words = extractor.extract(input, take)
    const ids = found.slice(0, size).sort()
    const times = new Uint8Array(size)
    for (let k = 0; k < size; k++) {
      times[k] = counts[ids[k]!]!
      counts[ids[k]!] = 0
    }
    return { ids, times, words, unknown: wordFeatures === 0 ? 1 : unknown / wordFeatures }
  }
}

function weigh(
  ids: Int32Array,
  times: Uint8Array,
  { blocks, frequency, idf }: Vocabulary,
): Pick<Vector, 'values' | 'outside'> {
  const values = new Float32Array(ids.length)
  const squares = new Float64Array(BLOCKS)
  /** Of the features that other tickets have too. */
  const shared = new Float64Array(BLOCKS)
  for (let k = 0; k < ids.length; k++) {
    const id = ids[k]!
    const value = DAMPED[times[k]!]! * idf[id]!
    values[k] = value
    if (frequency[id]! > 0) squares[blocks[id]!]! += value * value
    if (frequency[id]! > 1) shared[blocks[id]!]! += value * value
  }
  const outside = Float32Array.from(squares, (square, b) => (shared[b]! > 0 ? Math.sqrt(square / shared[b]!) : 1))
  let whole = 0
  for (let b = 0; b < BLOCKS; b++) if (squares[b]! > 0) whole += BLOCK_WEIGHT[b]! ** 2
  const scales = squares.map((square, b) => (square > 0 ? BLOCK_WEIGHT[b]! / Math.sqrt(square * whole) : 0))
  for (let k = 0; k < ids.length; k++) values[k] = values[k]! * scales[blocks[ids[k]!]!]!
  return { values, outside }
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
      // estimated from the rows so far: growing in small steps would keep the 200 MB of a large desk in memory twice
      const room = Math.max(to, Math.ceil(ids.length * 1.2), Math.ceil((to / (t + 1)) * inputs.length * 1.05))
      ids = widen(ids, new Int32Array(room))
      values = widen(values, new Float32Array(room))
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
